package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// Passwords and codes are guessed by trying. Wrong tries are counted before the identity is
// asked, in items that expire: by name, by name and network, and by network. Names that
// nobody has are counted as others are, or the count would tell who exists.
//
// Whoever knows an e-mail can use up its tries. So a device on which the member has signed
// in before has tries of its own, which no stranger gets at. And strangers do not get at
// Cognito's own lock-out either, which asks for no device. It begins with the fifth wrong
// try, and ends with a right one or when none was made for 15 minutes
// (https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html#authentication-flow-lockout-behavior):
// so four are let through, and then none until that time is over, and as long again as a try
// may have been on its way to Cognito.
//
// Codes need no such pause by name, since each is spent by five wrong tries: who has had one
// spent asks for another and uses it, while the network that tried waits. What counts by name
// is there for whoever has many networks.

// budget is how many wrong tries there may be.
type budget struct {
	most   int
	within time.Duration
	pause  bool // they count until there was none for so long; else from the first one on
}

// The budgets. A town or a company may share one network.
var (
	ofName        = budget{most: 4, within: 15*time.Minute + tryTime, pause: true}
	ofNameNetwork = budget{most: 20, within: 24 * time.Hour}
	ofCodes       = budget{most: 20, within: time.Hour}
	ofCodeNetwork = budget{most: codeTries, within: 15 * time.Minute, pause: true}
	ofDevice      = budget{most: 10, within: time.Hour}
	ofNetwork     = budget{most: 100, within: time.Hour}
)

// tryTime is longer than a function lives: from counting a try to Cognito's answer.
const tryTime = 30 * time.Second

// tries are wrong tries, as stored, and those under way: {"n":3,"f":1795428000000,
// "l":1795428060000} are three within a minute.
type tries struct {
	Count int   `json:"n"`
	First int64 `json:"f"`
	Last  int64 `json:"l"`
}

// left are those that still count.
func (a tries) left(b budget, now time.Time) tries {
	if a.opens(b, now) <= 0 {
		return tries{}
	}
	return a
}

// opens is how long those that count do so still.
func (a tries) opens(b budget, now time.Time) time.Duration {
	since := a.First
	if b.pause {
		since = a.Last
	}
	return instant(since).Add(b.within).Sub(now)
}

// tells is how long whoever meets with the budget is told to wait. Of a budget that others use up
// as well it is the whole of it: what was left would tell that somebody else has tried the name.
func (b budget) tells(a tries, now time.Time) time.Duration {
	if b.pause {
		return b.within
	}
	return a.opens(b, now)
}

// tooManyTries is ErrTooManyTries, and when it is over.
func tooManyTries(after time.Duration) error {
	p := *ErrTooManyTries
	p.After = after
	p.Detail = fmt.Sprintf("That was tried too often. Try again in %s.", inWords(after))
	return &p
}

// inWords is a time to wait, in whole minutes and never too short.
func inWords(d time.Duration) string {
	switch minutes := int((d + time.Minute - 1) / time.Minute); {
	case minutes <= 1:
		return "a minute"
	case minutes < 100:
		return fmt.Sprintf("%d minutes", minutes)
	default:
		return fmt.Sprintf("%d hours", (minutes+59)/60)
	}
}

// more is one more.
func (a tries) more(now time.Time) tries {
	if a.Count == 0 {
		a.First = millis(now)
	}
	a.Count, a.Last = a.Count+1, millis(now)
	return a
}

// What is tried. Each has tries of its own: whoever has forgotten the password must still
// be able to use a code.
const (
	triesPassword = "password"
	triesCode     = "code"
)

// guess is a try of something that is secret.
type guess struct {
	what    string // such as triesPassword
	account string // the member's; empty of nobody
	name    string // the member's id, or what stands for nobody
	network string // from where; empty where that is not known
	device  string // a device that is known; empty for others
}

// ownTry is a try of whoever is signed in: no stranger, and so with tries of their own.
func (c Caller) ownTry(what string) guess {
	return guess{what: what, account: c.AccountID, name: c.MemberID, device: "session/" + c.Session}
}

// tally is where tries are counted.
type tally struct {
	key    table.Key
	budget budget
}

