package desk

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/roster"
)

// begun is when the escalations of these tests began. A later time is written as the seconds since.
var begun = time.UnixMilli(1795428000000).UTC()

func after(seconds int) time.Time { return begun.Add(time.Duration(seconds) * time.Second) }

// rings is an escalation that rings at Asha with its first offer.
func rings() *escalation {
	e := &escalation{State: Ringing, Channel: roster.Chat, Department: "dep_kids", Created: millis(begun)}
	e.offerTo(&roster.Row{ID: "mem_a", FirstName: "Asha"}, offer{Number: 1, Until: millis(after(25)), Ticket: 41, From: "dep_kids"}, begun)
	return e
}

// works is one that Asha has accepted on her phone ten seconds later.
func works() *escalation {
	s, err := rings().accept(settings(), Caller{MemberID: "mem_a", DeviceID: "phone"}, 1, after(10))
	if err != nil {
		panic(err)
	}
	return s.next
}

// handsOver is one that Asha works on, and that rings at Bilal, of the men, after a minute.
func handsOver(t Transfer) *escalation {
	s, err := works().ask(t, "mem_a", after(60))
	if err != nil {
		panic(err)
	}
	s.next.offerTo(&roster.Row{ID: "mem_b", FirstName: "Bilal"}, offer{Number: 2, Until: millis(after(85)), Ticket: 42, From: t.DepartmentID}, after(60))
	return s.next
}

// later is one that the first has missed and the second accepted.
func later(first, second string) *escalation {
	e := &escalation{State: Ringing, Channel: roster.Chat}
	e.offerTo(&roster.Row{ID: first, FirstName: first}, offer{Number: 1, Until: millis(after(25))}, begun)
	e = e.passOn(settings(), after(28), didMiss, "").next
	e.offerTo(&roster.Row{ID: second, FirstName: second}, offer{Number: 2, Until: millis(after(53))}, after(28))
	s, err := e.accept(settings(), Caller{MemberID: second}, 2, after(30))
	if err != nil {
		panic(err)
	}
	return s.next
}

// completed is one that Asha has completed after two minutes, with a callback.
func completed() *escalation {
	e := works().complete(Completion{Outcome: outcomeResolved, Note: "Sent anew.", CallbackIDs: []string{"cbk_1"}}, "mem_a", after(120)).next
	e.Closed = []closing{{ID: "cbk_1"}}
	return e
}

func but(e *escalation, change func(e *escalation)) *escalation {
	change(e)
	return e
}

func settings() *roster.Account {
	a := roster.NewAccount("Shop", "UTC", "")
	return &a
}

// stepText writes down what a step makes of an escalation: the fields that change, what is added to
// the history, who is released and told, and what else is to be done.
func stepText(before *escalation, s *step, err error) string {
	var p *Problem
	switch {
	case errors.As(err, &p):
		return fmt.Sprintf("%s: %s %v", p.Name, p.Detail, p.Extra)
	case err != nil:
		return err.Error()
	case s == nil:
		return "nothing"
	}
	var said []string
	was, is := fieldsOf(before), fieldsOf(s.next)
	for _, k := range slices.Sorted(maps.Keys(is)) {
		if k != "h" && !bytes.Equal(was[k], is[k]) {
			said = append(said, k+"="+string(is[k]))
		}
	}
	for _, k := range slices.Sorted(maps.Keys(was)) {
		if is[k] == nil {
			said = append(said, "no "+k)
		}
	}
	for _, h := range s.next.History[len(before.History):] {
		said = append(said, strings.TrimSpace(fmt.Sprintf("%s %s %s", h.What, h.Member, h.Note))+fmt.Sprintf(" at %d", since(h.At)))
	}
	for _, r := range s.release {
		text := "release " + r.member
		if r.how != "" {
			text += fmt.Sprintf(" as %s, rang %d to %g", r.how, since(r.rang.From), float64(r.rang.Until-millis(begun))/1000)
		}
		said = append(said, text+flags(map[string]bool{"keeps it": r.keep, "fresh": r.fresh}))
	}
	for _, l := range s.notices {
		said = append(said, fmt.Sprintf("tell %s %s %d", l.member, l.notice.Kind, l.notice.Offer))
	}
	if s.because != "" {
		said = append(said, "because "+string(s.because))
	}
	if len(s.named) > 0 {
		said = append(said, fmt.Sprint("named ", s.named))
	}
	if s.actor != "" {
		said = append(said, "by "+s.actor)
	}
	return strings.Join(said, "; ") + flags(map[string]bool{
		"seek": s.seek, "callback": s.callback, "fallback": s.fallback, "resolved": s.resolved, "reopen": s.reopen, "filed": s.filed, "nobody": s.nobody != nil,
	})
}

