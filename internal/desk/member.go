package desk

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/table"
)

// profile is what routing does not need of a member, as stored.
type profile struct {
	Account     string `json:"a"`
	FirstName   string `json:"f"`
	LastName    string `json:"l"`
	Email       string `json:"e"`
	Role        Role   `json:"r"`
	Created     int64  `json:"at"`
	Creating    bool   `json:"cr,omitempty"`
	Removed     bool   `json:"x,omitempty"`
	SignedOutAt int64  `json:"so,omitempty"` // tokens issued before are dead
}

// ready reports whether the member is one: fully made and not removed.
func (f *profile) ready() bool { return f.Account != "" && !f.Creating && !f.Removed }

// person is a member's desk row and profile together.
type person struct {
	row     *row
	profile stored[profile]
}

func (d *Desk) readPerson(ctx context.Context, acc, id string) (person, error) {
	var p person
	err := inParallel(2, func(i int) (err error) {
		if i == 0 {
			p.row, err = d.readRow(ctx, acc, id)
			return err
		}
		p.profile, err = load[profile](ctx, d.Table, profileKey(id))
		return err
	})
	if err != nil {
		return p, err
	}
	if p.row == nil || p.row.Removed || p.profile.value.Account != acc || !p.profile.value.ready() {
		return p, notFound("member")
	}
	return p, nil
}

func (p person) view(a *account, departments map[string]department, now time.Time) Member {
	r, f := p.row, &p.profile.value
	m := Member{
		ID: r.id, FirstName: f.FirstName, LastName: f.LastName, Email: f.Email, Role: f.Role,
		DepartmentIDs: []string{}, Capacity: Capacity{Calls: r.Calls, Chats: r.chatCapacity(a)},
		Availability: r.availability(a, now), CreatedAt: instant(f.Created),
	}
	for _, dep := range r.Departments {
		if _, ok := departments[dep]; ok {
			m.DepartmentIDs = append(m.DepartmentIDs, dep)
		}
	}
	if r.hours != nil {
		h := r.hours.Hours()
		m.WorkingHours = &h
	}
	return m
}

// Caller tells who a member is by the id that their token names. Everything else of a
// token is not believed: role and account are read each time. A token of one who signed in
// before their tokens were made useless is dead.
func (d *Desk) Caller(ctx context.Context, memberID string, signedInAt time.Time) (Caller, error) {
	denied := &Problem{Class: Unauthorized, Name: "unauthorized", Title: "Sign in", Detail: "The token is not valid here."}
	if !strings.HasPrefix(memberID, "mem_") {
		return Caller{}, denied
	}
	p, err := load[profile](ctx, d.Table, profileKey(memberID))
	if err != nil {
		return Caller{}, err
	}
	f := p.value
	if !f.ready() || signedInAt.Unix() <= f.SignedOutAt/1000 {
		return Caller{}, denied
	}
	return Caller{MemberID: memberID, AccountID: f.Account, Role: f.Role}, nil
}

// Me gives the caller's own member.
func (d *Desk) Me(ctx context.Context, c Caller) (Member, error) {
	var m Member
	var devices []Device
	err := inParallel(2, func(i int) (err error) {
		if i == 0 {
			m, err = d.Member(ctx, c, c.MemberID)
			return err
		}
		devices, err = d.devices(ctx, c.MemberID)
		return err
	})
	m.Devices = &DeviceCounts{Registered: len(devices), Working: len(working(devices))}
	return m, err
}

// Member gives one member of the caller's account.
func (d *Desk) Member(ctx context.Context, c Caller, id string) (Member, error) {
	p, err := d.readPerson(ctx, c.AccountID, id)
	if err != nil {
		return Member{}, err
	}
	s, err := d.readSettings(ctx, c.AccountID)
	if err != nil {
		return Member{}, err
	}
	return p.view(&s.account, s.departments, d.Now()), nil
}

// readSettings reads the account and its departments, without the desk rows.
func (d *Desk) readSettings(ctx context.Context, acc string) (*snapshot, error) {
	s := &snapshot{accountID: acc}
	err := inParallel(2, func(i int) (err error) {
		if i == 0 {
			s.departments, err = d.readDepartments(ctx, acc)
			return err
		}
		a, err := d.readAccount(ctx, acc)
		s.account, s.version = a.value, a.version
		return err
	})
	return s, err
}

// readDepartments reads the departments of an account that are not deleted.
func (d *Desk) readDepartments(ctx context.Context, acc string) (map[string]department, error) {
	items, err := d.Table.Query(ctx, table.Range{Partition: deskPartition(acc), Prefix: prefixDep})
	if err != nil {
		return nil, fmt.Errorf("reading the departments of %s: %w", acc, err)
	}
	s := &snapshot{departments: make(map[string]department, len(items))}
	for _, it := range items {
		if err := s.take(it); err != nil {
			return nil, fmt.Errorf("decoding %s: %w", named(it.Key), err)
		}
	}
	return s.departments, nil
}

// MemberFilter narrows the list of members; empty fields ask nothing.
type MemberFilter struct {
	DepartmentID string
	Status       string // online or offline
}

// Members lists the members of the caller's account.
func (d *Desk) Members(ctx context.Context, c Caller, f MemberFilter, p Page) (List[Member], error) {
	s, err := d.readSettings(ctx, c.AccountID)
	if err != nil {
		return List[Member]{}, err
	}
	if _, ok := s.departments[f.DepartmentID]; !ok && f.DepartmentID != "" {
		return List[Member]{Items: []Member{}}, nil
	}
	now := d.Now()
	r := entries{Range: table.Range{Partition: deskPartition(c.AccountID), Prefix: prefixMem}}
	return walk(ctx, d, r, p, func(ctx context.Context, it table.Item) (*Member, error) {
		row, err := decodeRow(it, nil)
		if err != nil {
			return nil, err
		}
		if row.Removed || !row.in(f.DepartmentID) || f.Status != "" && f.Status != row.status() {
			return nil, nil
		}
		prof, err := load[profile](ctx, d.Table, profileKey(row.id))
		if err != nil || !prof.value.ready() {
			return nil, err
		}
		v := person{row, prof}.view(&s.account, s.departments, now)
		return &v, nil
	})
}
