package desk_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
)

// Changes that one makes after another are told in that order, however fast they come.
func TestAuditOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	var want []string
	for i := range 20 {
		w.clock.Advance(10 * time.Microsecond)
		d, err := w.CreateDepartment(w.ctx, w.admin, "", fmt.Sprint("Department ", i))
		must(t, err)
		want = append([]string{d.ID}, want...)
	}
	l, err := w.Audit(w.ctx, w.admin, desk.Page{Limit: 20})
	must(t, err)
	var got []string
	for _, a := range l.Items {
		got = append(got, a.Target)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("targets (-want +got):\n%s", diff)
	}
}
