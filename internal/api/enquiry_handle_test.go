package api_test

import (
	"testing"
)

// The handle stands for every id, by either door. Where it is wrong no other id counts: a
// model may have been talked into both.
func TestHandle(t *testing.T) {
	for _, d := range doors {
		t.Run(d.name, func(t *testing.T) {
			w := newWorld(t)
			w.there()
			first := w.asks(d, w.enquiry(`"requestId": "r1"`))
			handle := `"handle": "` + first.text("handle") + `"`
			w.want(w.asks(d, w.action("status", handle)), fields{"escalationId": first.at("escalationId"), "handle": first.at("handle")})
			w.asks(d, w.action("append", handle, `"messages": "hi"`))
			w.asks(d, w.action("end", handle, `"callback": true`, `"interactionId": "another"`))
			cb := w.asks(d, w.action("contact", handle, `"phone": "+919800000009"`, `"callbackId": "cb_aaaaaaaaaaaa"`))
			w.want(cb, fields{"customer.phone": "+919800000009"})
			w.want(w.asks(d, w.action("withdraw", handle)), fields{"id": cb.at("id"), "state": "done"})

			wrong := `"handle": "` + first.text("handle") + `a"`
			for _, action := range []string{"status", "end", "append", "contact", "withdraw"} {
				body := w.action(action, wrong, `"escalationId": "`+first.text("escalationId")+`"`)
				if status, problem := d.ask(w, body); status != 404 {
					t.Errorf("%s: status %d, %v", action, status, problem)
				} else {
					w.want(problem, fields{"detail": "There is no such escalation."})
				}
			}
		})
	}
}
