package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// A member is made in three steps: the e-mail is reserved, the sign-in created, the member
// made ready. A finish message goes out before the first and comes after creatingFor. A
// crash after the first or second step leaves a half-made member; the message removes it,
// and the e-mail is free again. Repeating the call takes the e-mail over at once.
const creatingFor = 2 * time.Minute

// NewMember is a person who joins an account.
type NewMember struct {
	// ID is given by callers who may ask twice and want one member; empty makes a new one.
	ID                         string
	FirstName, LastName, Email string
	Role                       Role
	DepartmentIDs              []string
	Password                   string
	// EmailProved is whether somebody showed that the person reads the e-mail.
	EmailProved bool
	// Printed is a password that the guide prints, as those of the sandbox's demo account. It
	// may be made of words of the member's.
	Printed bool

	mustChange bool // the password
}

// totalMembers is how many an account has: each claim reads a row of each. Those who are made at
// the same moment do not see each other, so that a few more may come to be.
const totalMembers = 1000

// CreateMember makes a member who can sign in: offline, at the tail of every rotation.
// Problem email-taken when someone signs in with the e-mail already, in whatever account;
// invalid for departments or a password that cannot be; too-many-members and too-often. A
// half-made member of this account is replaced.
func (d *Desk) CreateMember(ctx context.Context, by Caller, n NewMember) (Member, error) {
	s, err := d.readDesk(ctx, by.AccountID)
	if err != nil {
		return Member{}, err
	}
	if err := Invalids(badDepartments(s.Departments, n.Role, n.DepartmentIDs)); err != nil {
		return Member{}, err
	}
	if err := d.roomForMember(ctx, by, s, n.ID); err != nil {
		return Member{}, err
	}
	n.mustChange = s.Account.FirstPassword == roster.FirstPasswordChange
	id, err := d.join(ctx, s, by.MemberID, n)
	if err != nil {
		return Member{}, err
	}
	return d.Member(ctx, by, id)
}

// roomForMember counts a member who is to be made, unless that was done before.
func (d *Desk) roomForMember(ctx context.Context, by Caller, s *roster.Roster, id string) error {
	if id != "" && s.Row(id) != nil {
		return nil
	}
	members := 0
	for _, r := range s.Rows {
		if !r.Removed {
			members++
		}
	}
	if members >= totalMembers {
		return d.refused(ctx, by, tooManyOf("too-many-members", "Too many members", fmt.Sprintf("There are %d members. Remove one first.", members)))
	}
	return d.spend(ctx, by, by.AccountID, ofMembers)
}

// join makes the member and returns the id; more belongs into the Write that makes
// them ready.
func (d *Desk) join(ctx context.Context, s *roster.Roster, by string, n NewMember, more ...table.Op) (string, error) {
	n.Email = lowerEmail(n.Email)
	if !n.Printed {
		if err := tooPersonal(n.Password, n.FirstName, n.LastName, n.Email, s.Account.Name); err != nil {
			return "", err
		}
	}
	id, err := d.idOr(n.ID, "mem_")
	if err != nil {
		return "", err
	}
	n.ID = id
	before, err := d.reserve(ctx, s.AccountID, n)
	if err != nil || before == n.ID { // asked before, and done
		return n.ID, err
	}
	if before != "" {
		if err := d.Identity.Delete(ctx, before); err != nil {
			return "", fmt.Errorf("removing a half-made sign-in: %w", err)
		}
	}
	if err := d.Identity.Create(ctx, n.ID, n.Password); err != nil {
		return "", fmt.Errorf("creating the sign-in of %s: %w", n.ID, err)
	}
	more = append(more, d.audit(s.AccountID, by, auditMemberMade, n.ID, n.edits()...))
	if err = d.makeReady(ctx, s.AccountID, n, more); err != nil {
		// Another call took the e-mail over meanwhile, or the finisher was quicker.
		if classOf(err) == Conflict {
			err = errors.Join(err, d.Identity.Delete(ctx, n.ID))
		}
	}
	return n.ID, err
}

