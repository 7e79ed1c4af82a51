package desk

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// What people do at the doors, and what is refused there, leaves a line in the log, so that
// whoever operates the stage can find out what went on. What is refused moves a metric as
// well, on which there is an alarm. Of an account that is known the owner reads it in the
// audit: an entry for each hour and network, with how often it was.
//
// Lines and entries have the member's id and the network, shortened; no name, no e-mail, no
// whole address, and nothing of a customer.

// Door is where a request came in: by which route, such as POST /v1/login, and from which
// network, as Network gives it.
type Door struct{ Network, Route string }

// doorKey is the key of the door in a context.
type doorKey struct{}

// WithDoor says where the request of a context came in.
func WithDoor(ctx context.Context, d Door) context.Context {
	return context.WithValue(ctx, doorKey{}, d)
}

// doorOf is where the request came in; empty where that is not known, as of a timer. What the
// caller knows of the network goes before.
func doorOf(ctx context.Context, network string) Door {
	d, _ := ctx.Value(doorKey{}).(Door)
	d.Network = cmp.Or(network, d.Network)
	return d
}

// What is noticed. Those in the audit are of AuditKinds.
const (
	noticedSignIn   = "access.signed-in"
	noticedRefused  = "access.refused" // wrong e-mail, password or second factor
	noticedLocked   = "access.locked"  // tried too often
	noticedCode     = "access.code"    // a wrong code of a mail
	noticedReset    = "access.reset"   // a password, by such a code
	noticedID       = "access.foreign-id"
	noticedQuota    = "access.too-many"    // of something within a time
	noticedDevice   = "access.device"      // it was taken over by a member of another account
	noticedAsked    = "access.asked"       // for a code; in the log alone, since anybody may
	noticedHandOver = "access.handed-over" // in the log alone: the audit has an entry of its own
	noticedLarge    = "access.too-large"   // in log and metric alone
)

// metricRefused counts what is refused at the doors, by What. An alarm looks at its rate.
const metricRefused = "Refused"

// refusals are those of what is noticed that move the metric.
var refusals = []string{noticedRefused, noticedLocked, noticedCode, noticedID, noticedQuota, noticedDevice, noticedLarge}

// notice is told of what a caller does at a door; account and member are empty where they are
// not known. What fails here is not the matter of whoever asked for something else, so it is
// only logged.
func (d *Desk) notice(ctx context.Context, what string, who Caller) {
	d.noticeAs(ctx, what, doorOf(ctx, ""), noticed{account: who.AccountID, member: who.MemberID, name: who.MemberID})
}

// noticeTry is told how a try at a secret ended. Whoever sent no second factor yet has not
// tried it. Names that nobody has cost as much as others.
func (d *Desk) noticeTry(ctx context.Context, a guess, err error) {
	var what string
	switch class := classOf(err); {
	case class == TooMany:
		what = noticedLocked
	case class != Unauthorized || errors.As(err, new(noGuess)):
		return
	case a.what == triesCode:
		what = noticedCode
	default:
		what = noticedRefused
	}
	n := noticed{account: a.account, name: a.name}
	if a.account != "" {
		n.member = a.name
	}
	d.noticeAs(ctx, what, doorOf(ctx, a.network), n)
}

// noticed is who did something: of which account and member, empty where they are not known,
// and the name that was tried, which may be nobody's.
type noticed struct{ account, member, name string }

func (d *Desk) noticeAs(ctx context.Context, what string, at Door, who noticed) {
	d.Log.InfoContext(ctx, "door noticed", "event", what, "route", at.Route, "network", at.Network, "account", who.account, "member", who.member)
	if slices.Contains(refusals, what) {
		d.count(metricRefused, "What", what, 1)
	}
	if !slices.Contains(AuditKinds(), what) || who.name == "" {
		return
	}
	hour := d.Now().Truncate(time.Hour)
	n := d.lately.add(noticedAt{who.name, what, at.Network, millis(hour)})
	if n == 0 {
		return
	}
	e := hourly{account: cmp.Or(who.account, who.name), what: what, network: at.Network, hour: millis(hour)}
	o := d.lately.settle(e)
	o.count += n
	if who.member != "" {
		o.members = append(o.members, who.member)
	}
	if err := d.auditNoticed(context.WithoutCancel(ctx), e, o, who.account == ""); err != nil {
		d.lately.owe(e, o)
		d.Log.WarnContext(ctx, "audit not written: the next of its kind counts it, too", "account", who.account, "event", what, "error", err)
	}
}

// NoticeLarge is told of a request that was refused for its length.
func (d *Desk) NoticeLarge(ctx context.Context, c Caller) { d.notice(ctx, noticedLarge, c) }

