package desk

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// AddMember makes a member without a sign-in: tests of the domain need no password.
func (d *Desk) AddMember(ctx context.Context, accountID string, n NewMember) (string, error) {
	n.Email, n.EmailProved = lowerEmail(n.Email), true
	id, err := d.newID("mem_")
	if err != nil {
		return "", err
	}
	n.ID = id
	if err := d.Table.Write(ctx, d.reserving(accountID, n, stored[pointer]{}, stored[profile]{})...); err != nil {
		return "", err
	}
	if err := d.makeReady(ctx, accountID, n, nil); err != nil {
		return "", err
	}
	return id, d.SetReach(ctx, accountID, id, nil, time.Time{})
}

// SetReach notes how many devices of a member work and until when a page is open. With nil
// it is a row from before devices were counted, which counts as reachable: so are those of
// members that AddMember makes.
func (d *Desk) SetReach(ctx context.Context, accountID, memberID string, devices *int, page time.Time) error {
	_, err := d.updateRow(ctx, accountID, memberID, func(r *roster.Row) (bool, []table.Op, error) {
		r.Devices, r.PageUntil = devices, 0
		if !page.IsZero() {
			r.PageUntil = millis(page)
		}
		return true, nil, nil
	})
	return err
}

// AddAccount makes an account without an owner.
func (d *Desk) AddAccount(ctx context.Context, n NewAccount) (Account, error) {
	id, err := d.newID("acc_")
	if err != nil {
		return Account{}, err
	}
	if n.ID != "" {
		id = n.ID
	}
	a := roster.NewAccount(n.Name, n.TimeZone, "")
	return accountView(id, &a), d.Table.Write(ctx, put(keys.Account(id), a, table.Absent))
}

// SetOwner notes who owns an account that AddAccount made.
func (d *Desk) SetOwner(ctx context.Context, accountID, memberID string) error {
	_, err := update(ctx, d, keys.Account(accountID), func(s *stored[roster.Account]) (bool, []table.Op, error) {
		s.value.Owner = memberID
		return true, nil, nil
	})
	return err
}

// MemberByEmail finds who signs in with an e-mail; nobody is not-found.
func (d *Desk) MemberByEmail(ctx context.Context, email string) (Caller, error) {
	c, _, err := d.memberByEmail(ctx, email)
	if err == nil && c.MemberID == "" {
		err = notFound("member")
	}
	return c, err
}

// AddDepartment makes a department in nobody's name.
func (d *Desk) AddDepartment(ctx context.Context, accountID, name string) (Department, error) {
	return d.CreateDepartment(ctx, Caller{AccountID: accountID}, "", name)
}

// RowState is what tests check of a desk row.
type RowState struct {
	ID        string
	Online    bool
	Calls     int
	Chats     int
	Capacity  Capacity
	Missed    int
	Unreached int
	Devices   *int
	Page      time.Time // until when one counts as open
	Places    map[string]int64
	Work      []string
}

// Rows reads the desk rows of an account.
func (d *Desk) Rows(ctx context.Context, accountID string) ([]RowState, error) {
	s, err := d.readDesk(ctx, accountID)
	if err != nil {
		return nil, err
	}
	var rows []RowState
	for _, r := range s.Rows {
		st := RowState{
			ID: r.ID, Online: r.Online, Calls: r.Open(roster.Call), Chats: r.Open(roster.Chat), Missed: r.Missed, Unreached: r.Unreached, Places: r.Places,
			Devices: r.Devices, Page: time.UnixMilli(r.PageUntil),
			Capacity: Capacity{Calls: r.Calls, Chats: r.ChatCapacity(&s.Account)},
		}
		for _, w := range r.Work {
			st.Work = append(st.Work, w.Escalation)
		}
		rows = append(rows, st)
	}
	return rows, nil
}

// RowsAreAsStored tells of a row of the desk that was read last which is not what a table has of it: whoever reads
// after it shares those rows.
func (d *Desk) RowsAreAsStored(ctx context.Context, t table.Table) error {
	before := d.latest.Load()
	if before == nil {
		return nil
	}
	items, err := t.Query(ctx, table.Range{Partition: keys.Desk(before.AccountID)})
	if err != nil {
		return err
	}
	shared, err := roster.ReadAfter(before.AccountID, items, before)
	if err != nil {
		return err
	}
	anew, err := roster.Read(before.AccountID, items)
	if err != nil {
		return err
	}
	for i, r := range anew.Rows {
		if !reflect.DeepEqual(r, shared.Rows[i]) {
			return fmt.Errorf("the row of %s was changed where it was read: it is %+v, stored is %+v", r.ID, shared.Rows[i], r)
		}
	}
	return nil
}

