package desk_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/roster"
)

// told is the world of a life as it is, line by line: what people would see, and what stands
// in the table behind it. Each line begins with what it is about.
func (l *life) told() []string {
	l.world.t.Helper()
	var lines []string
	for _, name := range l.works {
		lines = append(lines, l.work(name)...)
	}
	for _, name := range l.recalls {
		lines = append(lines, l.recall(name))
	}
	for _, name := range l.members {
		lines = append(lines, l.deskRow(name))
	}
	lines = append(lines, l.pushes()...)
	for _, d := range l.world.timers.Pending() {
		lines = append(lines, tell("timer", "%s", l.timer(d)))
	}
	return lines
}

// tell is one line of an output.
func tell(about, format string, a ...any) string {
	return fmt.Sprintf("%-9s ", about) + fmt.Sprintf(format, a...)
}

// at is a time as how long after the beginning it is.
func (l *life) at(t time.Time) string {
	s := t.Sub(l.start).String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return "+" + s
}

// work tells of an escalation: its state, its history, and how each turn was dealt.
func (l *life) work(name string) []string {
	e := l.world.view(l.ids[name])
	if e.CallbackID != nil && l.names[*e.CallbackID] == "" {
		recall := fmt.Sprintf("callback-%d", len(l.recalls)+1)
		l.baptize(recall, *e.CallbackID)
		l.recalls = append(l.recalls, recall)
	}
	lines := []string{tell("state", "%s %s", name, l.state(e))}
	for _, h := range e.History {
		line := tell("history", "%s %s %s", name, l.at(h.At), h.What)
		if h.MemberID != "" {
			line += " " + l.name(h.MemberID)
		}
		if h.Note != "" {
			line += ": " + h.Note
		}
		lines = append(lines, line)
	}
	receipts, err := l.world.Receipts(l.world.ctx, l.world.admin, e.ID)
	must(l.world.t, err)
	for _, r := range receipts {
		lines = append(lines, tell("receipt", "%s %s", name, l.receipt(r, e.Channel)))
	}
	return lines
}

func (l *life) state(e desk.Escalation) string {
	s := string(e.State)
	if e.AssignedTo != nil {
		s += " with " + l.name(e.AssignedTo.ID)
	}
	if o := e.Offer; o != nil {
		s += fmt.Sprintf(", offer %d at %s until %s", o.Number, l.name(o.MemberID), l.at(o.RingingUntil))
		if o.SeenAt != nil {
			s += ", seen"
		}
	}
	if e.Outcome != nil {
		s += ", " + *e.Outcome
	}
	if e.Because != nil {
		s += ", because " + string(*e.Because)
	}
	if e.Note != nil {
		s += ": " + *e.Note
	}
	return s
}

// receipt tells how a turn was dealt: who got it, then the others, each with their place.
// It leaves out those outside the department, and Olga, who is never online.
func (l *life) receipt(r desk.Receipt, ch roster.Channel) string {
	s := fmt.Sprintf("offer %d, ticket %d of %s %ss", r.Offer, r.Ticket, l.rotation(r.Rotation), ch)
	if r.Offer == 0 {
		s = fmt.Sprintf("no offer in %s %ss", l.rotation(r.Rotation), ch)
	}
	if r.Asked != r.Rotation {
		s += ", of those in " + l.rotation(r.Asked)
	}
	if r.Directed {
		s += ", directed"
	}
	if r.Overflow {
		s += ", overflow"
	}
	sep := ": "
	for _, c := range r.Candidates {
		if c.Reason != "not_in_department" && c.MemberID != l.world.admin.MemberID {
			s += fmt.Sprintf("%s%s %s at %d", sep, l.name(c.MemberID), c.Reason, c.Place)
			sep = ", "
		}
	}
	return s
}

func (l *life) rotation(id string) string {
	if id == "everyone" || id == "*" {
		return "everyone"
	}
	return l.name(id)
}

