package desk_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

// recovery is the order in which the messages sent are delivered after a crash, each
// twice at least.
type recovery int

const (
	inTime   recovery = iota // each at its time, and at once a second time
	anyOrder                 // by chance, some long before their time
	hourLate                 // an hour late, in any order
	answered                 // by chance, after agents have taken and finished what rings
	recoveries
)

func (r recovery) String() string {
	return [...]string{"in time", "any order", "an hour late", "answered"}[r]
}

// deliveries is how often every message is delivered.
const deliveries = 2

// recover delivers every message until there are none. No caller repeats anything.
func (st *stage) recover(how recovery, seed uint64) error {
	r := rand.New(rand.NewPCG(seed, uint64(how)))
	if how == answered {
		if err := st.answerAll(); err != nil {
			return err
		}
	}
	for n := 0; n < 400; n++ {
		left := slices.DeleteFunc(st.post.left(deliveries), st.endless)
		if len(left) == 0 {
			return nil
		}
		first := left[0].at
		if how == hourLate {
			st.to(first.Add(time.Hour))
			left = slices.DeleteFunc(left, func(l letter) bool { return l.at.After(st.world.clock.Now()) })
		}
		l := left[0]
		if how != inTime {
			l = left[r.IntN(len(left))]
		}
		if rings := st.witness.Overdue(l.at); how == inTime && len(rings) > 0 && !st.lost {
			return fmt.Errorf("at %v %v", l.at, rings)
		}
		if early := how != inTime && n < 8 && r.IntN(3) == 0; !early {
			st.to(l.at)
		}
		st.post.take(l.id, 1)
		if err := st.world.Wake(st.world.ctx, l.message); err != nil {
			return fmt.Errorf("delivering %+v: %w", l.message, err)
		}
	}
	return fmt.Errorf("messages without end: %+v", st.post.left(deliveries))
}

// looksFollowed is how many looks at a callback are followed: while it waits there is always
// a further one.
const looksFollowed = 3

// looks are the times of the looks at a callback for which a timer was sent, in order.
func (st *stage) looks(id string) (at []time.Time) {
	for _, l := range st.post.about(desk.WakeDue, id) {
		at = append(at, l.message.Due)
	}
	slices.SortFunc(at, time.Time.Compare)
	return slices.CompactFunc(at, time.Time.Equal)
}

// endless reports whether a message is one of a chain without end that was followed long
// enough.
func (st *stage) endless(l letter) bool {
	if l.message.Kind != desk.WakeDue {
		return false
	}
	looks := st.looks(l.message.CallbackID)
	return len(looks) > looksFollowed && l.message.Due.After(looks[looksFollowed-1])
}

// answerAll lets the agents accept and complete all that rings for them.
func (st *stage) answerAll() error {
	for _, id := range st.witness.Escalations() {
		s, err := st.world.Peek(st.world.ctx, st.world.acc, id)
		if err != nil || s.OfferTo == "" {
			continue
		}
		if _, err := st.world.Accept(st.world.ctx, st.world.staff(s.OfferTo), id, s.Offer); err != nil {
			return fmt.Errorf("accepting %s: %w", id, err)
		}
		if _, err := st.world.Complete(st.world.ctx, st.world.staff(s.OfferTo), id, desk.Completion{Outcome: "hand_back"}); err != nil {
			return fmt.Errorf("completing %s: %w", id, err)
		}
	}
	return nil
}

// look lets the agents' apps ask for their work, days later: whoever reads what is
// overdue sends its timer again.
func (st *stage) look() {
	st.world.clock.Advance(72 * time.Hour)
	for _, id := range st.world.agents {
		_, err := st.world.MyEscalations(st.world.ctx, st.world.staff(id))
		must(st.world.t, err)
	}
}

