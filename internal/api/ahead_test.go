package api_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/table"
)

// waitedFor are the routes that read ahead, with bodies.
func waitedFor(escalation string) [][3]string {
	path := "/v1/escalations/" + escalation
	return [][3]string{
		{"GET", "/v1/me/escalations", ""},
		{"POST", path + "/accept", "{}"},
		{"POST", path + "/decline", "{}"},
		{"POST", path + "/complete", `{"outcome": "resolved"}`},
	}
}

// rings is an account where a chat rings for the one of two agents, and both have called before.
func rings(t *testing.T) (w *world, agent, escalation string) {
	w = newWorld(t)
	w.presence(w.asha, "online")
	w.presence(w.bilal, "online")
	a := w.do(200, machine, "POST", "/v1/escalations", w.escalation("1", "chat"))
	return w, a.text("agent.id"), a.text("escalationId")
}

// kept is all that lies under some partitions.
func (w *world) kept(partitions ...string) (all []table.Item) {
	for _, p := range partitions {
		items, err := w.bolt.Query(w.t.Context(), table.Range{Partition: p})
		must(w.t, err)
		all = append(all, items...)
	}
	return all
}

// Whoever is let in no more learns and changes nothing by what is read beside the look at who calls:
// they get the answer of one who never was a member, as soon, and it writes nothing. Their next
// call reads no more than a stranger's.
func TestRefusedLearnNothingByWhatIsReadAhead(t *testing.T) {
	for _, c := range []struct {
		who     string
		becomes func(w *world, agent string)
		status  int
	}{
		{"one whose session was ended", func(w *world, agent string) {
			w.do(204, w.owner, "DELETE", "/v1/members/"+agent+"/sessions", "")
		}, 401},
		{"a removed member", func(w *world, agent string) { w.do(204, w.owner, "DELETE", "/v1/members/"+agent, "") }, 401},
		{"one who must change the password", func(w *world, agent string) {
			w.do(200, w.owner, "PATCH", "/v1/account", `{"firstPassword": "change"}`)
			w.do(204, w.owner, "PUT", "/v1/members/"+agent+"/password", `{`+newPassword+`}`)
			time.Sleep(2 * time.Second) // they sign in again
		}, 403},
	} {
		for i := range waitedFor("") {
			t.Run(fmt.Sprint(c.who, " ", i), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w, agent, escalation := rings(t)
					c.becomes(w, agent)
					o := w.onlook()
					method, path, body := waitedFor(escalation)[i][0], waitedFor(escalation)[i][1], waitedFor(escalation)[i][2]
					all := []string{w.acc + "/desk", escalation, agent, w.acc + "/audit"}
					before := w.kept(all...)
					first, then := o.seesAs(agent, method, path, body), o.seesAs(agent, method, path, body)
					stranger := o.seesAs("mem_aaaaaaaaaaaa", method, path, body)
					if len(first.Calls) < 2 || first.Status != c.status {
						t.Errorf("status %d, and the calls %q: this test says nothing", first.Status, first.Calls)
					}
					for _, call := range first.Calls {
						if !strings.HasPrefix(call, "Get ") && !strings.HasPrefix(call, "Query ") {
							t.Errorf("it does %s", call)
						}
					}
					if diff := cmp.Diff(before, w.kept(all...)); diff != "" {
						t.Errorf("it changes (-before +after):\n%s", diff)
					}
					if !slices.Equal(then.Calls, stranger.Calls) {
						t.Errorf("the next call reads %q, a stranger's %q", then.Calls, stranger.Calls)
					}
					if first.Took != stranger.Took && c.status == 401 {
						t.Errorf("it takes %v, a stranger's %v", first.Took, stranger.Took)
					}
					if then.Body != first.Body || c.status == 401 && first.Body != stranger.Body {
						t.Errorf("got %s, then %s; a stranger gets %s", first.Body, then.Body, stranger.Body)
					}
				})
			})
		}
	}
}

// Staff of another account get of an escalation what they get of one that nobody has, and change
// nothing.
func TestOtherAccountLearnsNothingByWhatIsReadAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, agent, escalation := rings(t)
		otto := w.other()
		w.do(200, otto, "GET", "/v1/me/escalations", "")
		o := w.onlook()
		for i, route := range waitedFor(escalation)[1:] {
			before := w.kept(w.acc+"/desk", escalation, agent)
			theirs := o.seesAs(otto, route[0], route[1], route[2])
			nobodys := waitedFor("esc_aaaaaaaaaaaa")[1:][i]
			if nobody := o.seesAs(otto, nobodys[0], nobodys[1], nobodys[2]); theirs.Status != 404 || theirs.Body != nobody.Body {
				t.Errorf("%s: %d %s; of one that nobody has %s", route[1], theirs.Status, theirs.Body, nobody.Body)
			}
			if diff := cmp.Diff(before, w.kept(w.acc+"/desk", escalation, agent)); diff != "" {
				t.Errorf("%s changes (-before +after):\n%s", route[1], diff)
			}
		}
	})
}

// A page polls: one whose account is known waits for one read when nothing rings, and for one more
// when something does.
func TestPollReadsBesideWhoCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, agent, escalation := rings(t)
		w.do(200, agent, "GET", "/v1/me/escalations", "") // it was seen
		o := w.onlook()
		const get, query = 3010 * time.Microsecond, 5020 * time.Microsecond
		if s := o.seesAs(agent, "GET", "/v1/me/escalations", ""); s.Status != 200 || s.Took != get+query {
			t.Errorf("with one that rings it takes %v for %q, want %v", s.Took, s.Calls, get+query)
		}
		w.desk.Table = w.bolt
		w.do(200, machine, "POST", "/v1/escalations", fmt.Sprintf(`{"action": "end", "accountId": %q, "escalationId": %q}`, w.acc, escalation))
		o = w.onlook()
		if s := o.seesAs(agent, "GET", "/v1/me/escalations", ""); s.Took != get || len(s.Calls) != 2 {
			t.Errorf("with nothing it takes %v for %q, want %v", s.Took, s.Calls, get)
		}
	})
}