func since(ms int64) int64 { return (ms - millis(begun)) / 1000 }

func flags(set map[string]bool) string {
	text := ""
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if set[name] {
			text += ", " + name
		}
	}
	return text
}

func fieldsOf(e *escalation) map[string]json.RawMessage {
	body, err := json.Marshal(e)
	if err != nil {
		panic(err)
	}
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(body, &fields); err != nil {
		panic(err)
	}
	return fields
}

// transitions are the steps of the state machine, each from one escalation.
var transitions = []struct {
	name string
	from *escalation
	do   func(e *escalation) (*step, error)
	want string
}{
	{"accept", rings(), accepts("mem_a", "phone", 1), `acc=1795428020000; as={"id":"mem_a","firstName":"Asha"}; due=1795514420000; dv="phone"; s="active"; no o; no od; no or; accepted mem_a at 20; release mem_a, keeps it; tell mem_a offerWithdrawn 1`},
	{"accept whatever rings", rings(), accepts("mem_a", "", 0), `acc=1795428020000; as={"id":"mem_a","firstName":"Asha"}; due=1795514420000; s="active"; no o; no od; no or; accepted mem_a at 20; release mem_a, keeps it; tell mem_a offerWithdrawn 1`},
	{"accept another offer", rings(), accepts("mem_a", "", 2), `offer-gone: This offer is not yours any more. map[state:ringing]`},
	{"accept what rings at another", rings(), accepts("mem_b", "", 0), `offer-gone: This offer is not yours any more. map[state:ringing]`},
	{"accept a call", but(rings(), func(e *escalation) { e.Channel = roster.Call }), accepts("mem_a", "", 1), `acc=1795428020000; as={"id":"mem_a","firstName":"Asha"}; due=1795435220000; s="active"; no o; no od; no or; accepted mem_a at 20; release mem_a, keeps it; tell mem_a offerWithdrawn 1`},
	{"accept again", works(), accepts("mem_a", "phone", 1), `nothing`},
	{"accept again on another device", works(), accepts("mem_a", "tablet", 1), `offer-gone: You took it on another device. map[state:active takenBy:{mem_a Asha}]`},
	{"accept again, device not told", works(), accepts("mem_a", "", 1), `nothing`},
	{"accept again, device not known", but(works(), func(e *escalation) { e.Device = "" }), accepts("mem_a", "tablet", 1), `nothing`},
	{"accept what another has", works(), accepts("mem_b", "", 1), `offer-gone: Asha has it. map[state:active takenBy:{mem_a Asha}]`},
	{"accept what has been completed", completed(), accepts("mem_b", "", 1), `offer-gone: Asha has it. map[state:completed takenBy:{mem_a Asha}]`},
	{"accept what the customer has left", cancelled(), accepts("mem_a", "", 1), `offer-gone: The customer has left. map[state:cancelled]`},
	{"accept a transfer to a department", handsOver(Transfer{DepartmentID: "dep_men"}), accepts("mem_b", "pad", 2), `as={"id":"mem_b","firstName":"Bilal"}; d="dep_men"; due=1795514420000; dv="pad"; no o; no od; no or; no tr; accepted mem_b at 20; release mem_b, keeps it; release mem_a, fresh; tell mem_b offerWithdrawn 2`},
	{"accept a transfer to a member", handsOver(Transfer{MemberID: "mem_b"}), accepts("mem_b", "pad", 2), `as={"id":"mem_b","firstName":"Bilal"}; due=1795514420000; dv="pad"; no o; no od; no or; no tr; accepted mem_b at 20; release mem_b, keeps it; release mem_a, fresh; tell mem_b offerWithdrawn 2`},
	{"accept what one hands over", handsOver(Transfer{MemberID: "mem_b"}), accepts("mem_a", "phone", 2), `nothing`},

	{"decline", rings(), declines("mem_a", 1), `no o; declined mem_a busy at 70; release mem_a as declined, rang 0 to 28; tell mem_a offerWithdrawn 1; because no_answer, fallback, seek`},
	{"decline whatever rings", rings(), declines("mem_a", 0), `no o; declined mem_a busy at 70; release mem_a as declined, rang 0 to 28; tell mem_a offerWithdrawn 1; because no_answer, fallback, seek`},
	{"decline what rings at another", rings(), declines("mem_b", 0), `offer-gone: This offer is not yours any more. map[state:ringing]`},
	{"decline the last of the offers", but(rings(), func(e *escalation) { e.Round = 5 }), declines("mem_a", 1), `no o; declined mem_a busy at 70; release mem_a as declined, rang 0 to 28; tell mem_a offerWithdrawn 1; because no_answer, callback, fallback`},
	{"decline the last but one", but(rings(), func(e *escalation) { e.Round = 4 }), declines("mem_a", 1), `no o; declined mem_a busy at 70; release mem_a as declined, rang 0 to 28; tell mem_a offerWithdrawn 1; because no_answer, fallback, seek`},
	{"decline what an admin chose one for", but(rings(), func(e *escalation) { e.Directed = "mem_a" }), declines("mem_a", 1), `no o; no to; declined mem_a busy at 70; release mem_a as declined, rang 0 to 28; tell mem_a offerWithdrawn 1; because no_answer, fallback, seek`},
	{"decline a drill", but(rings(), func(e *escalation) { e.Directed, e.Drill = "mem_a", true }), declines("mem_a", 1), `no o; declined mem_a busy at 70; release mem_a as declined, rang 0 to 28; tell mem_a offerWithdrawn 1; because no_answer, callback, fallback`},
	{"decline a transfer to a department", handsOver(Transfer{DepartmentID: "dep_men"}), declines("mem_b", 2), `no o; declined mem_b busy at 70; release mem_b as declined, rang 60 to 70; tell mem_b offerWithdrawn 2; because no_answer, nobody, seek`},
	{"decline a transfer to a member", handsOver(Transfer{MemberID: "mem_b"}), declines("mem_b", 2), `no o; no tr; declined mem_b busy at 70; transfer_failed mem_a at 70; release mem_b as declined, rang 60 to 70; tell mem_b offerWithdrawn 2; tell mem_a transferFailed 0; because no_answer, nobody`},
	{"decline what one has accepted", works(), declines("mem_a", 1), `offer-gone: Asha has it. map[state:active takenBy:{mem_a Asha}]`},
	{"decline what one has accepted, whichever", works(), declines("mem_a", 0), `offer-gone: Asha has it. map[state:active takenBy:{mem_a Asha}]`},
	{"decline what was never offered", works(), declines("mem_b", 0), `offer-gone: Asha has it. map[state:active takenBy:{mem_a Asha}]`},
	{"decline an offer of before", handsOver(Transfer{MemberID: "mem_b"}), declines("mem_a", 1), `offer-gone: Asha has it. map[state:active takenBy:{mem_a Asha}]`},
	{"decline an offer that never was", handsOver(Transfer{MemberID: "mem_b"}), declines("mem_a", 2), `offer-gone: Asha has it. map[state:active takenBy:{mem_a Asha}]`},
	{"decline what has been completed", completed(), declines("mem_a", 1), `nothing`},

	{"decline what one missed, and another has", later("mem_a", "mem_b"), declines("mem_a", 0), `nothing`},
	{"decline what one missed, and has accepted since", later("mem_a", "mem_a"), declines("mem_a", 1), `nothing`},
	{"decline what one has accepted in the end", later("mem_a", "mem_a"), declines("mem_a", 2), `offer-gone: mem_a has it. map[state:active takenBy:{mem_a mem_a}]`},

	{"nobody answers in time", rings(), passes(30, didMiss), `no o; missed mem_a at 30; release mem_a as missed, rang 0 to 28; tell mem_a offerWithdrawn 1; because no_answer, fallback, seek`},
	{"complete", works(), completes("mem_a", Completion{Outcome: outcomeResolved, Note: "Done.", Verdict: "right", CallbackIDs: []string{"cbk_2", "cbk_1", "cbk_2"}}), `end=1795428070000; n="Done."; out="resolved"; s="completed"; v="right"; completed mem_a at 70; release mem_a, fresh; named [cbk_1 cbk_2]; by mem_a, resolved`},
	{"complete by hand back", works(), completes("mem_a", Completion{Outcome: outcomeHandBack}), `end=1795428070000; out="hand_back"; s="completed"; completed mem_a at 70; release mem_a, fresh; by mem_a`},
	{"complete a drill", but(works(), func(e *escalation) { e.Drill = true }), completes("mem_a", Completion{Outcome: outcomeResolved}), `end=1795428070000; out="resolved"; s="completed"; completed mem_a at 70; release mem_a, fresh; by mem_a`},
	{"complete what is handed over", handsOver(Transfer{DepartmentID: "dep_men"}), completes("mem_a", Completion{Outcome: outcomeResolved}), `end=1795428070000; out="resolved"; s="completed"; no o; no tr; withdrawn mem_b at 70; completed mem_a at 70; release mem_b as withdrawn, rang 60 to 70; release mem_a, fresh; tell mem_b offerWithdrawn 2; by mem_a, resolved`},
	{"an admin completes what rings", rings(), completes("mem_x", Completion{Outcome: outcomeResolved}), `end=1795428070000; out="resolved"; s="completed"; no o; withdrawn mem_a at 70; completed mem_x at 70; release mem_a as withdrawn, rang 0 to 28; tell mem_a offerWithdrawn 1; by mem_x, resolved`},

	{"the customer leaves what rings", rings(), ends(false), `end=1795428015000; s="cancelled"; no o; withdrawn mem_a at 15; cancelled at 15; release mem_a as withdrawn, rang 0 to 15; tell mem_a offerWithdrawn 1`},
	{"the customer leaves what rings, and is to be called", rings(), ends(true), `end=1795428015000; s="cancelled"; no o; withdrawn mem_a at 15; cancelled at 15; release mem_a as withdrawn, rang 0 to 15; tell mem_a offerWithdrawn 1; because no_answer, callback`},
	{"the customer leaves", works(), ends(false), `end=1795428015000; out="customer_left"; s="completed"; completed at 15; release mem_a, fresh`},
	{"the customer leaves, and is to be called", works(), ends(true), `end=1795428015000; out="customer_left"; s="completed"; completed at 15; release mem_a, fresh; because no_answer, callback`},
	{"the customer leaves what has ended", completed(), ends(false), `nothing`},
	{"the customer leaves what has ended, and is to be called", completed(), ends(true), `because no_answer, callback`},
	{"the customer leaves, and is to be called already", but(completed(), func(e *escalation) { e.Callback = "cbk_9" }), ends(true), `nothing`},
	{"the customer leaves what rings, and is to be called already", but(rings(), func(e *escalation) { e.Callback = "cbk_9" }), ends(true), `end=1795428015000; s="cancelled"; no o; withdrawn mem_a at 15; cancelled at 15; release mem_a as withdrawn, rang 0 to 15; tell mem_a offerWithdrawn 1`},

	{"account of one's own, the same", completed(), accounts("mem_a", 130, Completion{Outcome: outcomeResolved, Note: "Sent anew."}), `nothing`},
	{"account without words", completed(), accounts("mem_a", 130, Completion{Outcome: outcomeResolved}), `nothing`},
	{"account with another note", completed(), accounts("mem_a", 130, Completion{Outcome: outcomeResolved, Note: "By mail."}), `n="By mail."; by mem_a`},
	{"account with a verdict", completed(), accounts("mem_a", 130, Completion{Outcome: outcomeResolved, Note: "Sent anew.", Verdict: "right"}), `v="right"; by mem_a`},
	{"account that closes more", completed(), accounts("mem_a", 130, Completion{Outcome: outcomeResolved, wait: []string{"cbk_2"}, CallbackIDs: []string{"cbk_1", "cbk_2"}}), `named [cbk_2]; by mem_a`},
	{"another outcome", completed(), accounts("mem_a", 130, Completion{Outcome: "no_customer"}), `out="no_customer"; no n; by mem_a, reopen`},
	{"another outcome, naming one anew", completed(), accounts("mem_a", 130, Completion{Outcome: "no_customer", CallbackIDs: []string{"cbk_1"}, wait: []string{}}), `out="no_customer"; no n; named [cbk_1]; by mem_a, reopen`},
	{"another outcome, and nothing was closed", but(completed(), func(e *escalation) { e.Closed = nil }), accounts("mem_a", 130, Completion{Outcome: "no_customer"}), `out="no_customer"; no n; by mem_a`},
	{"resolved after all", but(completed(), func(e *escalation) { e.Outcome = "no_customer" }), accounts("mem_a", 130, Completion{Outcome: outcomeResolved}), `out="resolved"; no n; by mem_a, resolved`},
	{"resolved after all, a drill", but(completed(), func(e *escalation) { e.Outcome, e.Drill = "no_customer", true }), accounts("mem_a", 130, Completion{Outcome: outcomeResolved}), `out="resolved"; no n; by mem_a`},
	{"the last moment", completed(), accounts("mem_a", 720, Completion{Outcome: "no_customer"}), `out="no_customer"; no n; by mem_a, reopen`},
	{"too late", completed(), accounts("mem_a", 721, Completion{Outcome: "no_customer"}), `escalation-ended: It is completed, and can be corrected for ten minutes only. map[]`},
	{"account of what another completed", completed(), accounts("mem_b", 130, Completion{Outcome: outcomeResolved}), `escalation-ended: It is completed. map[]`},
	{"account of what the customer left", left(), accounts("mem_a", 130, Completion{Outcome: outcomeResolved, Note: "He hung up.", Verdict: "right"}), `n="He hung up."; v="right"; by mem_a`},
	{"account of what an admin completed", works().complete(Completion{Outcome: outcomeResolved}, "mem_x", after(60)).next, accounts("mem_a", 130, Completion{Outcome: outcomeResolved, Note: "Sent."}), `escalation-ended: It is completed. map[]`},
	{"note on what the customer left", left(), accounts("mem_a", 130, Completion{Note: "He hung up."}), `n="He hung up."; by mem_a`},
	{"verdict on what the customer left", left(), accounts("mem_a", 130, Completion{Outcome: outcomeResolved, Verdict: "right"}), `v="right"; by mem_a`},
	{"account twice of what the customer left", but(left(), func(e *escalation) { e.Note = "Old." }), accounts("mem_a", 130, Completion{Note: "New."}), `nothing`},
	{"verdict twice on what the customer left", but(left(), func(e *escalation) { e.Verdict = "right" }), accounts("mem_a", 130, Completion{Note: "New."}), `nothing`},
	{"no words of what the customer left", left(), accounts("mem_a", 130, Completion{Outcome: outcomeResolved}), `nothing`},
	{"callbacks of what the customer left", left(), accounts("mem_a", 130, Completion{wait: []string{"cbk_1"}}), `named [cbk_1]; by mem_a`},
	{"account of what the customer left another", left(), accounts("mem_b", 130, Completion{Note: "He hung up."}), `escalation-ended: It is completed. map[]`},

	{"a member is gone with whom it rings", rings(), abandons("mem_a"), `no o; withdrawn mem_a at 70; release mem_a as withdrawn, rang 0 to 28; tell mem_a offerWithdrawn 1; because no_answer, fallback, seek`},
	{"a member is gone to whom it is handed over", handsOver(Transfer{DepartmentID: "dep_men"}), abandons("mem_b"), `no o; withdrawn mem_b at 70; release mem_b as withdrawn, rang 60 to 70; tell mem_b offerWithdrawn 2; because no_answer, nobody, seek`},
	{"a member is gone who works on it", works(), abandons("mem_a"), `od=["mem_a"]; s="ringing"; no acc; no as; no due; member_removed mem_a at 70; release mem_a, fallback, seek`},
	{"a member is gone who hands it over", handsOver(Transfer{DepartmentID: "dep_men"}), abandons("mem_a"), `d="dep_men"; s="ringing"; no acc; no as; no due; no tr; member_removed mem_a at 70; release mem_a, fallback`},
	{"a member is gone who hands it to one", handsOver(Transfer{MemberID: "mem_b"}), abandons("mem_a"), `s="ringing"; no acc; no as; no due; no tr; member_removed mem_a at 70; release mem_a, fallback`},
	{"a member is gone who had nothing", works(), abandons("mem_b"), `nothing`},
	{"a member is gone who hands over what does not ring yet", but(handsOver(Transfer{DepartmentID: "dep_men"}), func(e *escalation) { e.Offer = nil }), abandons("mem_a"), `d="dep_men"; od=["mem_a"]; s="ringing"; no acc; no as; no due; no or; no tr; member_removed mem_a at 70; release mem_a, fallback, seek`},

	{"transfer to a department", works(), asks(Transfer{DepartmentID: "dep_men", Note: "Shoes"}, "mem_a"), `od=["mem_a"]; tr={"d":"dep_men"}; transfer_asked mem_a Shoes at 70, nobody, seek`},
	{"transfer to a member", works(), asks(Transfer{MemberID: "mem_b"}, "mem_a"), `od=["mem_a"]; tr={"m":"mem_b"}; transfer_asked mem_a at 70, nobody, seek`},
	{"transfer elsewhere while it rings there", handsOver(Transfer{MemberID: "mem_b"}), asks(Transfer{MemberID: "mem_c"}, "mem_a"), `od=["mem_a"]; tr={"m":"mem_c"}; no o; no or; withdrawn mem_b at 70; transfer_asked mem_a at 70; release mem_b as withdrawn, rang 60 to 70; tell mem_b offerWithdrawn 2, nobody, seek`},
	{"an admin moves what rings to a department", but(rings(), func(e *escalation) { e.Unknown = true }), asks(Transfer{DepartmentID: "dep_men"}, "mem_x"), `d="dep_men"; no o; no or; no u; withdrawn mem_a at 70; transfer_asked mem_x at 70; release mem_a as withdrawn, rang 0 to 28; tell mem_a offerWithdrawn 1, nobody, seek`},
	{"an admin moves what rings to a member", rings(), asks(Transfer{MemberID: "mem_b"}, "mem_x"), `to="mem_b"; no o; no or; withdrawn mem_a at 70; transfer_asked mem_x at 70; release mem_a as withdrawn, rang 0 to 28; tell mem_a offerWithdrawn 1, nobody, seek`},
	{"an admin moves what rings nowhere yet", but(rings(), func(e *escalation) { e.Offer = nil }), asks(Transfer{MemberID: "mem_b"}, "mem_x"), `to="mem_b"; no od; no or; transfer_asked mem_x at 70, nobody, seek`},
	{"transfer what has ended", completed(), asks(Transfer{MemberID: "mem_b"}, "mem_a"), `escalation-ended: It is completed and cannot be transferred. map[]`},
	{"transfer what is a callback", but(completed(), func(e *escalation) { e.State = CalledFor }), asks(Transfer{MemberID: "mem_b"}, "mem_a"), `escalation-ended: It is a callback and cannot be transferred. map[]`},
	{"a transfer that nobody took", handsOver(Transfer{MemberID: "mem_b"}), func(e *escalation) (*step, error) {
		s := &step{next: e.clone()}
		return s, returnToSender(s, after(85))
	}, `no tr; transfer_failed mem_a at 85; tell mem_a transferFailed 0`},

	{"file", completed(), files("dep_men"), `d="dep_men"; filed mem_x at 70; by mem_x`},
	{"file what is there", completed(), files("dep_kids"), `nothing`},
	{"file what was meant for an unknown one", but(completed(), func(e *escalation) { e.Department, e.Unknown = "", true }), files(""), `no u; filed mem_x at 70; by mem_x`},
	{"file what rings", rings(), files("dep_men"), `use-transfer: It rings for an agent. Transfer it: then it rings in the other department. map[]`},
	{"file a callback", but(completed(), func(e *escalation) { e.Callback = "cbk_9" }), files("dep_men"), `d="dep_men"; filed mem_x at 70; by mem_x, filed`},
}

