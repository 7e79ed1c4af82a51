package desk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

// vanishKind is a kind of offer, with the table of what comes of it.
type vanishKind struct {
	name  string
	table string
	rows  int
	ring  func(v *vanishing) string // makes the offer at Receiver, who is free alone
}

func vanishKinds() []vanishKind {
	return []vanishKind{
		{"first", vanishFirst, 32, func(v *vanishing) string { return v.world.ring(v.world.request(1)).EscalationID }},
		{"overflow", vanishOverflow, 32, func(v *vanishing) string {
			r := v.world.request(1)
			r.DepartmentID, v.asked = v.support, v.support
			return v.world.ring(r).EscalationID
		}},
		{"transfer to a member", vanishToMember, 36, func(v *vanishing) string {
			return v.transfers(desk.Transfer{MemberID: v.receiver})
		}},
		{"transfer to a department", vanishToDepartment, 36, func(v *vanishing) string {
			v.asked = v.support
			return v.transfers(desk.Transfer{DepartmentID: v.support})
		}},
		{"drill", vanishDrill, 36, func(v *vanishing) string { return v.drills(desk.Drill{DepartmentID: v.world.dep}) }},
		{"drill for one", vanishDrillForOne, 32, func(v *vanishing) string { return v.drills(desk.Drill{MemberID: v.receiver}) }},
	}
}

// Whatever vanishes while it rings, and whatever is answered then, the escalation goes on as its
// table says. What is right was taken from the product's promises, not from a run.
func TestVanishing(t *testing.T) {
	t.Parallel()
	for _, kind := range vanishKinds() {
		rows := vanishRows(t, kind.table)
		if len(rows) != kind.rows {
			t.Errorf("%s: got %d rows, want %d", kind.name, len(rows), kind.rows)
		}
		for i, row := range rows {
			for _, alone := range []bool{false, true} {
				if testing.Short() && i%4 != 0 {
					continue
				}
				t.Run(strings.Join([]string{kind.name, row["vanishes"], row["answer"], company(alone)}, "/"), func(t *testing.T) {
					t.Parallel()
					v := newVanishing(t, kind.name, row["vanishes"])
					v.rings(kind.ring, row["vanishes"], alone)
					v.vanish(row["vanishes"])
					v.wants(row, v.answer(row["answer"]), row[company(alone)])
				})
			}
		}
	}
}

// company names the column of what comes of it.
func company(alone bool) string {
	if alone {
		return "alone"
	}
	return "with another"
}

// vanishRows reads a table: its cells by the names of their columns.
func vanishRows(t *testing.T, table string) (rows []map[string]string) {
	t.Helper()
	var names []string
	for line := range strings.Lines(strings.TrimSpace(table)) {
		cells := strings.Split(line, "|")
		switch {
		case strings.TrimSpace(line) == "":
			continue
		case names == nil:
			for _, c := range cells {
				names = append(names, strings.TrimSpace(c))
			}
			continue
		case len(cells) != len(names):
			t.Fatalf("%q has %d cells, want %d", line, len(cells), len(names))
		}
		row := map[string]string{}
		for i, c := range cells {
			row[names[i]] = strings.TrimSpace(c)
		}
		rows = append(rows, row)
	}
	return rows
}

// vanishing is a world in which one offer rings at Receiver. Next could take it, too, and Sender
// has it meanwhile, or began the drill.
type vanishing struct {
	world                  *world
	support                string
	sender, receiver, next string
	names                  map[string]string
	asked                  string // the department that was asked for
	id                     string
	offer                  desk.Offer
}

