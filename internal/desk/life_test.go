package desk_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
)

// TestLives plays the lives of escalations that testdata/life tells, on a desk on the local
// engine, and compares what each command brought about with what stands below it. A new life
// is a file of commands with empty outputs; -update writes them. kit_life_test.go has the
// commands.
func TestLives(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "life", "*.txt"))
	must(t, err)
	if len(files) < 6 {
		t.Fatalf("got %d lives, want at least 6", len(files))
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			told, err := os.ReadFile(file)
			must(t, err)
			got := newLife(t).play(string(told))
			if *update {
				must(t, os.WriteFile(file, []byte(got), 0o644))
				return
			}
			if diff := cmp.Diff(string(told), got); diff != "" {
				t.Errorf("-told +lived:\n%s", diff)
			}
		})
	}
}

// play carries out the commands of a scenario and returns it with their outputs anew. An
// output begins below ---- and ends with an empty line. The last command is promise: a life
// without it would be no proof.
func (l *life) play(scenario string) string {
	var b strings.Builder
	last, old, n := "", false, 0
	for line := range strings.Lines(scenario) {
		n++
		switch line = strings.TrimSpace(line); {
		case line == "----":
			old = true
		case line == "" || strings.HasPrefix(line, "#") && !old:
			old = false
			fmt.Fprintln(&b, line)
		case !old:
			last = line
			fmt.Fprintf(&b, "%s\n----\n", line)
			out, err := l.do(strings.Fields(line))
			if err != nil {
				l.world.t.Fatalf("line %d, %s: %v", n, line, err)
			}
			for _, s := range out {
				fmt.Fprintln(&b, s)
			}
		}
	}
	if last != "promise" {
		l.world.t.Fatalf("the last command is %q, want promise", last)
	}
	return b.String()
}

// do carries out one command. The output is its answer, and then whatever is new in the
// world. That it is refused is an answer as well.
func (l *life) do(words []string) ([]string, error) {
	c, ok := commands[words[0]]
	if !ok {
		return nil, fmt.Errorf("there is no command %q", words[0])
	}
	if len(words)-1 < len(strings.Fields(c.usage)) {
		return nil, fmt.Errorf("usage: %s %s", words[0], c.usage)
	}
	out, err := c.run(l, words[1:])
	var p *desk.Problem
	if errors.As(err, &p) {
		out, err = []string{tell("refused", "%s: %s", p.Name, p.Detail)}, nil
	}
	if err != nil {
		return nil, err
	}
	if out = append(out, l.news()...); len(out) == 0 {
		out = []string{"nothing changes"}
	}
	return out, nil
}

// news are the lines that could not be told the last time.
func (l *life) news() []string {
	had := map[string]int{}
	for _, s := range l.before {
		had[s]++
	}
	l.before = l.told()
	var list []string
	for _, s := range l.before {
		if had[s]--; had[s] < 0 {
			list = append(list, s)
		}
	}
	return list
}

// promised is how every escalation of the life ended, which is one of the three ways of the
// promise, or the test fails. Then two more days pass: no timer that is left, and be it late,
// changes that.
func (l *life) promised([]string) ([]string, error) {
	var out []string
	before := map[string]desk.Escalation{}
	for _, name := range l.works {
		before[name] = l.world.view(l.ids[name])
		how, err := l.ending(before[name])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out = append(out, tell("promise", "%s: %s", name, how))
	}
	l.world.pass(48 * time.Hour)
	for _, name := range l.works {
		l.world.clean(l.ids[name])
		if diff := cmp.Diff(before[name], l.world.view(l.ids[name])); diff != "" {
			return nil, fmt.Errorf("%s changed after its end (-before +after):\n%s", name, diff)
		}
	}
	rows, err := l.world.Rows(l.world.ctx, l.world.acc)
	for _, r := range rows {
		if len(r.Work) > 0 {
			return nil, fmt.Errorf("%s has open work: %v", l.name(r.ID), r.Work)
		}
	}
	l.before = l.told() // what else these days brought is another story
	return append(out, tell("promise", "no open work is left")), err
}

// ending says by which way of the promise an escalation ended; an error when by none.
func (l *life) ending(e desk.Escalation) (string, error) {
	switch {
	case e.State == desk.CalledFor:
		cb := l.world.callback(*e.CallbackID)
		for _, c := range cb.Conversations {
			if c.EscalationID == e.ID && len(c.Messages) > 0 {
				return fmt.Sprintf("%s exists, with the whole conversation", l.name(cb.ID)), nil
			}
		}
		return "", fmt.Errorf("callback %s without the conversation", cb.ID)
	case e.State == desk.Cancelled:
		return "the customer left", nil
	case e.State == desk.Completed && e.AssignedTo != nil:
		return fmt.Sprintf("accepted by %s, completed, %s", e.AssignedTo.FirstName, *e.Outcome), nil
	}
	return "", fmt.Errorf("it did not end well, state %s", e.State)
}

// What makes a life fail: words that are no command or too few for it, and an escalation
// that has not ended when the promise is asked for.
func TestLifeIsRefused(t *testing.T) {
	t.Parallel()
	l := newLife(t)
	for _, line := range []string{"team Asha in Kids", "online Asha", "escalate chat-1 chat Kids"} {
		_, err := l.do(strings.Fields(line))
		must(t, err)
	}
	for _, line := range []string{"dance", "accept chat-1", "clock soon", "promise"} {
		if out, err := l.do(strings.Fields(line)); err == nil {
			t.Errorf("%s: got %q, want an error", line, out)
		}
	}
}
