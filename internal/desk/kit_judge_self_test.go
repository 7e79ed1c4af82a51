package desk_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// script writes a journal by hand.
type script struct {
	j     *journal
	at    time.Time
	rows  map[string]agentRow
	order string // the rotation that is drawn from
	goal  string // the department that is asked
	next  int64  // ticket
	work  int    // escalations
}

const (
	scriptDep      = "dep_team"
	scriptRotation = "team/chat"
)

// newScript begins with agents who are online and take so many chats.
func newScript(chats int, agents ...string) *script {
	s := &script{j: &journal{}, at: newClock().now, rows: map[string]agentRow{}, order: scriptRotation, goal: scriptDep}
	for _, id := range agents {
		s.row(id, func(r *agentRow) { r.Online, r.Departments, r.Calls, r.Chats = true, []string{scriptDep}, 1, &chats })
	}
	return s
}

func (s *script) add(e entry) {
	s.at = s.at.Add(time.Second)
	e.at = s.at
	s.j.entries = append(s.j.entries, e)
}

// row changes an agent's row.
func (s *script) row(id string, change func(r *agentRow)) {
	r := copied(s.rows[id])
	change(&r)
	s.rows[id] = r
	s.add(entry{rows: map[string]agentRow{id: r}})
}

func copied[T any](v T) (c T) {
	body, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(body, &c)
	}
	if err != nil {
		panic(err)
	}
	return c
}

func (s *script) draw() int64 {
	s.next++
	s.add(entry{draw: s.order, ticket: s.next})
	return s.next
}

// claim offers a new escalation to the agent with the ticket.
func (s *script) claim(id string, ticket int64) (esc string) {
	s.work++
	esc = fmt.Sprint("esc_", s.work)
	w := read[workItem](fmt.Appendf(nil, `{"s":"ringing","c":"chat","d":%q,"on":1,"od":[%q],"o":{"n":1,"m":%[2]q,"t":%d}}`, s.goal, id, ticket))
	s.put(esc, w, id, func(r *agentRow) {
		r.Work = append(r.Work, read[agentRow](fmt.Appendf(nil, `{"w":[{"e":%q,"c":"chat"}]}`, esc)).Work...)
		if r.Places == nil {
			r.Places = map[string]int64{}
		}
		r.Places[s.order] = ticket
	})
	return esc
}

// put writes an escalation and a row at once.
func (s *script) put(esc string, w workItem, id string, change func(r *agentRow)) {
	r := copied(s.rows[id])
	change(&r)
	s.rows[id] = r
	s.add(entry{rows: map[string]agentRow{id: r}, works: map[string]workItem{esc: w}})
}

// turn draws and claims.
func (s *script) turn(id string) string { return s.claim(id, s.draw()) }

func offlineNow(r *agentRow) { r.Online = false }
func onlineNow(r *agentRow)  { r.Online = true }

// judgement is a history of which it is known what is wrong.
type judgement struct {
	name string
	play func() *script
	says []string // part of each fault, in order
}

