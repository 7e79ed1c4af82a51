package desk_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
)

// TestDay plays the day that testdata/day.txt tells and compares what came of it with what
// stands there: a line that begins with a time is what somebody does, what is indented below
// it is what the desk made of that. -v prints it, -update writes it anew.
func TestDay(t *testing.T) {
	t.Parallel()
	file := filepath.Join("testdata", "day.txt")
	told, err := os.ReadFile(file)
	must(t, err)
	s := newWorkday(t, 1)
	got := s.play(string(told))
	if *update {
		must(t, os.WriteFile(file, []byte(got), 0o644))
	}
	if diff := cmp.Diff(string(told), got); diff != "" && !*update {
		t.Errorf("-told +lived:\n%s", diff)
	}
	for _, fault := range s.judge.faults {
		t.Error(fault)
	}
	t.Logf("\n%s", got)
}

// play carries out a script and returns it with what came of it.
func (s *workday) play(script string) string {
	var b strings.Builder
	for line := range strings.Lines(script) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "  ") {
			continue
		}
		if line != "" && !strings.HasPrefix(line, "#") {
			clock, acts, _ := strings.Cut(line, " ")
			s.lives(s.moment(clock))
			s.write(&b)
			for _, act := range strings.Split(acts, "; ") {
				if err := s.does(strings.Fields(act)); err != nil {
					s.world.t.Fatalf("%s: %v", line, err)
				}
			}
		}
		fmt.Fprintln(&b, line)
		s.write(&b)
	}
	for _, line := range s.sum() {
		fmt.Fprintf(&b, "  %s\n", line)
	}
	return b.String()
}

// moment is a time of the day in Berlin, perhaps with seconds.
func (s *workday) moment(clock string) time.Time {
	s.world.t.Helper()
	at, err := time.Parse(time.TimeOnly, clock)
	if err != nil {
		at, err = time.Parse("15:04", clock)
	}
	must(s.world.t, err)
	return berlin(24, at.Hour(), at.Minute()).Add(time.Duration(at.Second()) * time.Second)
}

// write moves what was told into b.
func (s *workday) write(b *strings.Builder) {
	for _, line := range s.lines {
		fmt.Fprintln(b, line)
	}
	s.lines = nil
}

// does is one act of a script, and tells what came of it, but for what the act says itself.
// That the desk refuses it is told.
func (s *workday) does(words []string) error {
	if len(words) < 2 {
		return errors.New("who does what?")
	}
	did, ok := dayActs[words[1]]
	if !ok || len(words) != 2+did.takes {
		return fmt.Errorf("nobody can %s with %d words", words[1], len(words)-2)
	}
	err := did.do(s, words)
	var p *desk.Problem
	if errors.As(err, &p) {
		s.tells("%s: %s", p.Name, p.Detail)
		err = nil
	}
	s.stepped()
	echo := "  " + s.wall() + "  " + words[0] + " is " + words[1]
	if did.becomes != "" {
		echo = fmt.Sprintf("  %s  %s: %s %s", s.wall(), words[2], words[0], did.becomes)
	}
	n := len(s.lines)
	if s.lines = slices.DeleteFunc(s.lines, func(line string) bool { return line == echo }); n == 0 && did.becomes != "" {
		s.tells("nothing changes")
	}
	return err
}

// dayAct is what a line can say: subject, verb and what it takes.
type dayAct struct {
	takes   int
	do      func(s *workday, w []string) error
	becomes string // of the escalation, in the words of its history
}

// byClerk makes an act of what somebody does, byPhone of what becomes of a phone.
func byClerk(do func(*workday, *clerk)) dayAct {
	return dayAct{do: func(s *workday, w []string) error { do(s, s.who(w[0])); return nil }}
}

func byPhone(do func(*workday, *handset)) dayAct {
	return dayAct{do: func(s *workday, w []string) error { do(s, s.set(w[0])); return nil }}
}

