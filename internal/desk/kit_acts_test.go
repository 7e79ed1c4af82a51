package desk_test

import (
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/roster"
)

// What members do, said shortly, each failing the test when it fails.

func (w *world) accept(member, id string) desk.Escalation {
	w.t.Helper()
	e, err := w.Accept(w.ctx, w.staff(member), id, 0)
	must(w.t, err)
	return e
}

// comes has a member go online by themselves, on a page.
func (w *world) comes(member string) {
	w.t.Helper()
	_, err := w.SetPresence(w.ctx, w.staff(member), member, "online")
	must(w.t, err)
}

// poll has a page of the member ask what is theirs.
func (w *world) poll(member string) []desk.Escalation {
	w.t.Helper()
	list, err := w.MyEscalations(w.ctx, w.staff(member))
	must(w.t, err)
	return list
}

// seen has the phone that it rings for tell that the push arrived.
func (w *world) seen(id string) {
	w.t.Helper()
	must(w.t, w.Seen(w.ctx, w.staff(w.peek(id).OfferTo), id, 0))
}

func (w *world) decline(member, id string) {
	w.t.Helper()
	must(w.t, w.Decline(w.ctx, w.staff(member), id, 0, ""))
}

func (w *world) complete(member, id string) desk.Escalation {
	w.t.Helper()
	e, err := w.Complete(w.ctx, w.staff(member), id, desk.Completion{Outcome: "resolved"})
	must(w.t, err)
	return e
}

func (w *world) end(id string) desk.Answer {
	w.t.Helper()
	a, err := w.End(w.ctx, w.acc, id, false)
	must(w.t, err)
	return a
}

// ring escalates and wants it to ring.
func (w *world) ring(r desk.Request) desk.Answer {
	w.t.Helper()
	a := w.escalate(r)
	if a.Outcome != desk.OutcomeRinging || a.Agent == nil {
		w.t.Fatalf("%s: got outcome %s, want ringing", r.RequestID, a.Outcome)
	}
	return a
}

// take escalates and has the agent accept.
func (w *world) take(r desk.Request) desk.Answer {
	w.t.Helper()
	a := w.ring(r)
	w.accept(a.Agent.ID, a.EscalationID)
	return a
}

// miss has nobody take a call or chat, and so a callback made of it.
func (w *world) miss(r desk.Request) desk.Answer {
	w.t.Helper()
	a := w.escalate(r)
	if a.Outcome != desk.OutcomeCallback || a.Callback == nil {
		w.t.Fatalf("%s: got outcome %s, want callback", r.RequestID, a.Outcome)
	}
	return a
}

func (w *world) settings(p desk.AccountPatch) {
	w.t.Helper()
	_, err := w.PatchAccount(w.ctx, w.admin, p)
	must(w.t, err)
}

func (w *world) capacity(member string, calls, chats int) {
	w.t.Helper()
	_, err := w.PatchMember(w.ctx, w.admin, member, desk.MemberPatch{Capacity: &desk.Capacity{Calls: calls, Chats: chats}})
	must(w.t, err)
}

func (w *world) department(name string) string {
	w.t.Helper()
	dep, err := w.AddDepartment(w.ctx, w.acc, name)
	must(w.t, err)
	return dep.ID
}

// agent makes a further member who is online.
func (w *world) agent(name string, deps ...string) string {
	w.t.Helper()
	id := w.member(name, desk.RoleStaff, deps...)
	w.online(id)
	return id
}

// outsider is the owner of another account.
func (w *world) outsider() desk.Caller {
	w.t.Helper()
	a, err := w.AddAccount(w.ctx, desk.NewAccount{Name: "Rival", TimeZone: "UTC"})
	must(w.t, err)
	id, err := w.AddMember(w.ctx, a.ID, desk.NewMember{FirstName: "Ria", LastName: "Rival", Email: "ria@example.org", Role: desk.RoleOwner})
	must(w.t, err)
	return desk.Caller{MemberID: id, AccountID: a.ID, Role: desk.RoleOwner}
}

// schedule gives a member working hours in compact form; with none they are always on
// shift.
func (w *world) schedule(member, compact string) {
	w.t.Helper()
	s, err := hours.Parse(compact)
	must(w.t, err)
	var to *hours.WorkingHours
	if s != nil {
		h := s.Hours()
		to = &h
	}
	_, err = w.SetWorkingHours(w.ctx, w.admin, member, to)
	must(w.t, err)
}

// place is a member's place in a department's rotation.
func (w *world) place(member, dep string, ch roster.Channel) int64 {
	w.t.Helper()
	return w.row(member).Places[strings.TrimPrefix(dep, "dep_")+"/"+string(ch)]
}