// newVanishing makes the people. Receiver has what is to vanish: a page, hours that end a minute
// from now, else a phone.
func newVanishing(t *testing.T, kind, what string) *vanishing {
	w := newWorld(t, worldOptions{})
	register := newRegister()
	w.Identity = register
	v := &vanishing{world: w, support: w.department("Support"), asked: w.dep}
	w.member("Susi", desk.RoleStaff, v.support)
	receives, follows := w.dep, w.dep // the departments of Receiver and Next
	switch kind {
	case "transfer to a member":
		receives = v.support
	case "transfer to a department":
		receives, follows = v.support, v.support
	}
	v.sender = w.member("Sender", desk.RoleStaff, w.dep)
	if strings.HasPrefix(kind, "drill") {
		v.sender = w.member("Ada", desk.RoleAdmin)
	}
	v.receiver = w.member("Receiver", desk.RoleStaff, receives)
	v.next = w.member("Next", desk.RoleStaff, follows)
	v.names = map[string]string{v.sender: "Sender", v.receiver: "Receiver", v.next: "Next"}
	for _, id := range []string{v.sender, v.receiver, v.next} {
		register.users[id] = signIn{"Password-1"}
	}
	switch what {
	case "lease", "lid":
		w.unreached(v.receiver)
	case "shift":
		w.phone(v.receiver)
		w.schedule(v.receiver, "Europe/Berlin 12345/0900-1101")
	default:
		w.phone(v.receiver)
	}
	return v
}

// rings makes the offer, ten seconds before the lease or the shift ends. Next comes after it.
func (v *vanishing) rings(ring func(v *vanishing) string, what string, alone bool) {
	v.world.t.Helper()
	switch what {
	case "lease", "lid":
		v.world.comes(v.receiver)
		if what == "lease" {
			v.world.pass(8*time.Minute - 10*time.Second)
		}
	default:
		v.world.online(v.receiver)
		v.world.pass(50 * time.Second)
		defer func() { v.world.seen(v.id) }()
	}
	v.id = ring(v)
	e := v.world.view(v.id)
	if e.Offer == nil || e.Offer.MemberID != v.receiver {
		v.world.t.Fatalf("it rings at %+v, want the receiver", e.Offer)
	}
	v.offer = *e.Offer
	if !alone {
		v.world.online(v.next)
	}
}

// transfers has Sender take a chat and hand it on.
func (v *vanishing) transfers(to desk.Transfer) string {
	v.world.t.Helper()
	v.world.online(v.sender)
	id := v.world.take(v.world.request(1)).EscalationID
	_, err := v.world.Transfer(v.world.ctx, v.world.staff(v.sender), id, to)
	must(v.world.t, err)
	return id
}

func (v *vanishing) drills(d desk.Drill) string {
	v.world.t.Helper()
	d.Channel = roster.Chat
	e, err := v.world.Drill(v.world.ctx, v.world.caller(v.sender, desk.RoleAdmin), "", d)
	must(v.world.t, err)
	return e.ID
}

// vanish has it vanish while it rings.
func (v *vanishing) vanish(what string) {
	v.world.t.Helper()
	v.world.clock.Advance(time.Second)
	phone := "phone-" + v.receiver
	switch what {
	case "sender":
		must(v.world.t, v.world.DeleteMember(v.world.ctx, v.world.admin, v.sender))
	case "receiver":
		must(v.world.t, v.world.DeleteMember(v.world.ctx, v.world.admin, v.receiver))
	case "department":
		must(v.world.t, v.world.DeleteDepartment(v.world.ctx, v.world.admin, v.asked))
	case "device":
		must(v.world.t, v.world.DeleteDevice(v.world.ctx, v.world.staff(v.receiver), phone))
	case "lease", "shift":
		v.world.pass(10 * time.Second)
	case "lid": // closes without a sign
	case "logout":
		must(v.world.t, v.world.SignOut(v.world.ctx, v.world.staff(v.receiver), "token", phone))
	case "password":
		must(v.world.t, v.world.SetPassword(v.world.ctx, v.world.admin, v.receiver, "Password-2"))
	default:
		v.world.t.Fatalf("nothing is known of %q", what)
	}
}

