package desk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

func TestCallbackList(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	support := w.department("Support")
	susi := w.member("Susi", desk.RoleStaff, support)
	// Due times fall while the clock goes on: later ones are due earlier.
	var all []string
	for i := range 5 {
		w.settings(desk.AccountPatch{CallbackDueMinutes: ptr(600 - 100*i)})
		r := w.request(i)
		switch i {
		case 1, 3:
			r.DepartmentID = support
		case 4:
			r.DepartmentID = ""
		}
		all = append(all, w.miss(r).Callback.ID)
		w.clock.Advance(time.Minute)
	}
	slices.Reverse(all)
	list := func(t *testing.T, by desk.Caller, state string) []string {
		t.Helper()
		f := desk.CallbackFilter{}
		if state != "" {
			f.States = []string{state}
		}
		l, err := w.Callbacks(w.ctx, by, f, desk.Page{Limit: 10})
		must(t, err)
		return ids(l.Items, func(cb desk.Callback) string { return cb.ID })
	}
	sales := w.staff(w.agents[0])
	for _, c := range []struct {
		name string
		by   desk.Caller
		want []string
	}{
		{"an admin", w.admin, all},
		{"staff of Sales", sales, []string{all[0], all[2], all[4]}},
		{"staff of Support", w.staff(susi), []string{all[0], all[1], all[3]}},
		{"another account", w.outsider(), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := list(t, c.by, ""); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	_, err := w.Callback(w.ctx, sales, all[1], "")
	wantProblem(t, err, "not-found")
	_, err = w.ClaimCallback(w.ctx, sales, all[1])
	wantProblem(t, err, "not-found")

	// By pages.
	var paged []string
	page := desk.Page{Limit: 2}
	for {
		l, err := w.Callbacks(w.ctx, w.admin, desk.CallbackFilter{}, page)
		must(t, err)
		paged = append(paged, ids(l.Items, func(cb desk.Callback) string { return cb.ID })...)
		if page.Cursor = l.NextCursor; page.Cursor == "" {
			break
		}
	}
	if !slices.Equal(paged, all) {
		t.Errorf("by pages: got %v, want %v", paged, all)
	}

	_, err = w.ClaimCallback(w.ctx, sales, all[0])
	must(t, err)
	_, err = w.CompleteCallback(w.ctx, w.admin, all[1], desk.Ending{Note: ""})
	must(t, err)
	_, err = w.DismissCallback(w.ctx, w.admin, all[2], desk.Ending{Note: "spam"})
	must(t, err)
	for _, c := range []struct {
		state string
		want  []string
	}{
		{"claimed", all[:1]},
		{"done", all[1:2]},
		{"dismissed", all[2:3]},
		{"open", all[3:]},
	} {
		t.Run(c.state, func(t *testing.T) {
			if got := list(t, w.admin, c.state); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	// One who holds it keeps it in sight when they leave the department.
	_, err = w.ClaimCallback(w.ctx, w.staff(susi), all[3])
	must(t, err)
	_, err = w.PatchMember(w.ctx, w.admin, susi, desk.MemberPatch{DepartmentIDs: &[]string{w.dep}})
	must(t, err)
	if got := list(t, w.staff(susi), "claimed"); !slices.Equal(got, []string{all[0], all[3]}) {
		t.Errorf("claimed, after leaving: got %v", got)
	}
}

// A department that was deleted is none: everybody sees its callbacks.
func TestCallbackOfADeletedDepartment(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	support := w.department("Support")
	r := w.request(1)
	r.DepartmentID = support
	id := w.miss(r).Callback.ID
	_, err := w.Callback(w.ctx, w.staff(w.agents[0]), id, "")
	wantProblem(t, err, "not-found")
	must(t, w.BuryDepartment(w.ctx, w.acc, support))
	cb, err := w.Callback(w.ctx, w.staff(w.agents[0]), id, "")
	must(t, err)
	if cb.DepartmentID != "" {
		t.Errorf("department: got %q, want none", cb.DepartmentID)
	}
}

func TestConversationsOfACallback(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	var want []string
	var id string
	ask := func(n int) {
		r := w.request(n)
		r.Customer = desk.Customer{Phone: "+49301"}
		r.Conversation.Messages = []desk.ChatMessage{{From: "customer", Text: strings.Repeat("é", 1<<10)}}
		a := w.miss(r)
		id = a.Callback.ID
		want = append([]string{a.EscalationID}, want...)
		w.clock.Advance(time.Minute)
	}
	for i := range 9 {
		ask(i)
	}
	var got []string
	pages := 0
	for cursor := ""; pages == 0 || cursor != ""; pages++ {
		cb, err := w.CallbackWithin(w.ctx, w.admin, id, cursor, 9<<10)
		must(t, err)
		size := 0
		for _, c := range cb.Conversations {
			size += len(c.Messages[0].Text)
			got = append(got, c.EscalationID)
		}
		if size > 9<<10 || cb.ConversationsCursor != "" && size < 8<<10 {
			t.Errorf("page %d holds %d bytes of text", pages, size)
		}
		cursor = cb.ConversationsCursor
		if pages == 0 { // one more comes while somebody reads: none is shown twice or left out
			ask(9)
		}
	}
	if !slices.Equal(got, want[1:]) || pages != 3 {
		t.Errorf("in %d pages: got %v, want %v", pages, got, want[1:])
	}
	if cb, err := w.CallbackWithin(w.ctx, w.admin, id, "", 10); err != nil || len(cb.Conversations) != 1 {
		t.Errorf("one that is larger than an answer: got %d, %v; want it all the same", len(cb.Conversations), err)
	}
	if cb := w.callback(id); len(cb.Conversations) != 10 || cb.ConversationsCursor != "" {
		t.Errorf("ten small ones: %d and cursor %q, want all at once", len(cb.Conversations), cb.ConversationsCursor)
	}
	first, err := w.CallbackWithin(w.ctx, w.admin, id, "", 10)
	must(t, err)
	other := w.miss(w.request(20)).Callback.ID
	if _, err = w.Callback(w.ctx, w.admin, other, first.ConversationsCursor); other == id || !desk.IsProblem(err, "invalid") {
		t.Errorf("a cursor of another callback: %v", err)
	}
	for _, cursor := range []string{"x", "0", "-1", "99"} {
		_, err := w.Callback(w.ctx, w.admin, id, cursor)
		wantFields(t, err, "conversationsCursor")
	}
}

func TestCallbackFilter(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	support := w.department("Support")
	agent := w.staff(w.agents[0])
	ask := func(n int, change func(*desk.Request)) string {
		r := w.request(n)
		change(&r)
		id := w.miss(r).Callback.ID
		w.clock.Advance(time.Minute)
		return id
	}
	open := ask(1, func(r *desk.Request) { r.Customer = desk.Customer{Phone: "+49301", Email: "a@example.com"} })
	done := ask(2, func(r *desk.Request) { r.Customer, r.DepartmentID = desk.Customer{Phone: "+49301"}, support })
	mine := ask(3, func(r *desk.Request) { r.Customer = desk.Customer{Phone: "+5215512345678"} })
	ask(4, func(r *desk.Request) { r.InteractionID, r.DepartmentID = "conv-1", support })
	_, err := w.CompleteCallback(w.ctx, w.admin, done, desk.Ending{})
	must(t, err)
	_, err = w.ClaimCallback(w.ctx, agent, mine)
	must(t, err)
	all := []string{"open", "claimed", "done", "dismissed"}
	w.clock.Advance(236*time.Minute + time.Second) // the first is due, the others are not
	for _, c := range []struct {
		name   string
		by     desk.Caller
		filter desk.CallbackFilter
		want   []string
	}{
		{"none", w.admin, desk.CallbackFilter{}, []string{open}},
		{"all states", w.admin, desk.CallbackFilter{States: all}, []string{open, done, mine}},
		{"in sight", agent, desk.CallbackFilter{States: all}, []string{open, mine}},
		{"department", w.admin, desk.CallbackFilter{States: all, DepartmentID: support}, []string{open, done}},
		{"mine", agent, desk.CallbackFilter{States: all, Mine: true}, []string{mine}},
		{"not the admin's", w.admin, desk.CallbackFilter{States: all, Mine: true}, nil},
		{"overdue", w.admin, desk.CallbackFilter{States: all, Overdue: true}, []string{open}},
		{"phone", w.admin, desk.CallbackFilter{States: all, Customer: "+49301"}, []string{open, done}},
		{"phone, in sight", agent, desk.CallbackFilter{States: all, Customer: "+49301"}, []string{open}},
		{"phone, open", w.admin, desk.CallbackFilter{Customer: "+49301"}, []string{open}},
		{"e-mail", w.admin, desk.CallbackFilter{States: all, Customer: "A@example.com"}, []string{open}},
		{"another form of the number", w.admin, desk.CallbackFilter{States: all, Customer: "+525512345678"}, []string{mine}},
		{"nobody's", w.admin, desk.CallbackFilter{States: all, Customer: "+49309"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			page := desk.Page{Limit: 1}
			for {
				l, err := w.Callbacks(w.ctx, c.by, c.filter, page)
				must(t, err)
				got = append(got, ids(l.Items, func(cb desk.Callback) string { return cb.ID })...)
				if page.Cursor = l.NextCursor; page.Cursor == "" {
					break
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
