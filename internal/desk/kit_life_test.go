package desk_test

import (
	"cmp"
	"crypto/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/roster"
)

// The cast of the lives in testdata/life:
//
//	life      a world with names, whose time begins at zero
//	commands  what a scenario can say
//	told      the world as it is, line by line

type life struct {
	world   *world
	start   time.Time
	ids     map[string]string // by name
	names   map[string]string // by id
	members []string          // names, in the order in which they joined
	works   []string          // names of escalations, the oldest first
	recalls []string          // names of callbacks, the oldest first
	before  []string          // what was told last
}

func newLife(t *testing.T) *life {
	t.Helper()
	w := newWorld(t, worldOptions{})
	l := &life{world: w, start: w.clock.Now(), ids: map[string]string{}, names: map[string]string{}}
	l.baptize("Olga", l.world.admin.MemberID)
	l.members = []string{"Olga"}
	l.world.phone(l.world.admin.MemberID)
	l.before = l.told()
	return l
}

// baptize gives an id a name.
func (l *life) baptize(name, id string) { l.ids[name], l.names[id] = id, name }

// name is what an id is called. One without a name would be another in each run.
func (l *life) name(id string) string {
	l.world.t.Helper()
	name, ok := l.names[id]
	if !ok {
		l.world.t.Fatalf("nobody has named %q", id)
	}
	return name
}

func (l *life) id(name string) string {
	l.world.t.Helper()
	id, ok := l.ids[name]
	if !ok {
		l.world.t.Fatalf("there is no %q", name)
	}
	return id
}

// by is a member as one who asks for something.
func (l *life) by(name string) desk.Caller {
	if id := l.id(name); id != l.world.admin.MemberID {
		return l.world.staff(id)
	}
	return l.world.admin
}

// command is what a word of a scenario does. It needs the words that usage names, and takes
// more. It returns its answer; what else came of it is told from the world.
type command struct {
	usage string
	run   func(l *life, a []string) ([]string, error)
}

// silent is a command that has no answer.
func silent(usage string, run func(l *life, a []string) error) command {
	return command{usage, func(l *life, a []string) ([]string, error) { return nil, run(l, a) }}
}

// commands are what a scenario can say.
var commands = map[string]command{
	// The account gets ready. Olga is its owner.
	"team":    silent("MEMBER in DEPARTMENT", (*life).team),
	"hours":   silent("MEMBER ZONE HOURS", func(l *life, a []string) error { l.world.schedule(l.id(a[0]), strings.Join(a[1:], " ")); return nil }),
	"online":  silent("MEMBER", func(l *life, a []string) error { return l.present(roster.StatusOnline, a) }),
	"offline": silent("MEMBER", func(l *life, a []string) error { return l.present(roster.StatusOffline, a) }),
	"remove":  silent("MEMBER", func(l *life, a []string) error { return l.world.DeleteMember(l.world.ctx, l.world.admin, l.id(a[0])) }),
	// An assistant asks.
	"escalate": {"ESCALATION CHANNEL DEPARTMENT", (*life).begin},
	"leave": silent("ESCALATION", func(l *life, a []string) error {
		_, err := l.world.End(l.world.ctx, l.world.acc, l.id(a[0]), false)
		return err
	}),
	// Agents answer.
	"drill": silent("ESCALATION CHANNEL MEMBER", (*life).drill),
	"seen":  silent("ESCALATION MEMBER", func(l *life, a []string) error { return l.world.Seen(l.world.ctx, l.by(a[1]), l.id(a[0]), 0) }),
	"accept": silent("ESCALATION MEMBER", func(l *life, a []string) error {
		_, err := l.world.Accept(l.world.ctx, l.by(a[1]), l.id(a[0]), 0)
		return err
	}),
	"decline":  silent("ESCALATION MEMBER REASON", (*life).refuse),
	"transfer": silent("ESCALATION MEMBER to GOAL", (*life).passTo),
	"complete": silent("ESCALATION MEMBER OUTCOME", (*life).finish),
	// Somebody calls back.
	"claim": silent("CALLBACK MEMBER", func(l *life, a []string) error {
		_, err := l.world.ClaimCallback(l.world.ctx, l.by(a[1]), l.id(a[0]))
		return err
	}),
	"done": silent("CALLBACK MEMBER", (*life).calledBack),
	// Time passes, and we look.
	"clock":   {"+DURATION", (*life).wait},
	"show":    {"NAME", (*life).show},
	"promise": {"", (*life).promised},
}

// joinedAs makes ids that begin with a letter of their own: of members who are equal in all
// else the one who joined first comes first.
type joinedAs int

func (n joinedAs) Read(b []byte) (int, error) {
	_, _ = rand.Read(b) // never fails
	b[0] = byte(n) << 3
	return len(b), nil
}