func cancelled() *escalation { return rings().end(false, after(5)).next }
func left() *escalation      { return works().end(false, after(120)).next }

type doing = func(e *escalation) (*step, error)

func accepts(member, device string, number int) doing {
	return func(e *escalation) (*step, error) {
		return e.accept(settings(), Caller{MemberID: member, DeviceID: device}, number, after(20))
	}
}

func declines(member string, number int) doing {
	return func(e *escalation) (*step, error) { return e.decline(settings(), member, number, "busy", after(70)) }
}

func passes(at int, what string) doing {
	return func(e *escalation) (*step, error) { return e.passOn(settings(), after(at), what, ""), nil }
}

func completes(member string, done Completion) doing {
	return func(e *escalation) (*step, error) { return e.complete(done, member, after(70)), nil }
}

func accounts(member string, at int, done Completion) doing {
	return func(e *escalation) (*step, error) { return e.addAccount(done, member, after(at)) }
}

func ends(callback bool) doing {
	return func(e *escalation) (*step, error) { return e.end(callback, after(15)), nil }
}

func abandons(member string) doing {
	return func(e *escalation) (*step, error) { return e.abandon(settings(), member, after(70)), nil }
}

func asks(t Transfer, by string) doing {
	return func(e *escalation) (*step, error) { return e.ask(t, by, after(70)) }
}

