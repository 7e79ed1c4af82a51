package desk

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/table"
)

// New makes a Desk that works with the system's clock and randomness.
func New(t table.Table, timers Timers, phones Phones, identity Identity) *Desk {
	return &Desk{
		Table: t, Timers: timers, Phones: phones, Identity: identity,
		Now: time.Now, Sleep: sleep, Random: rand.Reader, Log: slog.Default(),
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// lowerEmail is how e-mails are compared. Callers have brought them into normal form.
func lowerEmail(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// NewAccount is a business that signs up.
type NewAccount struct {
	ID       string // empty: a new one
	Name     string
	TimeZone string
}

// CreateAccount makes an account with the default settings. One with the same ID that
// is there already is left as it is.
func (d *Desk) CreateAccount(ctx context.Context, n NewAccount) (Account, error) {
	id := n.ID
	if id == "" {
		var err error
		if id, err = d.newID("acc_"); err != nil {
			return Account{}, err
		}
	}
	a, err := update(ctx, d, accountKey(id), func(s *stored[account]) (bool, []table.Op, error) {
		if s.found() {
			return false, nil, nil
		}
		s.value = newAccount(n.Name, n.TimeZone)
		return true, nil, nil
	})
	return a.view(id), err
}

// CreateDepartment makes a department; its name is unique in the account whatever its
// case.
func (d *Desk) CreateDepartment(ctx context.Context, accountID, name string) (Department, error) {
	id, err := d.newID("dep_")
	if err != nil {
		return Department{}, err
	}
	p, err := update(ctx, d, depNameKey(accountID, name), func(s *stored[pointer]) (bool, []table.Op, error) {
		if s.found() && s.value.ID != id {
			return false, nil, conflict("name-taken", "The name is taken", "There is a department of that name.")
		}
		s.value.ID = id
		return s.version == 0, []table.Op{put(depKey(accountID, id), department{Name: name}, table.Absent)}, nil
	})
	return Department{ID: p.ID, Name: name}, err
}

// Departments lists the departments of the caller's account by name.
func (d *Desk) Departments(ctx context.Context, c Caller) ([]Department, error) {
	s, err := d.readDesk(ctx, c.AccountID)
	if err != nil {
		return nil, err
	}
	list := make([]Department, 0, len(s.departments))
	for id, dep := range s.departments {
		v := Department{ID: id, Name: dep.Name}
		for _, r := range s.rows {
			if !r.Removed && r.in(id) {
				v.MemberCount++
			}
		}
		list = append(list, v)
	}
	slices.SortFunc(list, func(a, b Department) int { return strings.Compare(a.Name, b.Name) })
	return list, nil
}

// NewMember is a person who joins an account.
type NewMember struct {
	FirstName, LastName, Email string
	Role                       Role
	DepartmentIDs              []string
	Password                   string
}

// CreateMember makes a member who can sign in. It begins with the table and ends with
// the identity, and a second call for the same e-mail in the same account takes over
// what a first one left half-made.
func (d *Desk) CreateMember(ctx context.Context, accountID string, n NewMember) (Member, error) {
	n.Email = lowerEmail(n.Email)
	s, err := d.readSettings(ctx, accountID)
	if err != nil {
		return Member{}, err
	}
	if err := Invalids(s.badDepartments(n.Role, n.DepartmentIDs)); err != nil {
		return Member{}, err
	}
	id, err := d.reserveMember(ctx, s, n)
	if err != nil {
		return Member{}, err
	}
	if err := d.Identity.Create(ctx, id, n.Email, n.Password); err != nil {
		return Member{}, fmt.Errorf("creating the sign-in of %s: %w", id, err)
	}
	f, err := update(ctx, d, profileKey(id), func(p *stored[profile]) (bool, []table.Op, error) {
		if !p.found() {
			return false, nil, notFound("member")
		}
		did := p.value.Creating
		p.value.Creating = false
		return did, nil, nil
	})
	if err != nil {
		return Member{}, err
	}
	r, err := d.readRow(ctx, accountID, id)
	if err != nil || r == nil {
		return Member{}, err
	}
	return person{r, stored[profile]{value: f}}.view(&s.account, s.departments, d.Now()), nil
}

// reserveMember writes what the table holds of a new member, not yet ready.
func (d *Desk) reserveMember(ctx context.Context, s *snapshot, n NewMember) (string, error) {
	id, err := d.newID("mem_")
	if err != nil {
		return "", err
	}
	p, err := update(ctx, d, emailKey(n.Email), func(p *stored[pointer]) (bool, []table.Op, error) {
		if p.found() {
			if p.value.ID == id {
				return false, nil, nil
			}
			return false, nil, d.takeOver(ctx, s.accountID, p.value.ID)
		}
		counters, err := d.readCounters(ctx, s.accountID)
		if err != nil {
			return false, nil, err
		}
		r := &row{FirstName: n.FirstName, Departments: n.DepartmentIDs, Calls: 1, Places: map[string]int64{}}
		r.freshPlaces(Call, counters)
		r.freshPlaces(Chat, counters)
		p.value.ID = id
		return true, []table.Op{
			put(rowKey(s.accountID, id), r, table.Absent),
			put(profileKey(id), profile{
				Account: s.accountID, FirstName: n.FirstName, LastName: n.LastName, Email: n.Email,
				Role: n.Role, Created: millis(d.Now()), Creating: true,
			}, table.Absent),
		}, nil
	})
	return p.ID, err
}

// takeOver says whether a half-made member of this account holds the e-mail.
func (d *Desk) takeOver(ctx context.Context, acc, id string) error {
	f, err := load[profile](ctx, d.Table, profileKey(id))
	if err != nil {
		return err
	}
	if f.value.Account != acc || !f.value.Creating {
		return emailTaken()
	}
	return nil
}