// NoticeKey is told of a key of an assistant that was wrong, or came with too many wrong ones.
// Whose it might be nobody knows.
func (d *Desk) NoticeKey(ctx context.Context, tooMany bool) {
	what := noticedRefused
	if tooMany {
		what = noticedLocked
	}
	d.notice(ctx, what, Caller{})
}

// NoticeForeign is told of an id that a caller asked for in vain, and looks whether there is
// such a thing in another account: whoever asks for that has it from there, or guesses.
func (d *Desk) NoticeForeign(ctx context.Context, c Caller, id string) {
	var k table.Key
	switch kind, _, _ := strings.Cut(id, "_"); kind {
	case "esc":
		k = keys.Escalation(id)
	case "cb":
		k = keys.Callback(id)
	case "mem":
		k = keys.Profile(id)
	case "con":
		k = keys.Connection(id)
	case "cnk":
		k = keys.AssistantKey(id)
	default: // the ids of departments are of their account alone
		return
	}
	is, err := load[struct {
		Account string `json:"a"`
	}](ctx, d.Table, k)
	if err != nil {
		d.Log.WarnContext(ctx, "id not looked for: it may be another account's", "error", err)
		return
	}
	if is.value.Account != "" && is.value.Account != c.AccountID {
		d.notice(ctx, noticedID, c)
	}
}

// noticedAt is what a process counts by: the name, what, from where, and the hour.
type noticedAt struct {
	name, what, network string
	hour                int64
}

// tallied is how often something was noticed: by this process, and since it was last written.
type tallied struct{ all, unwritten int }

// noticedLately counts what a process has noticed, so that a flood of requests is no flood of
// writes.
type noticedLately struct {
	mu   sync.Mutex
	at   map[noticedAt]*tallied
	owed map[hourly]owed
}

// hourly is an entry of the audit: of an account, or a name that nobody has, what, from where and
// of which hour.
type hourly struct {
	account, what, network string
	hour                   int64
}

// owed is what an entry has not yet: others wrote it at the same moment, again and again.
type owed struct {
	count   int
	members []string
}

const (
	// writtenEach are written one by one, and of those behind them ever fewer: the 16th, the
	// 32nd, the 64th.
	writtenEach = 8
	// writtenOfNetwork is how many of a network are, whatever the names.
	writtenOfNetwork = 256
	// mostNoticed is how many a process counts by.
	mostNoticed = 4096
	// mostAudited is how many members an entry names.
	mostAudited = 20
)

// add counts one more, and gives how many are to be written now.
func (l *noticedLately) add(at noticedAt) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.at == nil || len(l.at) >= mostNoticed { // the rest of those is lost
		l.at = map[noticedAt]*tallied{}
	}
	count := func(at noticedAt) *tallied {
		t := l.at[at]
		if t == nil {
			t = &tallied{}
			l.at[at] = t
		}
		t.all++
		t.unwritten++
		return t
	}
	t := count(at)
	at.name = ""
	of := count(at)
	if rare(t.all, writtenEach) || rare(of.all, writtenOfNetwork) {
		return 0
	}
	n := t.unwritten
	t.unwritten = 0
	return n
}

// settle gives what an entry is owed, for whoever writes it now.
func (l *noticedLately) settle(e hourly) owed {
	l.mu.Lock()
	defer l.mu.Unlock()
	o := l.owed[e]
	delete(l.owed, e)
	return o
}

// owe notes what could not be written.
func (l *noticedLately) owe(e hourly, o owed) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.owed == nil || len(l.owed) >= mostNoticed {
		l.owed = map[hourly]owed{}
	}
	was := l.owed[e]
	l.owed[e] = owed{was.count + o.count, append(was.members, o.members...)}
}

// rare reports whether the nth is left unwritten.
func rare(n, each int) bool { return n > each && n&(n-1) != 0 }

// auditNoticed adds to the entry of an hour. Its key is the same for all that add to it. For a
// name that nobody has it writes what nobody reads, or time would tell that there is none.
func (d *Desk) auditNoticed(ctx context.Context, e hourly, o owed, nobodys bool) error {
	at, hash := keys.SortTime(e.hour)+"000000", keys.DerivedID("", e.what, e.network)
	k := keys.Audit(e.account, at, hash)
	if nobodys {
		k = keys.Unheard(e.account, at, hash)
	}
	return d.write(ctx, keys.Named(k), func(error) ([]table.Op, error) {
		s, err := load[audited](ctx, d.Table, k)
		if err != nil {
			return nil, err
		}
		a := s.value
		a.At, a.What, a.Network, a.Count = e.hour, e.what, e.network, a.Count+o.count
		for _, m := range o.members {
			if !slices.Contains(a.Members, m) && len(a.Members) < mostAudited {
				a.Members = append(a.Members, m)
			}
		}
		op := put(k, a, table.AtVersion(s.version))
		if nobodys {
			op = d.expiring(op)
		}
		return []table.Op{op}, nil
	})
}