func files(department string) doing {
	return func(e *escalation) (*step, error) { return e.file(department, "mem_x", after(70)) }
}

// TestTransitions holds each step of the state machine: what becomes of the escalation, who is
// released and told, and what follows.
func TestTransitions(t *testing.T) {
	for _, c := range transitions {
		before := fieldsOf(c.from)
		s, err := c.do(c.from)
		if got := stepText(c.from, s, err); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
		for k, v := range fieldsOf(c.from) {
			if !bytes.Equal(before[k], v) {
				t.Errorf("%s: it was changed where it was read: %s is %s", c.name, k, v)
			}
		}
	}
}

// What nobody takes who was asked by a transfer stays where it is; a timer that was not sent is no
// such thing, and is tried again.
func TestTransferToNobody(t *testing.T) {
	s, err := works().ask(Transfer{MemberID: "mem_b"}, "mem_a", after(60))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.nobody(s, after(60)); !IsProblem(err, "nobody-available") {
		t.Errorf("nobody is there: %v", err)
	}
	s.because = roster.Trouble
	if err := s.nobody(s, after(60)); !errors.Is(err, errUnsent) {
		t.Errorf("no timer: %v", err)
	}
}

// TestAsked: a transfer that is on its way there already is not begun anew.
func TestAsked(t *testing.T) {
	men, bilal := Transfer{DepartmentID: "dep_men"}, Transfer{MemberID: "mem_b"}
	moved := func(to Transfer) *escalation { // by an admin, while it rang
		s, err := rings().ask(to, "mem_x", after(60))
		if err != nil {
			t.Fatal(err)
		}
		s.next.offerTo(&roster.Row{ID: "mem_b", FirstName: "Bilal"}, offer{Number: 2, Until: millis(after(85))}, after(60))
		return s.next
	}
	for _, c := range []struct {
		name string
		e    *escalation
		to   Transfer
		by   string
		want bool
	}{
		{"nothing is asked", works(), men, "mem_a", false},
		{"to the department", handsOver(men), men, "mem_a", true},
		{"to another department", handsOver(men), Transfer{DepartmentID: "dep_kids"}, "mem_a", false},
		{"to the member", handsOver(bilal), bilal, "mem_a", true},
		{"to another member", handsOver(bilal), Transfer{MemberID: "mem_c"}, "mem_a", false},
		{"to the department of whoever it rings at", handsOver(bilal), men, "mem_a", false},
		{"it rings at the member by itself", rings(), Transfer{MemberID: "mem_a"}, "mem_x", true},
		{"it rings in the department by itself", rings(), Transfer{DepartmentID: "dep_kids"}, "mem_x", false},
		{"moved to the department", moved(men), men, "mem_x", true},
		{"moved to the department by another", moved(men), men, "mem_y", false},
		{"moved to another department", moved(men), Transfer{DepartmentID: "dep_kids"}, "mem_x", false},
		{"moved, and passed on since", but(moved(men), func(e *escalation) {
			e.log(after(85), didMiss, "mem_b", "")
			e.log(after(85), didOffer, "mem_c", "")
		}), men, "mem_x", false},
		{"moved, and the rest of the history was laid aside", but(moved(men), func(e *escalation) { e.History = e.History[len(e.History)-2:] }), men, "mem_x", true},
		{"declined by the one who asks", but(rings(), func(e *escalation) {
			e.log(after(20), didDecline, "mem_a", "")
			e.log(after(20), didOffer, "mem_b", "")
		}), Transfer{DepartmentID: "dep_kids"}, "mem_a", false},
		{"a history of one", but(rings(), func(e *escalation) { e.History = e.History[:1] }), Transfer{DepartmentID: "dep_kids"}, "", false},
	} {
		if got := c.e.asked(c.to, c.by); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// TestWant: what is asked of the rotation. A transfer asks its goal alone, without overflow.
func TestWant(t *testing.T) {
	everyone, none := settings(), settings()
	none.Overflow = "none"
	for _, c := range []struct {
		name string
		a    *roster.Account
		e    *escalation
		want roster.Want
	}{
		{"ringing", everyone, rings(), roster.Want{Channel: roster.Chat, Department: "dep_kids", Overflow: true, Offered: []string{"mem_a"}}},
		{"without overflow", none, rings(), roster.Want{Channel: roster.Chat, Department: "dep_kids", Offered: []string{"mem_a"}}},
		{"an unknown department", everyone, &escalation{Channel: roster.Call, Unknown: true}, roster.Want{Channel: roster.Call, Unknown: true, Overflow: true}},
		{"for one", everyone, &escalation{Channel: roster.Call, Directed: "mem_b"}, roster.Want{Channel: roster.Call, Overflow: true, Member: "mem_b"}},
		{"transfer to a department", everyone, but(handsOver(Transfer{DepartmentID: "dep_men"}), func(e *escalation) { e.Department, e.Unknown = "", true }),
			roster.Want{Channel: roster.Chat, Department: "dep_men", Offered: []string{"mem_a", "mem_b"}}},
		{"transfer to a member", everyone, handsOver(Transfer{MemberID: "mem_b"}), roster.Want{Channel: roster.Chat, Department: "dep_kids", Offered: []string{"mem_a", "mem_b"}, Member: "mem_b"}},
	} {
		if diff := cmp.Diff(c.want, c.e.want(c.a)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// TestOfferTo: each offer has the next number, counts for its round and keeps who had a turn.
func TestOfferTo(t *testing.T) {
	e := rings()
	s := e.passOn(settings(), after(30), didMiss, "")
	s.next.offerTo(&roster.Row{ID: "mem_b", FirstName: "Bilal"}, offer{Number: 2, Until: millis(after(55)), Ticket: 42, From: "dep_kids"}, after(30))
	e = s.next
	if diff := cmp.Diff(&offer{Number: 2, Member: "mem_b", Name: "Bilal", Until: millis(after(55)), Ticket: 42, From: "dep_kids"}, e.Offer); diff != "" {
		t.Errorf("offer (-want +got):\n%s", diff)
	}
	if e.Offers != 2 || e.Round != 2 || !slices.Equal(e.Offered, []string{"mem_a", "mem_b"}) {
		t.Errorf("%d offers, %d in this round, to %v", e.Offers, e.Round, e.Offered)
	}
	if got := e.offered("mem_b"); !got.Equal(after(30)) {
		t.Errorf("offered to Bilal %v", got)
	}
	if got := e.Offer.ends(); !got.Equal(after(58)) {
		t.Errorf("a tap counts until %v", got)
	}
	for _, c := range []struct {
		member string
		number int
		is     bool // it rings there
		had    bool
	}{{"mem_b", 0, true, true}, {"mem_b", 2, true, true}, {"mem_b", 1, false, false}, {"mem_a", 0, false, true}, {"mem_a", 1, false, true}, {"mem_a", 2, false, false}, {"mem_c", 0, false, false}} {
		if got := e.offeredTo(c.member, c.number); got != c.is {
			t.Errorf("offer %d rings at %s: %v", c.number, c.member, got)
		}
		if got := e.hadOffer(c.member, c.number); got != c.had {
			t.Errorf("offer %d was had by %s: %v", c.number, c.member, got)
		}
	}
	if (&escalation{}).offeredTo("", 0) {
		t.Error("what rings nowhere rings at nobody")
	}
	if got := e.offered("mem_a"); !got.Equal(begun) {
		t.Errorf("offered to Asha %v", got)
	}
	// Of an offer to the same member again the last counts.
	e.log(after(90), didOffer, "mem_a", "")
	if got := e.offered("mem_a"); !got.Equal(after(90)) {
		t.Errorf("offered to Asha %v", got)
	}
}

// TestTook: which offer a member accepted, also where the past was laid aside.
func TestTook(t *testing.T) {
	e := handsOver(Transfer{MemberID: "mem_b"})
	s, err := e.accept(settings(), Caller{MemberID: "mem_b"}, 2, after(70))
	if err != nil {
		t.Fatal(err)
	}
	e = s.next
	e.log(after(75), didFile, "mem_a", "") // which takes no offer
	e.past, e.History = e.History[:3], e.History[3:]
	for member, number := range map[string]int{"mem_a": 1, "mem_b": 2, "mem_c": 0} {
		if got := e.took(member); got != number {
			t.Errorf("%s took offer %d, want %d", member, got, number)
		}
	}
	if !e.hadOffer("mem_a", 1) || e.hadOffer("mem_a", 2) || !e.hadOffer("mem_b", 2) {
		t.Error("who had an offer is told by the past too")
	}
	done := e.complete(Completion{}, "mem_b", after(80)).next
	done.past, done.History = slices.Concat(e.past, done.History), nil
	if got := done.completedBy(); got != "mem_b" {
		t.Errorf("completed by %q", got)
	}
	if got := e.completedBy(); got != "" {
		t.Errorf("what is worked on was completed by %q", got)
	}
}

// TestHandledBy: its agent and those who manage may transfer or complete.
func TestHandledBy(t *testing.T) {
	for _, c := range []struct {
		by   Caller
		want bool
	}{
		{Caller{MemberID: "mem_a", Role: RoleStaff}, true}, {Caller{MemberID: "mem_b", Role: RoleStaff}, false},
		{Caller{MemberID: "mem_b", Role: RoleAdmin}, true}, {Caller{MemberID: "mem_b", Role: RoleOwner}, true},
	} {
		if got := works().handledBy(c.by); got != c.want {
			t.Errorf("%+v: %v", c.by, got)
		}
	}
	if rings().handledBy(Caller{Role: RoleStaff}) {
		t.Error("what nobody has is handled by nobody")
	}
}

// TestTellHolder: who claimed a callback hears what others did to it, and not what they did.
func TestTellHolder(t *testing.T) {
	for member, letters := range map[string]int{"mem_a": 0, "mem_b": 1} {
		s := &step{next: works(), actor: "mem_a"}
		s.tellHolder(member, "cbk_1")
		if len(s.notices) != letters {
			t.Errorf("%s is told %d times", member, len(s.notices))
		}
	}
	s := &step{}
	s.tellHolder("mem_b", "cbk_1")
	if diff := cmp.Diff(Notice{Kind: NoticeCallbackNews, CallbackID: "cbk_1"}, s.notices[0].notice); diff != "" || s.notices[0].member != "mem_b" {
		t.Errorf("told %+v", s.notices)
	}
}

// TestCloneOfEscalation: a change of the copy leaves the value as it was read.
func TestCloneOfEscalation(t *testing.T) {
	e := completed()
	e.Offered = []string{"mem_a"}
	c := e.clone()
	c.Offered[0], c.History[0].Member, c.Closed[0].ID = "mem_x", "mem_x", "cbk_x"
	if e.Offered[0] != "mem_a" || e.History[0].Member != "mem_a" || e.Closed[0].ID != "cbk_1" {
		t.Errorf("it has become %v, %+v, %+v", e.Offered, e.History[0], e.Closed)
	}
}
