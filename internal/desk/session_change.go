package desk

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// sessionChange is a change of a member's sessions on its way, by as many tries as it takes.
// One Write has all of it: the profile, by which calls are judged, the list, the devices that
// the sessions put, whether anything can ring still, and the audit trail. So no crash leaves a
// phone ringing for one who is signed out.
type sessionChange struct {
	d     *Desk
	by    Caller // empty where nobody asked
	reach reach

	begins *liveSession // or is used
	ends   []string
	all    bool   // whatever there is ends, known or not
	device string // goes as well
	heirOf string // the session whose devices the one that begins takes over
	sole   bool   // no other goes on beside it: devices of no known session are its own

	gone []device // by any try: each may be the one that was written
}

// sessions begins a change of a member's sessions.
func (d *Desk) sessions(by Caller, acc, member string) *sessionChange {
	return &sessionChange{d: d, by: by, reach: reach{d: d, account: acc, member: member}}
}

// write makes the change, and does what follows. What is done already changes nothing.
func (c *sessionChange) write(ctx context.Context) error {
	err := c.d.write(ctx, "the sessions of "+c.reach.member, func(error) ([]table.Op, error) { return c.try(ctx) })
	if err != nil {
		return err
	}
	c.d.forget(ctx, c.gone)
	c.reach.after(ctx)
	return nil
}

// sessionItems are the items that a change may write.
type sessionItems struct {
	profile stored[profile]
	list    stored[sessionList]
	devices stored[deviceList]
}

func (c *sessionChange) read(ctx context.Context) (s sessionItems, err error) {
	t, member := c.d.Table, c.reach.member
	err = together(
		func() (err error) { s.profile, err = load[profile](ctx, t, keys.Profile(member)); return err },
		func() (err error) { s.list, err = load[sessionList](ctx, t, keys.Sessions(member)); return err },
		func() (err error) { s.devices, err = load[deviceList](ctx, t, keys.Devices(member)); return err },
	)
	return s, err
}

// try is one try.
func (c *sessionChange) try(ctx context.Context) ([]table.Op, error) {
	s, err := c.read(ctx)
	if err != nil {
		return nil, err
	}
	f, now := &s.profile.value, c.d.Now()
	if !f.ready() || f.Account != c.reach.account || c.begins != nil && f.over(c.begins.ID, c.begins.Created) {
		return nil, denied()
	}
	over, changed := c.end(&s, now)
	ops, err := c.dropDevices(ctx, &s, over, changed)
	if err != nil {
		return nil, err
	}
	if changed {
		ops = append(ops, put(keys.Profile(c.reach.member), f, table.AtVersion(s.profile.version)), c.audit(over))
	}
	if changed || c.begins != nil {
		ops = append(ops, put(keys.Sessions(c.reach.member), s.list.value, table.AtVersion(s.list.version)))
	}
	if !changed && len(ops) > 0 { // whoever is signed out meanwhile begins nothing
		ops = append(ops, table.Check(keys.Profile(c.reach.member), table.AtVersion(s.profile.version)))
	}
	return ops, nil
}

// end changes profile and list as they are to become. It gives the ids of the sessions that
// are over by it, and whether the profile changed.
func (c *sessionChange) end(s *sessionItems, now time.Time) (over []string, changed bool) {
	f, list := &s.profile.value, &s.list.value
	if c.all {
		f.endAll(now)
		return list.drop(f, now), true
	}
	list.drop(f, now) // what ended by itself or before: nothing is written for it alone
	began := map[string]int64{}
	for _, id := range c.ends {
		if live := list.find(id); live != nil {
			began[id] = live.Created
		} else if _, ended := f.Ended[id]; !ended { // from before sessions were kept
			began[id] = now.Unix()
			if id == c.by.Session && !c.by.SignedInAt.IsZero() {
				began[id] = c.by.SignedInAt.Unix()
			}
		}
	}
	if c.begins != nil {
		list.use(*c.begins)
		for _, s := range list.shorten(c.begins.ID) {
			began[s.ID] = s.Created
		}
	}
	if len(began) == 0 {
		return nil, false
	}
	f.end(began, list.Sessions, now)
	over = list.drop(f, now)
	for id := range began {
		if !slices.Contains(over, id) {
			over = append(over, id)
		}
	}
	slices.Sort(over)
	return over, true
}

// dropDevices takes off the devices that went with the sessions that are over. No page counts
// as open any more then: which session's it was is not known, and its next poll tells.
func (c *sessionChange) dropDevices(ctx context.Context, s *sessionItems, over []string, ended bool) ([]table.Op, error) {
	list := &s.devices.value
	heirs := c.inherit(list)
	taken := list.take(func(v device) bool {
		return c.all || c.device != "" && v.ID == c.device || v.Session != "" && slices.Contains(over, v.Session)
	})
	var ops []table.Op
	page := c.device != "" && c.device == cmp.Or(list.Page, namelessPage)
	if ended || taken != nil || page {
		var err error
		if ops, err = c.reach.becomes(ctx, list, ended || page, ""); err != nil {
			return nil, err
		}
	}
	if page || c.all {
		list.Page = ""
	}
	k, as := keys.Devices(c.reach.member), table.AtVersion(s.devices.version)
	switch {
	case taken != nil || heirs || page || ops != nil:
		ops = append(ops, put(k, list, as))
	case ended: // or a device that the session puts just now would be missed, and ring on
		ops = append(ops, table.Check(k, as))
	}
	for _, v := range taken {
		ops = append(ops, letGo(v)...)
	}
	c.gone = append(c.gone, taken...)
	return ops, nil
}