// edits are what the audit trail tells of a new member.
func (n NewMember) edits() []edit {
	return []edit{
		edited("firstName", nil, n.FirstName), edited("lastName", nil, n.LastName), edited("email", nil, n.Email),
		edited("role", nil, n.Role), edited("departmentIds", nil, append([]string{}, n.DepartmentIDs...)),
	}
}

// reserve takes the e-mail for a member who is being made. It returns the half-made
// member whose e-mail it took over, if any, or n.ID itself when that is ready already.
func (d *Desk) reserve(ctx context.Context, acc string, n NewMember) (before string, err error) {
	m := Message{Kind: WakeFinish, Finish: finishCreate, AccountID: acc, MemberID: n.ID, Due: d.Now().Add(creatingFor)}
	sent, out := false, displacement{d: d}
	err = d.write(ctx, "the e-mail of "+n.ID, func(error) ([]table.Op, error) {
		h, err := d.holderOf(ctx, n.Email)
		if err != nil {
			return nil, err
		}
		p, f, displaced := h.pointer, h.profile, n.displaces(acc, h)
		before = h.id
		switch {
		case before == n.ID && f.value.ready():
			return nil, nil
		case f.found() && !displaced && (f.value.Account != acc || !f.value.Creating):
			return nil, emailTaken()
		}
		if !sent {
			if err := d.send(ctx, m.Due, m); err != nil {
				return nil, fmt.Errorf("sending the finish message: %w", err)
			}
			sent = true
		}
		if before == n.ID && f.found() { // this call's own, of which no answer came
			before = ""
			return nil, nil
		}
		if !displaced {
			return d.reserving(acc, n, p, f), nil
		}
		before = "" // a member who stays one
		ops, err := out.of(ctx, h, n.ID)
		return append(ops, d.reserving(acc, n, p, stored[profile]{})...), err
	})
	return before, err
}

// displaces reports whether the new member, whose address is proved, takes it from a member of
// another account who did not prove it.
func (n NewMember) displaces(acc string, h addressHolder) bool {
	return n.EmailProved && h.id != "" && h.id != n.ID && h.profile.found() && h.profile.value.Account != acc && h.profile.value.Unproved
}

// reserving is the Write of the first step. Two who reserve one e-mail meet at its item,
// and one of them reads again.
func (d *Desk) reserving(acc string, n NewMember, p stored[pointer], f stored[profile]) []table.Op {
	ops := []table.Op{
		put(keys.Email(n.Email), pointer{n.ID}, table.AtVersion(p.version)),
		put(keys.Profile(n.ID), profile{
			Account: acc, FirstName: n.FirstName, LastName: n.LastName, Email: n.Email,
			Role: n.Role, Created: millis(d.Now()), Creating: true, MustChange: n.mustChange, Unproved: !n.EmailProved,
		}, table.Absent),
	}
	if f.found() {
		ops = append(ops, table.Delete(keys.Profile(p.value.ID), table.AtVersion(f.version)))
	}
	return ops
}

// makeReady is the third step. From this Write on the member is there: at the tail of every
// rotation, offline.
func (d *Desk) makeReady(ctx context.Context, acc string, n NewMember, more []table.Op) error {
	_, err := update(ctx, d, keys.Profile(n.ID), func(f *stored[profile]) (bool, []table.Op, error) {
		switch {
		case !f.found():
			return false, nil, emailTaken()
		case !f.value.Creating:
			return false, nil, nil
		}
		counters, err := d.readCounters(ctx, acc)
		if err != nil {
			return false, nil, err
		}
		r := &roster.Row{FirstName: n.FirstName, Departments: n.DepartmentIDs, Calls: 1, Places: map[string]int64{}}
		r.SetDevices(0)
		r.FreshPlaces(roster.Call, counters)
		r.FreshPlaces(roster.Chat, counters)
		f.value.Creating = false
		return true, append([]table.Op{put(keys.Row(acc, n.ID), r, table.Absent)}, more...), nil
	})
	return err
}