// SetOnline changes presence alone, like a SetPresence that died right after its first
// Write.
func (d *Desk) SetOnline(ctx context.Context, accountID, memberID string, online bool) error {
	_, err := d.updateRow(ctx, accountID, memberID, func(r *roster.Row) (bool, []table.Op, error) {
		r.Online = online
		return true, nil, nil
	})
	return err
}

// BuryDepartment leaves a department's tombstone.
func (d *Desk) BuryDepartment(ctx context.Context, accountID, id string) error {
	return d.Table.Write(ctx, put(keys.Department(accountID, id), roster.Department{Deleted: true}, table.Exists))
}

// NewRow is a member as Crowd makes them.
type NewRow struct {
	FirstName   string
	Departments []string
	Calls       int
	Chats       *int
	Schedule    string
	Place       int64 // in all rotations of the departments
}

// Crowd makes many members at once, online, without e-mail and sign-in.
func (d *Desk) Crowd(ctx context.Context, accountID string, members []NewRow) ([]string, error) {
	var ids []string
	var ops []table.Op
	for i, m := range members {
		id, err := d.newID("mem_")
		if err != nil {
			return nil, err
		}
		r := roster.Row{
			FirstName: m.FirstName, Online: true, Departments: m.Departments, Calls: m.Calls, Chats: m.Chats,
			Schedule: m.Schedule, Places: map[string]int64{},
		}
		for _, dep := range m.Departments {
			if m.Place > 0 {
				r.Places[roster.Rotation{Department: dep, Channel: roster.Call}.Key()], r.Places[roster.Rotation{Department: dep, Channel: roster.Chat}.Key()] = m.Place, m.Place
			}
		}
		p := profile{Account: accountID, FirstName: m.FirstName, Role: RoleStaff, Created: millis(d.Now())}
		ops = append(ops, put(keys.Row(accountID, id), r, table.Absent), put(keys.Profile(id), p, table.Absent))
		ids = append(ids, id)
		if len(ops) == table.MaxOps || i == len(members)-1 {
			if err := d.Table.Write(ctx, ops...); err != nil {
				return nil, err
			}
			ops = nil
		}
	}
	return ids, nil
}

// Draw moves the counters of a department on by n tickets.
func (d *Desk) Draw(ctx context.Context, accountID, departmentID string, n int) error {
	for _, ch := range []roster.Channel{roster.Call, roster.Chat} {
		for range n {
			if _, _, err := d.Table.Increment(ctx, keys.Counter(accountID, roster.Rotation{Department: departmentID, Channel: ch}.Key()), d.Now()); err != nil {
				return err
			}
		}
	}
	return nil
}

// Standing is what decides which pushes a member may get.
type Standing struct {
	Online, There, OnCall bool
}

// Standing reads it as it is now; nil for nobody.
func (d *Desk) Standing(ctx context.Context, accountID, memberID string) (*Standing, error) {
	r, a, err := d.readStanding(ctx, accountID, memberID)
	if err != nil || r == nil || r.Removed {
		return nil, err
	}
	return &Standing{r.Online, r.There(a, d.Now()), r.Open(roster.Call) > 0}, nil
}

// Names gives the names of one answer.
func (d *Desk) Names(ctx context.Context, accountID string) func(id string) (*string, error) {
	return d.directory(ctx, accountID).name
}

// Key is key, for tests.
func (d *Desk) Key(ctx context.Context, purpose string) ([]byte, error) { return d.key(ctx, purpose) }

// ChangeOwner hands the account over without password and code.
func (d *Desk) ChangeOwner(ctx context.Context, by Caller, to string) error {
	return d.changeOwner(ctx, by, to)
}

// ProveEmail has a member sign in by an address without password and code.
func (d *Desk) ProveEmail(ctx context.Context, c Caller, email string) error {
	return d.proveEmail(ctx, c, email)
}

// BeginSession keeps the session of a sign-in that some identity made.
func (d *Desk) BeginSession(ctx context.Context, c Caller, t Tokens) error {
	return d.begin(c, t, Visitor{}).listed(ctx)
}