// tallies are those that a try counts in from its begin on. The network's is not among
// them: right tries do not count in it, and too many would meet in one item.
func (a guess) tallies() []tally {
	if a.device != "" {
		return []tally{{keys.TriesOfDevice(a.name, a.what, a.device), ofDevice}}
	}
	byName, byNetwork := ofName, ofNameNetwork
	if a.what == triesCode {
		byName, byNetwork = ofCodes, ofCodeNetwork
	}
	return []tally{
		{keys.TriesOfName(a.name, a.what), byName},
		{keys.TriesOfNetwork(a.name, a.what, a.network), byNetwork},
	}
}

// try has f try. Its error of class Unauthorized is a wrong try, and what is wrong too often
// is ErrTooManyTries without f. Tries count before f, so that many at once are no more than
// one after another; a right one takes the wrong ones before it away.
func (d *Desk) try(ctx context.Context, a guess, f func() error) error {
	if err := d.countTry(ctx, a); err != nil {
		d.noticeTry(ctx, a, err)
		return err
	}
	err := f()
	d.noticeTry(ctx, a, err)
	// What has happened counts, also when the caller has hung up.
	ctx = context.WithoutCancel(ctx)
	switch class := classOf(err); {
	case err == nil:
		d.forgetTries(ctx, a)
	case errors.As(err, new(noGuess)):
		d.takeTryBack(ctx, a)
	case class == Unauthorized && a.device == "":
		if failed := d.countNetwork(ctx, a.network); failed != nil {
			return failed // rather no answer than one that does not count
		}
	case class != Unauthorized && class != TooMany:
		d.takeTryBack(ctx, a)
	}
	return err
}

// noGuess is the error of a try that guessed nothing.
type noGuess struct{ error }

// Unwrap gives what callers are told.
func (e noGuess) Unwrap() error { return e.error }

// countTry counts a try, or says that there were too many.
func (d *Desk) countTry(ctx context.Context, a guess) error {
	all := a.tallies()
	return d.write(ctx, "tries", func(error) ([]table.Op, error) {
		now := d.Now()
		read := make([]stored[tries], len(all))
		var network stored[tries]
		err := inParallel(len(all)+1, func(i int) (err error) {
			if i == len(all) {
				network, err = load[tries](ctx, d.Table, keys.TriesIn(a.network))
			} else {
				read[i], err = load[tries](ctx, d.Table, all[i].key)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		if n := network.value.left(ofNetwork, now); a.device == "" && n.Count >= ofNetwork.most {
			return nil, tooManyTries(ofNetwork.tells(n, now))
		}
		var ops []table.Op
		for i, c := range all {
			n := read[i].value.left(c.budget, now)
			if n.Count >= c.budget.most {
				return nil, tooManyTries(c.budget.tells(n, now))
			}
			ops = append(ops, d.expiring(put(c.key, n.more(now), table.AtVersion(read[i].version))))
		}
		return ops, nil
	})
}

// countNetwork counts a wrong try from a network.
func (d *Desk) countNetwork(ctx context.Context, network string) error {
	k := keys.TriesIn(network)
	return d.write(ctx, keys.Named(k), func(error) ([]table.Op, error) {
		s, err := load[tries](ctx, d.Table, k)
		if err != nil {
			return nil, err
		}
		now := d.Now()
		return []table.Op{d.expiring(put(k, s.value.left(ofNetwork, now).more(now), table.AtVersion(s.version)))}, nil
	})
}

// forgetTries takes wrong tries away after a right one. A network is forgiven nothing: one
// member of an attacker's own would clear it for the next hundred.
func (d *Desk) forgetTries(ctx context.Context, a guess) {
	var ops []table.Op
	for _, c := range a.tallies() {
		ops = append(ops, table.Delete(c.key, table.Condition{}))
	}
	if err := d.Table.Write(ctx, ops...); err != nil {
		d.Log.WarnContext(ctx, "tries not forgotten: they count until their time is over", "member", a.name, "error", err)
	}
}

// takeTryBack uncounts a try that came to nothing, such as one that the identity had no time
// for: its trouble must lock nobody out.
func (d *Desk) takeTryBack(ctx context.Context, a guess) {
	all := a.tallies()
	err := d.write(ctx, "tries", func(error) ([]table.Op, error) {
		var ops []table.Op
		for _, c := range all {
			s, err := load[tries](ctx, d.Table, c.key)
			if err != nil {
				return nil, err
			}
			if s.value.Count > 0 {
				s.value.Count--
				ops = append(ops, d.expiring(put(c.key, s.value, table.AtVersion(s.version))))
			}
		}
		return ops, nil
	})
	if err != nil {
		d.Log.WarnContext(ctx, "try not taken back: it counts as a wrong one", "member", a.name, "error", err)
	}
}
