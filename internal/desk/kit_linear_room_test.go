package desk_test

import (
	"fmt"
	"math"
	"slices"

	"github.com/anishathalye/porcupine"
)

// desktop is what a member has at once, calls apart from chats: their ids, sorted.
type desktop struct {
	chats []string
	call  string
}

// roomModel is a member who takes so many chats, or one call. What others were told of their
// escalations says when each came and went, and the member's row must say the same whenever it is
// read.
func roomModel(chats int) porcupine.NondeterministicModel {
	return porcupine.NondeterministicModel{
		Init: func() []any { return []any{desktop{}} },
		Step: func(state, input, _ any) []any {
			if next, may := state.(desktop).step(input.(spoken), chats); may {
				return []any{next}
			}
			return nil
		},
		Equal: func(a, b any) bool {
			one, other := a.(desktop), b.(desktop)
			return one.call == other.call && slices.Equal(one.chats, other.chats)
		},
	}
}

func (d desktop) step(c spoken, chats int) (desktop, bool) {
	next := desktop{slices.Clone(d.chats), d.call}
	i, has := slices.BinarySearch(next.chats, c.id)
	switch {
	case c.do == "load":
		all := slices.Clone(d.chats)
		if d.call != "" {
			all = append(all, d.call)
		}
		slices.Sort(all)
		return next, slices.Equal(all, c.work)
	case c.do == "take" && d.call != "": // nothing is offered to who has a call
		return next, false
	case c.do == "take" && c.call: // one call beside what chats there are
		next.call = c.id
		return next, true
	case c.do == "take":
		next.chats = slices.Insert(next.chats, i, c.id)
		return next, !has && len(next.chats) <= chats
	case c.call: // loses
		next.call = ""
		return next, d.call == c.id
	case has:
		next.chats = slices.Delete(next.chats, i, i+1)
	}
	return next, has
}

// stay is the time in which a member had an escalation, as far as what was told shows it.
type stay struct {
	who  int
	seen int64 // it was there by then
	last int64 // and still, at some time after
	gone int64 // and no more by then
}

// rooms makes of what was told about escalations, and of rows that were read, what came to each
// member and what went. It is for escalations that were not transferred, which one member at a
// time has, and each once. calls are those that are no chats.
func rooms(of, rows *hearsay, calls map[string]bool) *hearsay {
	stays := map[string]map[string]*stay{} // by member and escalation
	has := func(m int, id string, op porcupine.Operation) {
		member := fmt.Sprint("agent ", m)
		if stays[member] == nil {
			stays[member] = map[string]*stay{}
		}
		s := stays[member][id]
		if s == nil {
			s = &stay{who: m, seen: math.MaxInt64, gone: math.MaxInt64}
			stays[member][id] = s
		}
		s.seen, s.last = min(s.seen, op.Return), max(s.last, op.Call)
	}
	for id, ops := range of.calls {
		for _, op := range ops {
			if m := op.Input.(spoken).holder(); m >= 0 {
				has(m, id, op)
			}
		}
	}
	found := newHearsay(of.clock)
	for member, ops := range rows.calls {
		found.calls[member] = slices.Clone(ops)
		for _, op := range ops {
			for _, id := range op.Input.(spoken).work {
				has(op.Input.(spoken).who, id, op)
			}
		}
	}
	for member, list := range stays {
		for id, s := range list {
			began := int64(math.MaxInt64)
			for _, op := range of.calls[id] {
				began = min(began, op.Call)
				if c := op.Input.(spoken); c.ends(s.who) || c.holder() >= 0 && c.holder() != s.who && op.Call > s.seen {
					s.gone = min(s.gone, op.Return)
				}
			}
			take, lose := spoken{do: "take", who: s.who, id: id, call: calls[id]}, spoken{do: "lose", who: s.who, id: id, call: calls[id]}
			found.calls[member] = append(found.calls[member],
				porcupine.Operation{ClientId: 1, Input: take, Call: began, Return: s.seen},
				porcupine.Operation{ClientId: 2, Input: lose, Call: max(began, s.last), Return: s.gone})
		}
	}
	return found
}

// holder is who has it at some moment of a call, as it was answered.
func (c spoken) holder() int {
	switch {
	case c.unsure:
	case c.do == "accept" && c.refused == "" && c.state == "active", c.do == "look" && c.state != "":
		return c.who
	case c.state == "ringing" && (c.do == "escalate" || c.do == "ask"):
		return c.to
	case c.state == "active":
		return c.by
	}
	return nobody
}

// ends reports whether an answer shows that the member, who had it once, has it no more.
func (c spoken) ends(m int) bool {
	if c.unsure {
		return false
	}
	mine := c.who == m && c.refused == "" && (c.do == "decline" || c.do == "complete")
	return mine || c.state == "completed" || c.state == "callback" || c.state == "cancelled"
}