// follow lets all that comes after the stop happen, and tells what is broken then.
func (st *stage) follow(s *schedule, how recovery, seed uint64, look bool) []string {
	if err := st.recover(how, seed); err != nil {
		return []string{err.Error()}
	}
	if asked, err := st.askAgain(); err != nil {
		return []string{err.Error()}
	} else if asked {
		if err := st.recover(how, seed+1); err != nil {
			return []string{err.Error()}
		}
	}
	if look {
		st.look()
		if err := st.recover(inTime, seed); err != nil {
			return []string{err.Error()}
		}
	}
	return st.check(s)
}

// askAgain has the callers of requests that were stored without their timer ask for the same once more, where that
// timer was on its way before: until both are done a request is its caller's.
func (st *stage) askAgain() (asked bool, err error) {
	if !st.knows {
		return false, nil
	}
	for _, id := range st.witness.Requests() {
		if len(st.post.about(desk.WakeRing, id)) > 0 {
			continue
		}
		asked = true
		if err := st.world.EscalateAgain(st.world.ctx, id); err != nil {
			return true, fmt.Errorf("asking for %s again: %w", id, err)
		}
	}
	return asked, nil
}

// check holds what came of it all against the promises, and tells what is broken.
func (st *stage) check(s *schedule) []string {
	verdict := judged(st.journal)
	bad := slices.Concat(st.witness.Broken, verdict.faults, verdict.unended())
	note := func(format string, args ...any) { bad = append(bad, fmt.Sprintf(format, args...)) }
	for _, id := range st.witness.Requests() {
		if !st.knows && s.timerFailed("ring") {
			break // a request without a timer is its caller's until they are answered
		}
		if follows, err := st.world.Follows(st.world.ctx, id); follows == "" && !slices.Contains(st.witness.Escalations(), id) {
			note("%s was stored, and nothing came of it (%v)", id, err)
		}
	}
	st.checkBells(s, note)
	if verdict.passed > 0 {
		note("%d passed over", verdict.passed)
	}
	list, err := st.world.Escalations(st.world.ctx, st.world.admin, desk.EscalationFilter{}, desk.Page{Limit: 100})
	if err != nil {
		note("%v", err)
	}
	var ids []string
	for _, e := range list.Items {
		ids = append(ids, e.ID)
		st.checkEscalation(e, s.timerFailed("ring"), note)
	}
	slices.Sort(ids)
	if !slices.Equal(ids, st.witness.Escalations()) {
		note("listed are %v, there are %v", ids, st.witness.Escalations())
	}
	st.checkCallbacks(note)
	st.checkReminders(s, note)
	st.checkLeaver(note)
	st.checkMembers(note)
	st.checkTokens(s, note)
	st.checkSessions(note)
	st.checkReach(note)
	st.checkOwner(note)
	st.checkShifts(note)
	st.checkMetrics(s, note)
	st.checkTold(s, note)
	return bad
}

// checkBells checks that phones rang for what was offered to their agents, and for
// nothing else. A push that was lost with its process, or did not get through, is a
// missed turn.
func (st *stage) checkBells(s *schedule, note noter) {
	rung := map[desk.Offered]bool{}
	for _, r := range st.bells.rung {
		if r.notice.Kind == desk.NoticeOffer {
			rung[desk.Offered{Escalation: r.notice.EscalationID, Number: r.notice.Offer, Member: r.member}] = true
		}
	}
	for o := range rung {
		if !st.witness.Offers()[o] {
			note("it rang for %+v, which never was", o)
		}
	}
	again := slices.ContainsFunc(st.post.letters, func(l letter) bool { return l.message.Kind == desk.WakePush })
	if a := s.stopped(); again || a != nil && (s.died || a.kind == "Push" || strings.Contains(a.what, "devices")) {
		return
	}
	for o := range st.witness.Offers() {
		if !rung[o] && o.Member != st.bells.refuses {
			note("no phone rang for %+v", o)
		}
	}
}

type noter func(format string, args ...any)

