package desk_test

import (
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
)

// Pushes are in the member's language, else the account's, else English, which is told as
// none.
func TestPushInLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.phone(agent)
	for i, c := range []struct {
		name, member, account, want string
		old                         bool // the devices are as an older version stored them
	}{
		{name: "nobody has one"},
		{name: "the member's", member: "hi-IN", account: "de", want: "hi"},
		{name: "the member's, stored before", member: "hi", want: "hi", old: true},
		{name: "the account's", account: "de-AT", want: "de"},
		{name: "the account's, stored before", account: "de", want: "de", old: true},
		{name: "one without words", member: "zh", account: "fr", want: "fr"},
		{name: "English, asked for", member: "en-GB", account: "fr"},
		{name: "neither has words", member: "zh", account: "ja"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.settings(desk.AccountPatch{Language: &c.account})
			_, err := w.PatchMember(w.ctx, w.admin, agent, desk.MemberPatch{Language: &c.member})
			must(t, err)
			if c.old {
				w.stored(keys.Devices(agent), func(fields map[string]any) { delete(fields, "la") })
			}
			w.pass(2 * time.Minute) // or there are too many tests
			must(t, w.TestDevice(w.ctx, w.staff(agent), w.deviceIDs(agent)[0]))
			id := w.ring(w.request(i)).EscalationID
			w.end(id)
			all := w.notices(agent)
			for _, n := range all[len(all)-3:] {
				if n.Language != c.want {
					t.Errorf("%s is in %q, want %q", n.Kind, n.Language, c.want)
				}
			}
			if c.old { // the app's next start tells the devices
				w.phone(agent)
			}
		})
	}
}
