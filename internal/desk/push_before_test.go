package desk_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
)

// A push that an older version meant to try again rings now as it would have: the queue and the
// table have what that version wrote. What was not known of then, the proof and the language, is
// in it all the same.
func TestPushFromBefore(t *testing.T) {
	t.Parallel()
	// As commits 0fb99bde and 29bdf6a wrote them: to one device, and to all.
	const (
		one = `{"kind":"push","accountId":"ACCOUNT","escalationId":"ESCALATION","memberId":"MEMBER","deviceId":"phone-MEMBER","offer":1,` +
			`"notice":{"kind":"offer","escalationId":"ESCALATION","offer":1,"channel":"chat","reason":"customer_request","department":"Sales","ringingUntil":"UNTIL","badge":1},"due":"DUE","tries":3}`
		all = `{"kind":"push","accountId":"ACCOUNT","escalationId":"ESCALATION","memberId":"MEMBER","offer":1,` +
			`"notice":{"kind":"offer","escalationId":"ESCALATION","offer":1,"channel":"chat","reason":"customer_request","department":"Sales","ringingUntil":"UNTIL","badge":1},"due":"DUE"}`
	)
	for name, text := range map[string]string{"to one device": one, "to all devices": all} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 1})
			w.settings(desk.AccountPatch{Language: ptr("de")})
			agent, phones := w.agents[0], w.moodyPhones()
			w.phone(agent)
			w.stored(keys.Devices(agent), func(fields map[string]any) { delete(fields, "la") })
			phones.set("phone-"+agent, errors.New("throttled"))
			a := w.ring(w.request(1))
			for _, d := range w.timers.Pending() {
				if d.Message.Kind == desk.WakePush { // that of this version
					must(t, w.timers.Deliver(w.ctx, d.ID, lost))
				}
			}
			phones.set("phone-"+agent, nil)
			var m desk.Message
			must(t, json.Unmarshal([]byte(strings.NewReplacer("ACCOUNT", w.acc, "ESCALATION", a.EscalationID, "MEMBER", agent,
				"UNTIL", w.view(a.EscalationID).Offer.RingingUntil.Format(time.RFC3339Nano), "DUE", w.clock.Now().Format(time.RFC3339Nano)).Replace(text)), &m))
			must(t, w.Wake(w.ctx, m))
			n := w.notices(agent)
			if len(n) != 1 || n[0].EscalationID != a.EscalationID || n[0].Language != "de" || *n[0].Badge != 1 {
				t.Fatalf("pushed %+v, want the offer", n)
			}
			must(t, w.SeenByProof(w.ctx, a.EscalationID, 1, n[0].Proof))
			if w.view(a.EscalationID).Offer.SeenAt == nil {
				t.Errorf("the proof %q proves nothing", n[0].Proof)
			}
			must(t, w.Wake(w.ctx, m)) // delivered twice it rings twice, by one tag
			w.decline(agent, a.EscalationID)
			must(t, w.Wake(w.ctx, m))
			w.wantKinds(agent, desk.NoticeOffer, desk.NoticeOffer)
		})
	}
}