func (w *world) view(id string) desk.Escalation {
	w.t.Helper()
	e, err := w.Escalation(w.ctx, w.admin, id)
	must(w.t, err)
	return e
}

func (w *world) callback(id string) desk.CallbackDetail {
	w.t.Helper()
	cb, err := w.Callback(w.ctx, w.admin, id, "")
	must(w.t, err)
	return cb
}

func (w *world) availability(member string) roster.Availability {
	w.t.Helper()
	m, err := w.Me(w.ctx, w.staff(member))
	must(w.t, err)
	return m.Availability
}

// clean wants that the escalation is on exactly the desk rows of those who have it:
// whom it rings for and who handles it.
func (w *world) clean(id string) {
	w.t.Helper()
	s := w.peek(id)
	rows, err := w.Rows(w.ctx, w.acc)
	must(w.t, err)
	for _, r := range rows {
		want := s.State.Open() && (s.OfferTo == r.ID || s.Assigned == r.ID)
		if got := slices.Contains(r.Work, id); got != want {
			w.t.Errorf("%s on the row of %s: got %t, want %t (%+v)", id, r.ID, got, want, s)
		}
	}
}

// notices are what reached a member's phone, oldest first.
func (w *world) notices(member string) []desk.Notice {
	w.t.Helper()
	pushes, err := w.phones.Feed("phone-"+member, 0)
	must(w.t, err)
	slices.Reverse(pushes)
	notices := make([]desk.Notice, len(pushes))
	for i, p := range pushes {
		notices[i] = p.Notice
	}
	return notices
}

// wantKinds wants a member's phone to have got notices of these kinds, in order.
func (w *world) wantKinds(member string, want ...desk.NoticeKind) {
	w.t.Helper()
	var got []desk.NoticeKind
	for _, n := range w.notices(member) {
		got = append(got, n.Kind)
	}
	if !slices.Equal(got, want) {
		w.t.Errorf("pushes to %s: got %v, want %v", member, got, want)
	}
}

func whats(e desk.Escalation) []string {
	var list []string
	for _, h := range e.History {
		list = append(list, h.What)
	}
	return list
}

func ids[T any](list []T, id func(T) string) []string {
	var all []string
	for _, v := range list {
		all = append(all, id(v))
	}
	return all
}

func wantClass(t testing.TB, err error, class desk.Class) {
	t.Helper()
	var p *desk.Problem
	if !errors.As(err, &p) || p.Class != class {
		t.Errorf("got error %v, want a problem of class %d", err, class)
	}
}

// wantFields wants the problem of exactly these bad fields.
func wantFields(t testing.TB, err error, want ...string) {
	t.Helper()
	var p *desk.Problem
	if !errors.As(err, &p) || p.Class != desk.Invalid {
		t.Fatalf("got error %v, want bad fields %v", err, want)
	}
	got := ids(p.Fields, func(f desk.FieldError) string { return f.Field })
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("bad fields: got %v, want %v", got, want)
	}
}

func ptr[T any](v T) *T { return &v }

func (w *world) name(member string) string {
	w.t.Helper()
	m, err := w.Member(w.ctx, w.admin, member)
	must(w.t, err)
	return m.FirstName
}

// hexed makes a token of Apple's form of a name.
func hexed(name string) string { return hex.EncodeToString([]byte(name)) }

func (w *world) put(member, device, token string) desk.Device {
	w.t.Helper()
	dev, err := w.PutDevice(w.ctx, w.staff(member), desk.Device{ID: device, Platform: desk.APNs, Token: hexed(token), VoIPToken: hexed("voip-" + token)})
	must(w.t, err)
	return dev
}

func (w *world) deviceIDs(member string) []string {
	w.t.Helper()
	devices, err := w.Devices(w.ctx, w.staff(member))
	must(w.t, err)
	return ids(devices, func(d desk.Device) string { return d.ID })
}

// listed reads a list of escalations to its end, page by page.
func (w *world) listed(by desk.Caller, f desk.EscalationFilter, limit int) (all []string, pages int) {
	w.t.Helper()
	for p := (desk.Page{Limit: limit}); ; {
		l, err := w.Escalations(w.ctx, by, f, p)
		must(w.t, err)
		if limit > 0 && len(l.Items) > limit {
			w.t.Errorf("a page of %d holds %d", limit, len(l.Items))
		}
		all = append(all, ids(l.Items, func(e desk.Escalation) string { return e.ID })...)
		pages++
		if p.Cursor = l.NextCursor; p.Cursor == "" {
			return all, pages
		}
	}
}
