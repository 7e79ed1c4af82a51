package desk_test

import (
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/conditions"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

// enquiries are all that may have become of a conversation, each in one of its own.
func (w *world) enquiries() map[string]string {
	w.t.Helper()
	taken := func(n int) (agent, id string) {
		a := w.take(w.request(n))
		return a.Agent.ID, a.EscalationID
	}
	made := map[string]string{"none": "", "one that nobody knows": "conv-99"}
	add := func(what string, n int) { made[what] = w.request(n).InteractionID }

	agent, id := taken(1)
	w.complete(agent, id)
	add("completed", 1)
	agent, id = taken(2)
	_, err := w.Complete(w.ctx, w.staff(agent), id, desk.Completion{Outcome: "hand_back"})
	must(w.t, err)
	add("handed back", 2)
	w.end(w.ring(w.request(3)).EscalationID)
	add("left", 3)
	agent, id = taken(4)
	w.complete(agent, id)
	_, err = w.Complete(w.ctx, w.staff(agent), id, desk.Completion{Outcome: "hand_back"})
	must(w.t, err)
	add("handed back by a correction", 4)

	taken(5)
	add("active", 5)
	agent, id = taken(6)
	_, err = w.Transfer(w.ctx, w.staff(agent), id, desk.Transfer{DepartmentID: w.dep})
	must(w.t, err)
	add("in transfer", 6)
	w.ring(w.request(7))
	add("ringing", 7)
	r := w.request(8)
	r.DepartmentID = w.department("Empty")
	w.settings(desk.AccountPatch{Overflow: ptr("none")})
	w.miss(r)
	add("callback", 8)
	return made
}

// wishes are customers who ask for a person, in each language that is built in.
var wishes = []string{
	"Can I talk to a person?", "मुझे किसी इंसान से बात करनी है", "Quiero hablar con una persona", "Quero falar com um atendente",
	"Je veux parler à un humain", "Mitarbeiter bitte", "أريد التحدث إلى موظف", "Saya mau bicara dengan orang",
}

// Whoever asks for a person gets one, whatever has become of the conversation and whatever is
// set; but not while people are at it.
func TestWishIsNeverRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 4})
	for _, agent := range w.agents {
		w.capacity(agent, 1, 20)
	}
	enquiries := w.enquiries()
	w.pass(2 * time.Second) // since the last of them
	never := conditions.Condition{ID: "never", Name: "never", When: conditions.When{
		Phrases: []string{"person", "human"}, Unless: wishes, Hours: conditions.Closed, Channels: []string{"call"}, Attributes: []conditions.Attribute{{Name: "x", Comparison: conditions.Exists}},
	}}
	for _, set := range []struct {
		name string
		desk.Assistant
	}{
		{"nothing", desk.Assistant{Enabled: true}},
		{"everything", desk.Assistant{Enabled: true, ConfidenceThreshold: ptr(0.001), Languages: conditions.Languages(), Conditions: []conditions.Condition{never}}},
	} {
		w.putAssistant(set.Assistant)
		for what, interaction := range enquiries {
			atIt := what == "ringing" || what == "active" || what == "in transfer"
			ask := func(how string, s conditions.Signals) {
				s.InteractionID, s.Confidence = interaction, ptr(1.0)
				d := w.decide(s)
				if d.Escalate == atIt || !atIt && (d.Rule != conditions.RuleWish || d.Reason != desk.CustomerRequest) || atIt && (d.EscalationID == "" || !d.State.Open()) {
					t.Errorf("with %s set, of a conversation that is %s, %s: %+v", set.name, what, how, d)
				}
			}
			for _, wish := range wishes {
				ask("now: "+wish, conditions.Signals{Message: wish, At: w.clock.Now().UnixMilli()})
				ask("without a time: "+wish, conditions.Signals{Message: wish})
			}
			old := conditions.Signals{Message: wishes[0], At: w.clock.Now().Add(-time.Hour).UnixMilli()}
			if strings.HasPrefix(what, "handed back") {
				old.InteractionID = interaction
				if d := w.decide(old); d.Escalate || d.Rule != conditions.RuleHandedBack {
					t.Errorf("of a conversation that is %s, before it was: %+v", what, d)
				}
			} else {
				ask("before it ended", old)
			}
			ask("by the flag alone", conditions.Signals{WantsPerson: true})
			ask("by the flag beside old words", conditions.Signals{Message: "no", At: 1, WantsPerson: true})
			ask("of a department that is not there", conditions.Signals{Message: wishes[0], Department: "dep_nowhere", OtherDepartment: "nobody", Channel: string(roster.Call)})
		}
	}
}