// finishCreating removes a member who is still half-made, and the sign-in in any case: the
// process may have died before either, or after it. A member who is ready is left alone.
func (d *Desk) finishCreating(ctx context.Context, m Message) error {
	f, err := load[profile](ctx, d.Table, keys.Profile(m.MemberID))
	if err != nil {
		return err
	}
	if f.found() && !f.value.Creating {
		return nil
	}
	if f.found() {
		if due := instant(f.value.Created).Add(creatingFor); d.Now().Before(due) {
			return d.send(ctx, due, m)
		}
		ops, err := d.dropProfile(ctx, m.MemberID, f)
		if err != nil {
			return err
		}
		if err := d.Table.Write(ctx, ops...); err != nil {
			return fmt.Errorf("removing a half-made member: %w", err)
		}
	}
	return d.Identity.Delete(ctx, m.MemberID)
}

// dropProfile is what a Write needs to delete a profile as it was read, with the e-mail if
// that is still the member's.
func (d *Desk) dropProfile(ctx context.Context, id string, f stored[profile]) ([]table.Op, error) {
	ops := []table.Op{table.Delete(keys.Profile(id), table.AtVersion(f.version))}
	p, err := load[pointer](ctx, d.Table, keys.Email(f.value.Email))
	if err == nil && p.value.ID == id {
		ops = append(ops, table.Delete(keys.Email(f.value.Email), table.AtVersion(p.version)))
	}
	return ops, err
}

// NewAccount is a business that signs up, with its owner.
type NewAccount struct {
	// ID is for the sandbox's account, which has a known one. Empty, it is made of the
	// owner's e-mail and the name, so that the same request finds what it made.
	ID       string
	Name     string
	TimeZone string
	Owner    NewMember
	// FirstPassword is the setting of that name; empty is roster.FirstPasswordChange.
	FirstPassword string
}

// Provisioned is what a business that signed up has.
type Provisioned struct {
	AccountID string `json:"accountId"`
	MemberID  string `json:"memberId"` // the owner
	// Created is false when the account was there already. Nothing was changed then: whoever
	// asked again with another password or zone must not take it for the one in force.
	Created bool `json:"created"`
	// Restored says that the sign-in of the account's first owner had gone, which only somebody
	// at the identity provider can have done, and was made again with the password sent.
	Restored bool `json:"restored,omitempty"`
}

// Provision makes an account and its owner. The same request again gives the same account,
// whatever has become of it. Problem email-taken when the owner's e-mail signs in
// elsewhere, invalid for a zone that is none.
func (d *Desk) Provision(ctx context.Context, n NewAccount) (Provisioned, error) {
	email := lowerEmail(n.Owner.Email)
	acc := cmp.Or(n.ID, keys.DerivedID("acc_", email, n.Name))
	n.Owner.ID, n.Owner.Role, n.Owner.DepartmentIDs = keys.DerivedID("mem_", acc), RoleOwner, nil
	if err := Invalids(badHolidays(n.TimeZone, nil)); err != nil {
		return Provisioned{}, err
	}
	// Made by the same request before; whose e-mail is what now does not matter.
	if a, err := load[roster.Account](ctx, d.Table, keys.Account(acc)); err != nil || a.found() {
		return d.provisioned(ctx, acc, n.Owner, err)
	}
	a := roster.NewAccount(n.Name, n.TimeZone, n.Owner.ID)
	if n.FirstPassword == FirstPasswordKeep {
		a.FirstPassword = ""
	}
	s := &roster.Roster{AccountID: acc, Account: a}
	id, err := d.join(ctx, s, "", n.Owner,
		put(keys.Account(acc), a, table.Absent), d.audit(acc, "", auditAccountMade, acc, edited("name", nil, n.Name)))
	return Provisioned{AccountID: acc, MemberID: id, Created: err == nil}, err
}

// provisioned answers for an account that is there already. The sign-in of its first owner is
// made whole, unless they are no member any more.
func (d *Desk) provisioned(ctx context.Context, acc string, owner NewMember, err error) (Provisioned, error) {
	made := Provisioned{AccountID: acc, MemberID: owner.ID}
	if err != nil {
		return made, err
	}
	f, err := load[profile](ctx, d.Table, keys.Profile(owner.ID))
	if err != nil || !f.value.ready() || f.value.Account != acc {
		return made, err
	}
	if made.Restored, err = d.Identity.Restore(ctx, owner.ID, owner.Password); err != nil {
		return made, fmt.Errorf("making the sign-in of %s whole: %w", owner.ID, err)
	}
	return made, nil
}
