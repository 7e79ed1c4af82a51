package desk

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/keys"
)

// A session begins with a sign-in and ends by itself with its refresh token. The ones that go
// on lie in one item of the member's, to be shown. The ones that were ended lie in the profile,
// which each call reads anyway: a bearer of one is refused at once, and not only when it
// expires. A token whose session is in neither is one from before sessions were kept, and is
// judged by SignedOutAt alone until a refresh lists it.
const (
	// SessionLife is how long a session lasts: that of the refresh tokens of either identity.
	SessionLife = 90 * 24 * time.Hour
	// maxSessions is how many sessions go on at most. The one that was used least lately ends
	// where another begins.
	maxSessions = 20
	// maxEnded is how many ended sessions a profile remembers. It stays below 10 KB so.
	maxEnded = 300
	// usedAgain is how long after the last note that a session is used the next one is made.
	usedAgain = 24 * time.Hour
)

// Session is a sign-in that goes on, as its member sees it.
type Session struct {
	ID         string    `json:"id"`
	DeviceName *string   `json:"deviceName"` // as it named itself, or null
	Network    *string   `json:"network"`    // where it began, such as 203.0.113.0/24, or null
	CreatedAt  time.Time `json:"createdAt"`
	LastUsedAt time.Time `json:"lastUsedAt"` // to the day
	EndsAt     time.Time `json:"endsAt"`     // the password is asked for then
	Current    bool      `json:"current"`    // the one that asks
}

// sessionList is what is kept of the sessions that go on, the oldest first.
type sessionList struct {
	Sessions []liveSession `json:"s"`
}

// liveSession is a session as stored, with times in seconds as tokens have them:
//
//	{"id":"ses_q4mxl5orusgm","c":1795428000,"u":1795514400,"d":"Firefox on Linux","n":"203.0.113.0/24"}
type liveSession struct {
	ID      string `json:"id"`
	Created int64  `json:"c"` // when its member signed in
	Used    int64  `json:"u"`
	Device  string `json:"d,omitempty"`
	Network string `json:"n,omitempty"`
}

// view is the session as shown to whoever asks in the session current.
func (s liveSession) view(current string) Session {
	created := time.Unix(s.Created, 0).UTC()
	return Session{
		ID: s.ID, DeviceName: optional(s.Device), Network: optional(s.Network), CreatedAt: created,
		LastUsedAt: time.Unix(s.Used, 0).UTC(), EndsAt: created.Add(SessionLife), Current: s.ID == current,
	}
}

// find gives the session with an id; nil when none goes on.
func (l *sessionList) find(id string) *liveSession {
	if i := slices.IndexFunc(l.Sessions, func(s liveSession) bool { return s.ID == id }); i >= 0 {
		return &l.Sessions[i]
	}
	return nil
}

// drop takes off the list whatever is over by the profile or by its age, and gives the ids.
func (l *sessionList) drop(f *profile, now time.Time) (over []string) {
	l.Sessions = slices.DeleteFunc(slices.Clone(l.Sessions), func(s liveSession) bool {
		goes := f.over(s.ID, s.Created) || s.Created+seconds(SessionLife) <= now.Unix()
		if goes {
			over = append(over, s.ID)
		}
		return goes
	})
	return over
}

// shorten takes the ones used least lately off a list that is too long, but for one.
func (l *sessionList) shorten(but string) (gone []liveSession) {
	for len(l.Sessions) > maxSessions {
		idlest := -1
		for i, s := range l.Sessions {
			if s.ID != but && (idlest < 0 || s.Used < l.Sessions[idlest].Used) {
				idlest = i
			}
		}
		gone = append(gone, l.Sessions[idlest])
		l.Sessions = slices.Delete(slices.Clone(l.Sessions), idlest, idlest+1)
	}
	return gone
}

func seconds(d time.Duration) int64 { return int64(d / time.Second) }

// over reports whether a session that began then, in seconds, was ended. Tokens tell the time
// in whole seconds, so all of the second of a sign-out is over.
func (f *profile) over(session string, began int64) bool {
	_, ended := f.Ended[session]
	return ended || began <= f.SignedOutAt/1000 || began <= f.OverUntil && !slices.Contains(f.Spared, session)
}

// end remembers that sessions have ended, each until its refresh token is dead by itself. What
// is not needed any more goes, and the earliest of too many. None of these comes back: what
// began up to then is over from now on, but for the sessions of the list that go on.
func (f *profile) end(began map[string]int64, list []liveSession, now time.Time) {
	ended := maps.Clone(f.Ended)
	if ended == nil {
		ended = map[string]int64{}
	}
	for id, at := range began {
		ended[id] = at + seconds(SessionLife)
	}
	ended = stillToKnow(ended, max(f.SignedOutAt/1000, now.Add(-SessionLife).Unix()))
	ids := slices.SortedFunc(maps.Keys(ended), func(a, b string) int { return cmp.Compare(ended[a], ended[b]) })
	for _, id := range ids[:max(0, len(ids)-maxEnded)] {
		f.OverUntil = max(f.OverUntil, ended[id]-seconds(SessionLife))
		delete(ended, id)
	}
	f.Ended, f.Spared = ended, nil
	for _, s := range list {
		if _, ends := began[s.ID]; !ends && s.Created <= f.OverUntil {
			f.Spared = append(f.Spared, s.ID)
		}
	}
}

// endAll ends every session that began up to a moment, whether or not it is known.
func (f *profile) endAll(until time.Time) {
	f.SignedOutAt = max(f.SignedOutAt, millis(until))
	f.Ended = stillToKnow(f.Ended, f.SignedOutAt/1000)
}

// stillToKnow are the ended sessions without those that began up to a second: these are over
// without being named.
func stillToKnow(ended map[string]int64, until int64) map[string]int64 {
	ended = maps.Clone(ended)
	maps.DeleteFunc(ended, func(_ string, end int64) bool { return end-seconds(SessionLife) <= until })
	return ended
}

// Sessions lists where the caller is signed in, what was used last first.
func (d *Desk) Sessions(ctx context.Context, c Caller) ([]Session, error) {
	list, err := load[sessionList](ctx, d.Table, keys.Sessions(c.MemberID))
	if err != nil {
		return nil, err
	}
	f, err := load[profile](ctx, d.Table, keys.Profile(c.MemberID))
	if err != nil {
		return nil, err
	}
	list.value.drop(&f.value, d.Now())
	if c.Session != "" && list.value.find(c.Session) == nil { // from before sessions were kept
		list.value.Sessions = append(list.value.Sessions, liveSession{ID: c.Session, Created: c.SignedInAt.Unix(), Used: d.Now().Unix()})
	}
	shown := make([]Session, len(list.value.Sessions))
	for i, s := range list.value.Sessions {
		shown[i] = s.view(c.Session)
	}
	slices.SortStableFunc(shown, func(a, b Session) int { return b.LastUsedAt.Compare(a.LastUsedAt) })
	return shown, nil
}
