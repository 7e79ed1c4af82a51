package desk_test

import (
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/desk"
)

func TestContact(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	r := w.request(1)
	r.Customer = desk.Customer{Name: "Meera"}
	a := w.miss(r)
	if !a.Callback.NeedsContact || !w.callback(a.Callback.ID).NeedsContact || !strings.Contains(a.Say, "?") {
		t.Fatalf("without contact: %+v", a)
	}
	_, err := w.Contact(w.ctx, w.outsider().AccountID, a.Callback.ID, desk.Customer{Phone: "+49301"})
	wantProblem(t, err, "not-found")
	_, err = w.Contact(w.ctx, w.acc, "cb_aaaaaaaaaaaa", desk.Customer{Phone: "+49301"})
	wantProblem(t, err, "not-found")
	for range 2 { // repeated
		cb, err := w.Contact(w.ctx, w.acc, a.Callback.ID, desk.Customer{Email: " Meera@Example.com", Locale: "en"})
		must(t, err)
		if want := (desk.Customer{Name: "Meera", Email: "meera@example.com", Locale: "en"}); cb.Customer != want || cb.NeedsContact || cb.State != "open" {
			t.Errorf("completed: %+v", cb)
		}
	}
	if s, err := w.Status(w.ctx, w.acc, a.EscalationID); err != nil || s.Callback.NeedsContact {
		t.Errorf("status: %+v, %v", s, err)
	}
	r = w.request(2)
	r.Customer = desk.Customer{Email: "meera@example.com"}
	if got := w.miss(r).Callback.ID; got != a.Callback.ID {
		t.Error("the next one of the same customer does not join")
	}
	// A phone comes first: who asks with it joins, who asks with the e-mail no more.
	_, err = w.Contact(w.ctx, w.acc, a.Callback.ID, desk.Customer{Phone: "+49301"})
	must(t, err)
	for i, c := range []struct {
		customer desk.Customer
		joins    bool
	}{{desk.Customer{Phone: "+49301"}, true}, {desk.Customer{Email: "meera@example.com"}, false}} {
		r := w.request(10 + i)
		r.Customer = c.customer
		if got := w.miss(r).Callback.ID; (got == a.Callback.ID) != c.joins {
			t.Errorf("%+v: joined %t, want %t", c.customer, got == a.Callback.ID, c.joins)
		}
	}
	// Where another is open already both stay.
	r = w.request(20)
	r.Customer = desk.Customer{}
	second := w.miss(r).Callback.ID
	_, err = w.Contact(w.ctx, w.acc, second, desk.Customer{Phone: "+49301"})
	must(t, err)
	r = w.request(21)
	r.Customer.Phone = "+49301"
	if got := w.miss(r).Callback.ID; got != a.Callback.ID {
		t.Errorf("joined %s, want the one that had the contact first, %s", got, a.Callback.ID)
	}
	if _, err = w.CompleteCallback(w.ctx, w.admin, second, ""); err != nil || w.callback(a.Callback.ID).State != "open" {
		t.Errorf("completing the second: %v", err)
	}
	// One that has ended is completed, too, but is joined by nobody.
	_, err = w.Contact(w.ctx, w.acc, second, desk.Customer{Phone: "+49305"})
	must(t, err)
	r = w.request(22)
	r.Customer.Phone = "+49305"
	if got := w.miss(r).Callback.ID; got == second {
		t.Error("one that is done was joined")
	}
}