// answer has the receiver answer, or not, or the customer leave, and gives what was told.
func (v *vanishing) answer(how string) (told string) {
	v.world.t.Helper()
	v.world.clock.Advance(time.Second)
	var err error
	switch how {
	case "accept":
		_, err = v.world.Accept(v.world.ctx, v.world.staff(v.receiver), v.id, v.offer.Number)
	case "decline":
		err = v.world.Decline(v.world.ctx, v.world.staff(v.receiver), v.id, v.offer.Number, "")
	case "miss":
		v.world.until(v.offer.RingingUntil.Add(desk.TapTime))
		return ""
	case "end":
		v.world.end(v.id)
		return ""
	default:
		v.world.t.Fatalf("nobody answers with %q", how)
	}
	if err == nil {
		return "ok"
	}
	p := wantProblem(v.world.t, err, "offer-gone")
	if by := v.world.peek(v.id).Assigned; (p.Extra["takenBy"] != nil) != (by != "") {
		v.world.t.Errorf("the problem says %+v, and %q has it", p.Extra, by)
	}
	return "gone"
}

// wants compares what came of it with the row of the table.
func (v *vanishing) wants(row map[string]string, told, outcome string) {
	v.world.t.Helper()
	e := v.world.view(v.id)
	ended, why := v.ended(e)
	got := map[string]string{
		"told": told, "ended": ended, "why": why, "counted": v.counted(), "filed": "", "outcome": v.outcome(e),
	}
	if e.DepartmentName != nil {
		got["filed"] = *e.DepartmentName
	}
	want := map[string]string{"outcome": outcome}
	for _, k := range []string{"told", "ended", "why", "counted", "filed"} {
		want[k] = row[k]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		v.world.t.Errorf("(-want +got)\n%s%+v", diff, e.History)
	}
	v.world.clean(v.id)
	v.world.pass(10 * time.Minute) // it ends well, or somebody has it
	if s := v.world.peek(v.id); s.State == desk.Ringing || s.OfferTo != "" {
		v.world.t.Errorf("ten minutes later: got %+v, want nothing to ring", s)
	}
	v.world.clean(v.id)
}

// ended is how the receiver's offer ended, and the note of it.
func (v *vanishing) ended(e desk.Escalation) (how, why string) {
	for _, h := range e.History {
		if h.MemberID == v.receiver && h.What != "offered" {
			how, why = h.What, h.Note
		}
	}
	return how, why
}

// counted is what is counted of a receiver who is still there.
func (v *vanishing) counted() string {
	v.world.t.Helper()
	rows, err := v.world.Rows(v.world.ctx, v.world.acc)
	must(v.world.t, err)
	var counted []string
	for _, r := range rows {
		if r.ID == v.receiver && r.Missed > 0 {
			counted = append(counted, strings.Repeat("missed", r.Missed))
		}
		if r.ID == v.receiver && r.Unreached > 0 {
			counted = append(counted, strings.Repeat("unreachable", r.Unreached))
		}
	}
	return strings.Join(counted, " and ")
}

// outcome says where it rings and who has it, or what became of it.
func (v *vanishing) outcome(e desk.Escalation) string {
	v.world.t.Helper()
	var parts []string
	switch {
	case e.State == desk.CalledFor:
		cb := v.world.callback(*e.CallbackID)
		if cb.State != "open" || len(cb.Conversations) != 1 || len(cb.Conversations[0].Messages) == 0 {
			v.world.t.Errorf("the callback is %+v, want it open with the conversation", cb)
		}
		return "callback " + string(*e.Because)
	case e.CallbackID != nil:
		v.world.t.Errorf("it is %s and has the callback %s", e.State, *e.CallbackID)
	case e.State == desk.Completed:
		return "completed " + *e.Outcome
	case !e.State.Open():
		return string(e.State)
	}
	back := slices.ContainsFunc(e.History, func(h desk.Event) bool { return h.What == "transfer_failed" })
	switch {
	case e.AssignedTo != nil && back:
		parts = append(parts, "back with "+v.names[e.AssignedTo.ID])
	case e.AssignedTo != nil:
		parts = append(parts, v.names[e.AssignedTo.ID]+" has it")
	}
	if e.Offer != nil {
		parts = append(parts, "rings at "+v.names[e.Offer.MemberID])
	}
	return strings.Join(parts, ", ")
}
