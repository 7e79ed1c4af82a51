package desk_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/connectnow/backend/internal/desk"
)

// A whole office signs in at the same moment, from one network: the audit has one entry, and it
// counts all of them.
func TestManyAreNoticedAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	office := make([]*insider, 12)
	for i := range office {
		office[i] = w.insider("Agent" + string(rune('A'+i)))
	}
	var wg sync.WaitGroup
	for _, one := range office {
		wg.Go(func() {
			if _, _, err := w.SignIn(w.ctx, desk.Credentials{Email: one.email, Password: insiderPassword, Visitor: from(1)}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := w.tries(office[0].email, insiderPassword, from(1)); got != in { // whatever met with others is counted by the next
		t.Fatal(got)
	}
	l, err := w.Audit(w.ctx, w.admin, desk.AuditFilter{What: []string{"access.signed-in"}}, desk.Page{})
	must(t, err)
	if len(l.Items) != 1 || l.Items[0].Count != len(office)+1 || len(l.Items[0].Members) != len(office) || !strings.HasPrefix(l.Items[0].Network, "198.51.") {
		t.Errorf("%d entries: %+v", len(l.Items), l.Items)
	}
}
