package desk

import (
	"context"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// Member is a person of an account as admins, and that person, see it.
type Member struct {
	ID            string   `json:"id"`
	FirstName     string   `json:"firstName"`
	LastName      string   `json:"lastName"`
	Email         string   `json:"email"`
	Role          Role     `json:"role"`
	Language      string   `json:"language"` // as BCP 47 has it; empty is the account's
	DepartmentIDs []string `json:"departmentIds"`
	// DepartmentNames are the names of DepartmentIDs, in the same order.
	DepartmentNames []string            `json:"departmentNames"`
	Capacity        Capacity            `json:"capacity"`
	WorkingHours    *hours.WorkingHours `json:"workingHours"`
	Availability    roster.Availability `json:"availability"`
	CreatedAt       time.Time           `json:"createdAt"`
	Devices         DeviceCounts        `json:"devices"`
	TOTP            bool                `json:"totp"` // signs in with a second factor
	// MustChangePassword says that somebody else chose the password, who could sign in by it.
	MustChangePassword bool `json:"mustChangePassword"`
	// EmailProved is whether somebody showed that the member reads this address. Codes go to
	// no other.
	EmailProved bool `json:"emailProved"`
}

// Capacity is how much a member takes at a time.
type Capacity struct {
	Calls int `json:"calls"` // 0 or 1
	Chats int `json:"chats"` // 0 to 20
}

// profile is the part of a member that routing does not need, as stored:
//
//	{"a":"acc_f7lmw5qcqyje","f":"Nina","l":"Roy","e":"nina@example.com","r":"staff","at":1795428000000,"cr":true}
//
// is a member who is still being made. The first name lies in the desk row, too, for offers.
type profile struct {
	Account       string `json:"a"`
	FirstName     string `json:"f"`
	LastName      string `json:"l"`
	Email         string `json:"e"`
	Role          Role   `json:"r"`
	Created       int64  `json:"at"`
	Creating      bool   `json:"cr,omitempty"` // half-made: see member_join.go
	Removed       bool   `json:"x,omitempty"`  // see member_leave.go
	SignedOutAt   int64  `json:"so,omitempty"` // tokens issued before are dead
	PasswordSetAt int64  `json:"pw,omitempty"` // secrets of devices from before are void; 0 for the first password
	Language      string `json:"la,omitempty"`
	// Factor is the second factor, and NewFactor one that was begun: see member_totp.go.
	Factor    *secondFactor `json:"tf,omitempty"`
	NewFactor *newFactor    `json:"nf,omitempty"`
	Promoted  int64         `json:"pm,omitempty"` // when an admin was made of them
	// Ended has the sessions that were ended and until when, in seconds, their refresh tokens
	// would have lived: see session.go.
	Ended map[string]int64 `json:"es,omitempty"`
	// OverUntil is until when, in seconds, the sessions began that were ended and that Ended has
	// no room for. Spared are those that began up to then and go on.
	OverUntil  int64    `json:"eu,omitempty"`
	Spared     []string `json:"sp,omitempty"`
	MustChange bool     `json:"mc,omitempty"` // the password, which somebody else chose
	// Unproved is an address that nobody has shown to be the member's. Those that an older
	// version kept count as proved.
	Unproved bool `json:"np,omitempty"`
}

// ready reports whether the member is one: fully made and not removed.
func (f *profile) ready() bool { return f.Account != "" && !f.Creating && !f.Removed }

// person is a member's desk row and profile together.
type person struct {
	row     *roster.Row
	profile stored[profile]
}

// readPerson reads both halves of a member. Problem not-found for one in another account,
// half-made or removed.
func (d *Desk) readPerson(ctx context.Context, acc, id string) (person, error) {
	var p person
	err := together(
		func() (err error) { p.row, err = d.memberRow(ctx, acc, id); return err },
		func() (err error) { p.profile, err = load[profile](ctx, d.Table, keys.Profile(id)); return err },
	)
	if err != nil {
		return p, err
	}
	if p.profile.value.Account != acc || !p.profile.value.ready() {
		return p, notFound("member")
	}
	return p, nil
}

// view is the member as shown, without the devices. Departments that were deleted are left out.
func (p person) view(s *roster.Roster, now time.Time) Member {
	r, f := p.row, &p.profile.value
	m := Member{
		ID: r.ID, FirstName: f.FirstName, LastName: f.LastName, Email: f.Email, Role: f.Role, Language: f.Language,
		DepartmentIDs: s.Known(r.Departments), Capacity: Capacity{Calls: r.Calls, Chats: r.ChatCapacity(&s.Account)},
		Availability: r.Availability(&s.Account, now), CreatedAt: instant(f.Created), TOTP: f.Factor != nil, MustChangePassword: f.MustChange,
		EmailProved: !f.Unproved,
	}
	m.DepartmentNames = make([]string, len(m.DepartmentIDs))
	for i, dep := range m.DepartmentIDs {
		m.DepartmentNames[i] = s.Departments[dep].Name
	}
	if r.Hours != nil {
		h := r.Hours.Hours()
		m.WorkingHours = &h
	}
	return m
}

// Caller tells who a member is by what their token says. Nothing else of a token is believed:
// role and account are read each time, so a removed member has no access from that moment. The
// problem unauthorized covers a token of a session that was ended, and one from before the
// last sign-out everywhere: its SignedInAt, when the password was given, is in that second or
// earlier. What the call reads ahead is read beside.
func (d *Desk) Caller(ctx context.Context, b Bearer) (c Caller, err error) {
	if !strings.HasPrefix(b.MemberID, "mem_") {
		return Caller{}, denied()
	}
	first := d.readAhead(b)
	reading, stop := context.WithCancel(ctx)
	defer stop()
	_ = together(
		func() error {
			if c, err = d.whoCalls(ctx, b); err != nil {
				stop()
			}
			return nil
		},
		func() error { first.read(reading); return nil },
	)
	switch {
	case classOf(err) == Unauthorized || c.MustChangePassword:
		d.accounts.forget(b.MemberID)
	case err == nil:
		d.accounts.keep(b.MemberID, c.AccountID)
		c.ahead = first.of(c)
	}
	return c, err
}

// whoCalls reads the member of a bearer.
func (d *Desk) whoCalls(ctx context.Context, b Bearer) (Caller, error) {
	p, err := load[profile](ctx, d.Table, keys.Profile(b.MemberID))
	if err != nil {
		return Caller{}, err
	}
	f := p.value
	if !f.ready() || f.over(b.Session, b.SignedInAt.Unix()) {
		return Caller{}, denied()
	}
	return Caller{
		MemberID: b.MemberID, AccountID: f.Account, Role: f.Role, Session: b.Session, SignedInAt: b.SignedInAt,
		Factor: f.Factor != nil, ManagesSince: max(f.Created, f.Promoted), MustChangePassword: f.MustChange,
	}, nil
}

// denied is the answer to a token that is good for nothing.
func denied() *Problem {
	return &Problem{Class: Unauthorized, Name: "unauthorized", Title: "Sign in", Detail: "The token is not valid here."}
}

// signedInSince gives the check, for a Write, that a caller of that moment was not signed out
// or removed since. What a phone registers just then would else outlive the password
// that it was let in by. Problem unauthorized when they were. It gives their language, too,
// which the check holds as it is.
func (d *Desk) signedInSince(ctx context.Context, c Caller, at time.Time) (still table.Op, language string, err error) {
	f, err := load[profile](ctx, d.Table, keys.Profile(c.MemberID))
	ended := !c.SignedInAt.IsZero() && f.value.over(c.Session, c.SignedInAt.Unix())
	if err == nil && (!f.value.ready() || ended || f.value.SignedOutAt >= millis(at)) {
		err = denied()
	}
	return table.Check(keys.Profile(c.MemberID), table.AtVersion(f.version)), f.value.Language, err
}

// Me gives the caller's own member.
func (d *Desk) Me(ctx context.Context, c Caller) (Member, error) { return d.Member(ctx, c, c.MemberID) }

// Member gives one member of the caller's account; problem not-found for any other.
func (d *Desk) Member(ctx context.Context, c Caller, id string) (Member, error) {
	var p person
	var s *roster.Roster
	var devices []Device
	err := together(
		func() (err error) { p, s, err = d.readMember(ctx, c.AccountID, id); return err },
		func() (err error) { devices, err = d.devices(ctx, id); return err },
	)
	if err != nil {
		return Member{}, err
	}
	m := p.view(s, d.Now())
	m.Devices = countDevices(devices)
	return m, nil
}

// readMember reads all that is shown of a member but the devices.
func (d *Desk) readMember(ctx context.Context, acc, id string) (p person, s *roster.Roster, err error) {
	if p, err = d.readPerson(ctx, acc, id); err != nil {
		return p, nil, err
	}
	s, err = d.readSettings(ctx, acc)
	return p, s, err
}

// updateRow changes one desk row on its version, again when others were quicker. Like the
// change of update, change may be called six times. Rows of a busy agent move often: a
// claim that lands in between costs a try, not an error.
func (d *Desk) updateRow(ctx context.Context, acc, member string, change func(r *roster.Row) (write bool, more []table.Op, err error)) (*roster.Row, error) {
	var r *roster.Row
	err := d.write(ctx, "the desk row of "+member, func(error) (ops []table.Op, err error) {
		if r, err = d.memberRow(ctx, acc, member); err != nil {
			return nil, err
		}
		if r.Places == nil {
			r.Places = map[string]int64{}
		}
		write, more, err := change(r)
		if err != nil || !write {
			return nil, err
		}
		return append([]table.Op{put(keys.Row(acc, member), r, table.AtVersion(r.Version))}, more...), nil
	})
	return r, err
}
