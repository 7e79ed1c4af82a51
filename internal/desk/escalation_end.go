package desk

import (
	"slices"
	"time"

	"github.com/connectnow/backend/internal/roster"
)

// Outcomes of a completed escalation. The first two no agent gives.
const (
	outcomeCustomerLeft = "customer_left"
	outcomeTimedOut     = "timed_out"
	outcomeResolved     = "resolved"
	outcomeHandBack     = "hand_back"
)

// Completion is an agent's account of finished work. Outcome is resolved, hand_back or
// no_customer; Verdict, if given, right or assistant_should_know.
type Completion struct {
	Outcome string `json:"outcome"`
	Note    string `json:"note"`
	Verdict string `json:"verdict"`
	// CallbackIDs are callbacks of the customer that are settled with it.
	CallbackIDs []string `json:"callbackIds"`

	wait []string // those of CallbackIDs that are still to be settled
}

// complete ends the work. The account of it is the agent's; by is empty for the customer or
// time.
func (e *escalation) complete(done Completion, by string, now time.Time) *step {
	s := &step{next: e.clone(), resolved: done.Outcome == outcomeResolved && !e.Drill, named: distinct(done.CallbackIDs), actor: by}
	s.endOffer(now, didWithdraw, "")
	s.next.Transfer = nil
	if e.Assigned != nil {
		s.release = append(s.release, release{member: e.Assigned.ID, fresh: true})
	}
	s.next.State, s.next.Ended = Completed, millis(now)
	s.next.Outcome, s.next.Note, s.next.Verdict = done.Outcome, done.Note, done.Verdict
	s.next.log(now, didComplete, by, "")
	return s
}

// correctable is how long an agent's account of finished work may be corrected.
const correctable = 10 * time.Minute

// completedBy is the member who completed it; empty when the customer left or time was up. The
// past must have been read.
func (e *escalation) completedBy() string {
	for _, h := range slices.Backward(slices.Concat(e.past, e.History)) {
		if h.What == didComplete {
			return h.Member
		}
	}
	return ""
}

// addAccount keeps the agent's words about work that ended without them, and settles the
// callbacks that they name: after a call that the customer ended they always come late. Soon
// after their own account it corrects that.
// Problem escalation-ended for whoever finds it completed by somebody else: what they have to
// say would go unheard.
func (e *escalation) addAccount(done Completion, by string, now time.Time) (*step, error) {
	switch who := e.completedBy(); {
	case who == by:
		return e.correct(done, by, now)
	case who != "" || !e.assignedTo(by):
		return nil, e.hasEnded("")
	}
	s := &step{next: e.clone(), actor: by, named: done.wait}
	switch news := done.Note != "" || done.Verdict != ""; {
	case news && e.Note == "" && e.Verdict == "":
		s.next.Note, s.next.Verdict = done.Note, done.Verdict
	case len(s.named) == 0:
		return nil, nil
	}
	return s, nil
}

// hasEnded is the answer to what only open work allows.
func (e *escalation) hasEnded(so string) *Problem {
	state := string(e.State)
	if e.State == CalledFor {
		state = "a callback"
	}
	return conflict("escalation-ended", "The escalation has ended", "It is "+state+so+".")
}

// correct replaces the outcome by that which the same member gives soon after. What was closed
// with it opens again, unless the matter is resolved now or the member names it anew; with the
// same outcome they may name more. Problem escalation-ended when that is too late.
func (e *escalation) correct(done Completion, by string, now time.Time) (*step, error) {
	switch {
	case done.Outcome == e.Outcome && len(done.wait) == 0 && (done.Note == e.Note && done.Verdict == e.Verdict || done.Note+done.Verdict == ""):
		return nil, nil // the same call again
	case now.After(instant(e.Ended).Add(correctable)):
		return nil, e.hasEnded(", and can be corrected for ten minutes only")
	}
	s := &step{next: e.clone(), actor: by, named: done.wait}
	if done.Outcome != e.Outcome {
		s.named = distinct(done.CallbackIDs)
		s.resolved = done.Outcome == outcomeResolved && !e.Drill
		s.reopen = done.Outcome != outcomeResolved && len(e.Closed) > 0
	}
	if s.next.Outcome = done.Outcome; done.Outcome != e.Outcome || done.Note+done.Verdict != "" {
		s.next.Note, s.next.Verdict = done.Note, done.Verdict
	}
	return s, nil
}

// end is the customer leaving: ringing becomes cancelled, active completed. With callback
// one is registered, once.
func (e *escalation) end(callback bool, now time.Time) *step {
	var s *step
	switch e.State {
	case Ringing:
		s = &step{next: e.clone()}
		s.endOffer(now, didWithdraw, "")
		s.next.State, s.next.Ended = Cancelled, millis(now)
		s.next.log(now, didCancel, "", "")
	case Active:
		s = e.complete(Completion{Outcome: outcomeCustomerLeft}, "", now)
	default:
		if !callback || e.Callback != "" {
			return nil
		}
		s = &step{next: e.clone()}
	}
	if callback && e.Callback == "" {
		s.callback, s.because = true, roster.NoAnswer
	}
	return s
}

// abandon takes a removed member out: an offer of theirs goes to the next, active work of
// theirs rings anew. What they had begun to transfer goes on in the department that it was for.
func (e *escalation) abandon(a *roster.Account, member string, now time.Time) *step {
	if e.offeredTo(member, 0) {
		return e.passOn(a, now, didWithdraw, "")
	}
	if !e.assignedTo(member) {
		return nil
	}
	s := &step{next: e.clone(), fallback: true}
	s.release = append(s.release, release{member: member})
	s.next.State, s.next.Assigned, s.next.Transfer = Ringing, nil, nil
	s.next.Accepted, s.next.Due = 0, 0
	s.next.log(now, didAbandon, member, "")
	if e.Transfer != nil && e.Transfer.Department != "" {
		s.next.Department, s.next.Unknown = e.Transfer.Department, false
	}
	if e.Offer == nil { // else a transfer rings already, and goes on as the offer
		s.seek = true
		s.next.Round, s.next.Offered = 0, []string{member}
	}
	return s
}