func (l *life) team(a []string) error {
	dep := a[len(a)-1]
	if l.ids[dep] == "" {
		l.baptize(dep, l.world.department(dep))
		l.names[strings.TrimPrefix(l.ids[dep], "dep_")] = dep // as places have it
	}
	for _, name := range a[:len(a)-2] {
		l.world.Random = joinedAs(len(l.members))
		l.baptize(name, l.world.member(name, desk.RoleStaff, l.ids[dep]))
		l.members = append(l.members, name)
		l.world.phone(l.ids[name])
	}
	return nil
}

func (l *life) present(status string, members []string) error {
	for _, name := range members {
		if _, err := l.world.SetPresence(l.world.ctx, l.by(name), l.id(name), status); err != nil {
			return err
		}
	}
	return nil
}

func (l *life) begin(a []string) ([]string, error) {
	r := l.world.request(len(l.works))
	r.RequestID, r.InteractionID, r.Channel, r.DepartmentID = a[0], a[0], roster.Channel(a[1]), l.id(a[2])
	l.baptize(a[0], keys.EscalationID(l.world.acc, r.RequestID, r.InteractionID))
	l.works = append(l.works, a[0])
	answer, err := l.world.Escalate(l.world.ctx, r.Asked())
	switch {
	case err != nil:
		return nil, err
	case answer.Agent != nil:
		return []string{tell("answer", "%s at %s for %d s", answer.Outcome, answer.Agent.FirstName, *answer.RingingSeconds)}, nil
	case answer.NextAgentAt != nil:
		return []string{tell("answer", "%s, %s, next agent at %s", answer.Outcome, *answer.Because, l.at(*answer.NextAgentAt))}, nil
	}
	return []string{tell("answer", "%s, %s", answer.Outcome, *answer.Because)}, nil
}

func (l *life) drill(a []string) error {
	e, err := l.world.Drill(l.world.ctx, l.world.admin, "", desk.Drill{Channel: roster.Channel(a[1]), MemberID: l.id(a[2])})
	if err == nil {
		l.baptize(a[0], e.ID)
		l.works = append(l.works, a[0])
	}
	return err
}

func (l *life) refuse(a []string) error {
	return l.world.Decline(l.world.ctx, l.by(a[1]), l.id(a[0]), 0, strings.Join(a[2:], " "))
}

func (l *life) passTo(a []string) error {
	to := desk.Transfer{MemberID: l.id(a[3])}
	if strings.HasPrefix(to.MemberID, "dep_") {
		to = desk.Transfer{DepartmentID: to.MemberID}
	}
	_, err := l.world.Transfer(l.world.ctx, l.by(a[1]), l.id(a[0]), to)
	return err
}

func (l *life) finish(a []string) error {
	_, err := l.world.Complete(l.world.ctx, l.by(a[1]), l.id(a[0]), desk.Completion{Outcome: a[2], Note: strings.Join(a[3:], " ")})
	return err
}

func (l *life) calledBack(a []string) error {
	_, err := l.world.CompleteCallback(l.world.ctx, l.by(a[1]), l.id(a[0]), desk.Ending{Note: strings.Join(a[2:], " ")})
	return err
}

// wait moves the clock on. It tells of every timer that arrives meanwhile, and what came of
// it. The ticks of shifts, which nobody's turn depends on, stay away.
func (l *life) wait(a []string) (out []string, err error) {
	d, err := time.ParseDuration(strings.TrimPrefix(a[0], "+"))
	if err != nil {
		return nil, err
	}
	for end := l.world.clock.Now().Add(d); ; {
		next := l.world.timers.Pending()
		slices.SortFunc(next, func(a, b local.Delivery) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(l.timer(a), l.timer(b))) })
		if len(next) == 0 || next[0].At.After(end) {
			l.world.clock.Advance(max(0, end.Sub(l.world.clock.Now())))
			return append(append(out, l.news()...), tell("now", "%s", l.at(l.world.clock.Now()))), nil
		}
		l.world.clock.Advance(max(0, next[0].At.Sub(l.world.clock.Now())))
		out = append(append(out, l.news()...), tell("arrives", "%s", l.timer(next[0])))
		if err := l.world.timers.Deliver(l.world.ctx, next[0].ID, l.world.Wake); err != nil {
			return nil, err
		}
		came := l.news()
		if len(came) == 0 {
			came = []string{tell("", "nothing is left to do")}
		}
		out = append(out, came...)
	}
}

// show tells all that there is of a name.
func (l *life) show(a []string) (out []string, _ error) {
	l.id(a[0])
	for _, line := range l.told() {
		words := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" ,;:", r) })
		if slices.Contains(words, a[0]) {
			out = append(out, line)
		}
	}
	return out, nil
}