// checkEscalation checks how one escalation ended.
func (st *stage) checkEscalation(e desk.Escalation, failed bool, note noter) {
	switch {
	case e.State == desk.Completed && (e.AcceptedAt == nil || e.Outcome == nil):
		note("%s is completed and was never accepted", e.ID)
	case e.State == desk.Cancelled && !st.left && !e.Drill:
		note("%s is cancelled and the customer did not leave", e.ID)
	case e.State == desk.CalledFor && e.Drill:
		note("%s is a drill and has a callback", e.ID)
	}
	if e.CallbackID != nil {
		st.checkCallback(*e.CallbackID, e, note)
	}
	st.checkReceipts(e, failed, note)
}

// checkCallback checks that the callback holds the whole conversation.
func (st *stage) checkCallback(id string, e desk.Escalation, note noter) {
	cb, err := st.world.Callback(st.world.ctx, st.world.admin, id, "")
	if err != nil {
		note("%s: %v", e.ID, err)
		return
	}
	i := slices.IndexFunc(cb.Conversations, func(c desk.CallbackConversation) bool { return c.EscalationID == e.ID })
	if i < 0 || len(cb.Conversations[i].Messages) == 0 || cb.Conversations[i].Messages[0] != st.world.request(0).Conversation.Messages[0] {
		note("%s: callback %s has the conversations %+v", e.ID, id, cb.Conversations)
	}
}

// checkReceipts compares the receipts with the history. When a timer could not be sent
// nobody was asked though somebody was free.
func (st *stage) checkReceipts(e desk.Escalation, failed bool, note noter) {
	receipts, err := st.world.Receipts(st.world.ctx, st.world.admin, e.ID)
	if err != nil {
		note("%s: %v", e.ID, err)
	}
	var offered []string
	for _, h := range e.History {
		if h.What == "offered" {
			offered = append(offered, h.MemberID)
		}
	}
	var dealt []string
	for _, r := range receipts {
		if r.Offer == 0 {
			late := e.Because != nil && *e.Because == roster.Trouble || e.Drill // whose timer came too late
			if !r.Directed && !failed && !late && slices.ContainsFunc(r.Candidates, func(c desk.Candidate) bool { return c.Reason == "later_in_rotation" }) {
				note("%s: a receipt without offer has candidates: %+v", e.ID, r)
			}
			continue
		}
		dealt = append(dealt, r.Candidates[0].MemberID)
		if r.Offer != len(dealt) || r.Ticket == 0 || r.Candidates[0].Reason != "offered" {
			note("%s: receipt %d is %+v", e.ID, len(dealt), r)
		}
	}
	if !slices.Equal(offered, dealt) {
		note("%s was offered to %v, receipts say %v", e.ID, offered, dealt)
	}
}

// checkCallbacks checks that every callback is found in the list of its state.
func (st *stage) checkCallbacks(note noter) {
	var want, got []string
	for state, ids := range st.witness.Callbacks() {
		want = append(want, ids...)
		list, err := st.world.Callbacks(st.world.ctx, st.world.admin, desk.CallbackFilter{States: []string{state}}, desk.Page{Limit: 100})
		if err != nil {
			note("%v", err)
		}
		for _, cb := range list.Items {
			got = append(got, cb.ID)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		note("listed are callbacks %v, there are %v", got, want)
	}
}

// timerFailed reports whether a process was told that a timer could not be sent, of that
// kind or with an empty one of any.
func (s *schedule) timerFailed(kind string) bool {
	a := s.stopped()
	return a != nil && a.kind == "Send" && s.how != dies && strings.HasPrefix(a.what, kind)
}

// tell tells how things stand, for the report of a fault.
func (st *stage) tell() string {
	var b strings.Builder
	for _, id := range st.witness.Escalations() {
		if e, err := st.world.Escalation(st.world.ctx, st.world.admin, id); err == nil {
			fmt.Fprintf(&b, "%s is %s, %+v\n", id, e.State, e.History)
		}
	}
	for _, l := range st.post.letters {
		fmt.Fprintf(&b, "sent for %s: %+v\n", l.at.Format("15:04:05.000"), l.message)
	}
	return b.String()
}