func (l *life) recall(name string) string {
	cb := l.world.callback(l.ids[name])
	s := fmt.Sprintf("%s %s, because %s, due %s", name, cb.State, cb.Because, l.at(cb.DueAt))
	for _, id := range cb.EscalationIDs {
		s += ", of " + l.name(id)
	}
	if cb.ClaimedBy != nil {
		s += ", held by " + l.name(cb.ClaimedBy.ID)
	}
	if cb.Note != nil {
		s += ": " + *cb.Note
	}
	return tell("callback", "%s", s)
}

// deskRow tells of a desk row: presence, what they can take or why not, work and places.
func (l *life) deskRow(name string) string {
	rows, err := l.world.Rows(l.world.ctx, l.world.acc)
	must(l.world.t, err)
	i := slices.IndexFunc(rows, func(r desk.RowState) bool { return r.ID == l.ids[name] })
	if i < 0 {
		return tell("row", "%s is a member no more", name)
	}
	r, a := rows[i], l.world.availability(rows[i].ID)
	s := fmt.Sprintf("%s %s", name, a.Status)
	switch {
	case a.Receiving.Call && a.Receiving.Chat:
		s += ", takes calls and chats"
	case a.Receiving.Call:
		s += ", takes calls"
	case a.Receiving.Chat:
		s += ", takes chats"
	case a.Because != a.Status:
		s += ", " + a.Because
	}
	if r.Missed > 0 {
		s += fmt.Sprintf(", missed %d", r.Missed)
	}
	for _, id := range r.Work {
		s += ", has " + l.name(id)
	}
	for _, k := range slices.Sorted(maps.Keys(r.Places)) {
		dep, channel, _ := strings.Cut(k, "/")
		s += fmt.Sprintf(", place %d of %s %ss", r.Places[k], l.rotation(dep), channel)
	}
	return tell("row", "%s", s)
}

// pushes tells what reached phones, in order; those of one moment by whom they went to.
func (l *life) pushes() []string {
	feed, err := l.world.phones.Feed("", 0)
	must(l.world.t, err)
	slices.Reverse(feed)
	joined := func(p local.Push) int { return slices.Index(l.members, l.name(p.MemberID)) }
	slices.SortStableFunc(feed, func(a, b local.Push) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(joined(a), joined(b)), cmp.Compare(a.Notice.Kind, b.Notice.Kind))
	})
	lines := make([]string, len(feed))
	for i, p := range feed {
		lines[i] = tell("push", "%s %s %s", l.at(p.At), l.name(p.MemberID), l.notice(p.Notice))
	}
	return lines
}

func (l *life) notice(n desk.Notice) string {
	s := string(n.Kind)
	if n.Drill {
		s += ", drill"
	}
	if n.Transfer {
		s += ", transfer"
	}
	if n.Offer > 0 {
		s += fmt.Sprintf(", offer %d", n.Offer)
	}
	for _, id := range []string{n.EscalationID, n.CallbackID} {
		if id != "" {
			s += " of " + l.name(id)
		}
	}
	if n.Department != "" {
		s += " for " + n.Department
	}
	if n.Count > 0 {
		s += fmt.Sprintf(", %d", n.Count)
	}
	if !n.RingingUntil.IsZero() {
		s += ", rings until " + l.at(n.RingingUntil)
	}
	return s
}

// timer tells of a message that waits: when it arrives, and what it is about.
func (l *life) timer(d local.Delivery) string {
	m := d.Message
	s := fmt.Sprintf("%s %s", l.at(d.At), m.Kind)
	if m.Finish != "" {
		s += " " + string(m.Finish)
	}
	if m.Offer > 0 {
		s += fmt.Sprintf(", offer %d", m.Offer)
	}
	for _, id := range []string{m.EscalationID, m.CallbackID, m.MemberID} {
		if id != "" {
			s += " of " + l.name(id)
		}
	}
	return s
}