// inherit makes the devices of the session before those of the one that begins. It reports
// whether there are any.
func (c *sessionChange) inherit(list *deviceList) (some bool) {
	if c.begins == nil || c.heirOf == "" {
		return false
	}
	list.Devices = slices.Clone(list.Devices)
	for i, v := range list.Devices {
		if v.Session == c.heirOf || v.Session == "" && c.sole {
			list.Devices[i].Session, some = c.begins.ID, true
		}
	}
	return some
}

// audit notes which sessions ended; none is named where all did.
func (c *sessionChange) audit(over []string) table.Op {
	var edits []edit
	if !c.all {
		edits = append(edits, edited("sessions", over, nil))
	}
	return c.d.audit(c.reach.account, c.by.MemberID, auditMemberSignedOut, c.reach.member, edits...)
}

// use adds a session, or notes that it is used again.
func (l *sessionList) use(s liveSession) {
	if live := l.find(s.ID); live != nil {
		live.Used = max(live.Used, s.Used)
		return
	}
	l.Sessions = append(l.Sessions, s)
}

// beginSession lists the session of a sign-in. It ends the caller's session that it takes the
// place of, if there is one, and takes its devices over.
func (d *Desk) beginSession(ctx context.Context, c Caller, t Tokens, v Visitor, before Caller) error {
	change := d.begin(c, t, v)
	if before.Session != "" {
		change.by, change.ends, change.heirOf = before, []string{before.Session}, before.Session
	}
	return change.listed(ctx)
}

// begin is the change by which the session of a sign-in begins.
func (d *Desk) begin(c Caller, t Tokens, v Visitor) *sessionChange {
	change := d.sessions(Caller{}, c.AccountID, c.MemberID)
	change.begins = &liveSession{
		ID: t.Session, Created: t.SignedIn.Unix(), Used: d.Now().Unix(), Device: v.device(), Network: v.Network,
	}
	change.reach.stays = true // they are just coming
	return change
}

// listed writes the change, unless the identity names no session.
func (c *sessionChange) listed(ctx context.Context) error {
	if c.begins.ID == "" {
		return nil
	}
	if err := c.write(ctx); err != nil {
		return fmt.Errorf("keeping the session: %w", err)
	}
	return nil
}

// useSession notes once a day that a session is used, and lists one from before sessions were
// kept. What fails here the next refresh does.
func (d *Desk) useSession(ctx context.Context, c Caller, t Tokens) {
	list, err := load[sessionList](ctx, d.Table, keys.Sessions(c.MemberID))
	if live := list.value.find(t.Session); err == nil && live != nil && d.Now().Unix()-live.Used < seconds(usedAgain) {
		return
	}
	if err == nil {
		err = d.begin(c, t, Visitor{}).listed(ctx)
	}
	if err != nil {
		d.Log.WarnContext(ctx, "session not noted: the next refresh does it", "member", c.MemberID, "error", err)
	}
}

// EndSession signs the caller out of one of their sessions, perhaps the one that asks. One
// that has ended already is no error; problem not-found for one that is none of theirs.
func (d *Desk) EndSession(ctx context.Context, c Caller, id string) error {
	list, err := load[sessionList](ctx, d.Table, keys.Sessions(c.MemberID))
	if err != nil {
		return err
	}
	f, err := load[profile](ctx, d.Table, keys.Profile(c.MemberID))
	if err != nil {
		return err
	}
	if _, ended := f.value.Ended[id]; list.value.find(id) == nil && !ended && id != c.Session {
		return notFound("session")
	}
	change := d.sessions(c, c.AccountID, c.MemberID)
	change.ends = []string{id}
	change.reach.pageStays = id != c.Session // the open page may be the one that asks
	return change.write(ctx)
}

// EndSessions signs a member out everywhere, also the caller themselves: every token is dead,
// and all devices go. An admin does so for others, but not for the owner, or could keep them
// out. Problems are forbidden and not-found.
func (d *Desk) EndSessions(ctx context.Context, c Caller, member string) error {
	if member != c.MemberID && !c.Role.Manages() {
		return forbidden("Only admins sign others out.")
	}
	p, err := d.readPerson(ctx, c.AccountID, member)
	if err != nil {
		return err
	}
	if p.profile.value.Role == RoleOwner && member != c.MemberID {
		return forbidden("Only the owner signs the owner out.")
	}
	change := d.sessions(c, c.AccountID, member)
	change.all = true
	return change.write(ctx)
}