// byAgent makes an act of what somebody does about a customer.
func byAgent(takes int, becomes string, do func(s *workday, p *clerk, j *job, w []string) error) dayAct {
	return dayAct{takes, func(s *workday, w []string) error { return do(s, s.who(w[0]), s.job(w[2]), w[3:]) }, becomes}
}

var dayActs = map[string]dayAct{
	"opens-lid":  byClerk((*workday).opens),
	"closes-lid": byClerk((*workday).closes),
	"online":     byClerk((*workday).comes),
	"offline":    byClerk((*workday).goes),
	"logs-out":   byClerk((*workday).leavesPage),
	// Phones. Anybody who has one in hand can sign in there.
	"signs-in":      {takes: 1, do: func(s *workday, w []string) error { s.signsIn(s.who(w[0]), s.set(w[2])); return nil }},
	"is-signed-out": byPhone((*workday).leavesPhone),
	"token-dies":    byPhone(func(_ *workday, h *handset) { h.dead = true }),
	// Customers.
	"asks":   {takes: 1, do: func(s *workday, w []string) error { s.asks(w[0], w[2]); return nil }},
	"leaves": {do: func(s *workday, w []string) error { return s.leaves(s.job(w[0])) }},
	// Agents.
	"accepts":   byAgent(2, "accepted", func(s *workday, p *clerk, j *job, w []string) error { return s.accepts(p, j, w[0]) }),
	"declines":  byAgent(1, "declined", func(s *workday, p *clerk, j *job, _ []string) error { return s.declines(p, j) }),
	"completes": byAgent(1, "completed", func(s *workday, p *clerk, j *job, _ []string) error { return s.completes(p, j) }),
	"transfers": byAgent(2, "transfer_asked", func(s *workday, p *clerk, j *job, w []string) error {
		return s.transfers(p, j, desk.Transfer{MemberID: s.who(w[0]).id})
	}),
	"is-closed": {do: func(*workday, []string) error { return nil }},
}

// job is a customer's by name, also of one that has ended.
func (s *workday) job(name string) *job {
	s.world.t.Helper()
	for _, j := range s.all {
		if j.name == name {
			return j
		}
	}
	s.world.t.Fatalf("no customer is %q", name)
	return nil
}

// sum is how all customers of the day fared, or the test fails.
func (s *workday) sum() []string {
	ways := map[string]int{}
	for _, j := range s.all {
		s.world.clean(j.id)
		switch e := s.world.peek(j.id); {
		case e.State == desk.Completed && e.Assigned != "":
			ways["were served"]++
		case e.State == desk.CalledFor:
			ways["will be called back"]++
		case e.State == desk.Cancelled:
			ways["left"]++
		default:
			s.judge.fault(s, "%s has not ended well: %s", j.name, e.State)
		}
	}
	return []string{
		fmt.Sprintf("%d customers: %d were served, %d will be called back, %d left", len(s.all), ways["were served"], ways["will be called back"], ways["left"]),
		fmt.Sprintf("%d offers, %d of which rang for their whole time where nobody could answer, each the first after a silent leave", s.judge.offers, s.judge.waits),
	}
}

// Days by chance: what TestDay tells once holds whoever comes and goes, and however.
func TestDays(t *testing.T) {
	t.Parallel()
	unraced(t)
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			c := newChances(t, seed)
			for day := 24; day < 26; day++ {
				c.day(day, 60)
			}
			for _, line := range c.workday.sum() {
				t.Log(line)
			}
			for _, p := range c.workday.people {
				if len(p.rings) > 0 {
					t.Errorf("at the end of the day %d offers ring at %s", len(p.rings), p.name)
				}
			}
			for _, fault := range c.workday.judge.faults {
				t.Error(fault)
			}
			if t.Failed() {
				t.Log("\n" + strings.Join(c.workday.lines, "\n"))
			}
		})
	}
}