var judgements = []judgement{
	{"fair", func() *script {
		s := newScript(9, "anna", "bela", "carl")
		for _, id := range []string{"anna", "bela", "carl", "anna", "bela", "carl"} {
			s.turn(id)
		}
		return s
	}, nil},
	{"second lowest", func() *script {
		s := newScript(9, "anna", "bela", "carl")
		for _, id := range []string{"bela", "anna", "bela", "anna"} {
			s.turn(id)
		}
		return s
	}, []string{"carl passed over", "carl passed over"}},
	{"ticket modulo two", func() *script {
		s := newScript(9, "anna", "bela", "carl")
		for i := range int64(4) {
			s.claim([]string{"anna", "bela"}[s.draw()%2], i+1)
		}
		return s
	}, []string{"carl passed over", "carl passed over"}},
	{"who was offline meanwhile is not passed over", func() *script {
		s := newScript(9, "anna", "bela")
		s.turn("anna")
		s.row("bela", offlineNow)
		s.row("bela", onlineNow)
		s.turn("anna")
		return s
	}, nil},
	{"online from before the first draw", func() *script {
		s := newScript(9, "anna", "bela")
		s.row("bela", offlineNow)
		s.row("bela", onlineNow)
		s.turn("anna")
		s.turn("anna")
		return s
	}, []string{"bela passed over"}},
	{"online after the first draw, before its claim", func() *script {
		s := newScript(9, "anna", "bela")
		s.row("bela", offlineNow)
		n := s.draw()
		s.row("bela", onlineNow)
		s.claim("anna", n)
		s.turn("anna")
		return s
	}, nil},
	{"who was full is not passed over", func() *script {
		s := newScript(1, "anna", "bela")
		s.turn("bela")
		s.row("anna", func(r *agentRow) { two := 2; r.Chats = &two })
		s.turn("anna")
		s.turn("anna")
		return s
	}, nil},
	{"off shift", func() *script {
		s := newScript(9, "anna", "bela")
		s.row("anna", func(r *agentRow) { r.Hours = "UTC 1234567/1100-1200" })
		s.turn("bela")
		s.turn("bela")
		s.turn("anna")
		return s
	}, []string{"offered to anna who cannot take it"}},
	{"offline", func() *script {
		s := newScript(9, "anna")
		s.row("anna", offlineNow)
		s.turn("anna")
		return s
	}, []string{"offered to anna who cannot take it"}},
	{"above capacity", func() *script {
		s := newScript(1, "anna")
		s.turn("anna")
		s.turn("anna")
		return s
	}, []string{"offered to anna who cannot take it", "anna has [{esc_1 chat} {esc_2 chat}]"}},
	{"ticket used twice", func() *script {
		s := newScript(9, "anna", "bela")
		n := s.draw()
		s.claim("anna", n)
		s.claim("bela", n)
		return s
	}, []string{"used twice"}},
	{"ticket that goes back", func() *script {
		s := newScript(9, "anna")
		n := s.draw()
		s.turn("anna")
		s.claim("anna", n)
		return s
	}, []string{"anna has ticket 1 after 2"}},
	{"asked twice", func() *script {
		s := newScript(9, "anna")
		esc := s.turn("anna")
		s.put(esc, read[workItem](fmt.Appendf(nil, `{"s":"ringing","c":"chat","d":"dep_team","on":2,"od":["anna","anna"],"o":{"n":2,"m":"anna","t":%d}}`, s.draw())),
			"anna", func(r *agentRow) { r.Places[scriptRotation] = s.next })
		return s
	}, []string{"offered to anna after [anna anna]"}},
	{"work left on a desk", func() *script {
		s := newScript(9, "anna")
		esc := s.turn("anna")
		s.add(entry{works: map[string]workItem{esc: read[workItem]([]byte(`{"s":"cancelled","c":"chat","on":1,"od":["anna"]}`))}})
		return s
	}, []string{"on the desks of [anna], and [] have it"}},
}

// TestJudge has the judge look at them, so that its silence elsewhere means something.
func TestJudge(t *testing.T) {
	for _, test := range slices.Concat(judgements, orderJudgements, reachJudgements) {
		t.Run(test.name, func(t *testing.T) {
			v := judged(test.play().j)
			if len(v.faults) != len(test.says) {
				t.Fatalf("faults %q, want %q", v.faults, test.says)
			}
			for i, want := range test.says {
				if !strings.Contains(v.faults[i], want) {
					t.Errorf("fault %q, want %q", v.faults[i], want)
				}
			}
		})
	}
}

// TestJudgeSpread: the largest difference of offers counts at every moment, among those
// who have been able from the start.
func TestJudgeSpread(t *testing.T) {
	s := newScript(9, "anna", "bela", "carl")
	s.turn("anna")
	s.row("carl", offlineNow)
	s.row("carl", onlineNow)
	s.turn("bela")
	s.turn("anna")
	s.turn("bela")
	if v := judged(s.j); v.widest != 1 {
		t.Errorf("difference %d, want 1", v.widest)
	}
	s.turn("bela")
	s.turn("carl")
	if v := judged(s.j); v.widest != 1 {
		t.Errorf("difference %d, want 1", v.widest)
	}
	s.turn("bela")
	if v := judged(s.j); v.widest != 2 {
		t.Errorf("difference %d, want 2", v.widest)
	}
}

// TestJudgeEnd: what is open in the end is named.
func TestJudgeEnd(t *testing.T) {
	s := newScript(9, "anna")
	s.turn("anna")
	if left := judged(s.j).unended(); len(left) != 2 {
		t.Errorf("not ended: %v", left)
	}
}
