package desk

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/packed"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// AddMember makes a member without a sign-in: tests of the domain need no password.
func (d *Desk) AddMember(ctx context.Context, accountID string, n NewMember) (string, error) {
	n.Email = lowerEmail(n.Email)
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

// TapTime is how long an offer stands beyond the end that phones are told.
const TapTime = tapTime

// PassOffersOn has a member's offers go on, uncounted.
func (d *Desk) PassOffersOn(ctx context.Context, accountID, memberID string, before time.Time, note string) error {
	return d.passOffersOn(ctx, accountID, memberID, before, didWithdraw, note)
}

// NoteNobody notes that nobody is left as versions did that told at once.
func (d *Desk) NoteNobody(ctx context.Context, accountID string, since time.Time, told bool) error {
	_, err := update(ctx, d, keys.Account(accountID), func(s *stored[roster.Account]) (bool, []table.Op, error) {
		s.value.NobodySince, s.value.NobodyTold = millis(since), told
		return true, nil, nil
	})
	return err
}

// NobodyTold reports whether it is noted that nobody is left, and that the owner was told.
func (d *Desk) NobodyTold(ctx context.Context, accountID string) (bool, error) {
	a, err := d.readAccount(ctx, accountID)
	return a.value.NobodySince != 0 && a.value.NobodyTold, err
}

// NobodyUntold reports whether nobody is there, that is noted, and the owner was not told.
func (d *Desk) NobodyUntold(ctx context.Context, accountID string) (bool, error) {
	s, err := d.readDesk(ctx, accountID)
	if err != nil {
		return false, err
	}
	_, noted := nobodyThere(s, d.Now())
	return noted && !s.Account.NobodyTold, nil
}

// Shift reads a member's shift item: which execution ticks for them, and whether they are
// noted as on shift.
func (d *Desk) Shift(ctx context.Context, accountID, memberID string) (e ShiftExecution, on bool, err error) {
	s, err := load[shift](ctx, d.Table, keys.Shift(memberID))
	return s.value.execution(accountID, memberID), s.value.On, err
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

// EscalationState is what tests check of an escalation.
type EscalationState struct {
	Found    bool
	State    State
	OfferTo  string
	Offer    int
	Ticket   int64
	Assigned string
	Callback string
	Offers   []string // who was offered it, in order
	Events   []Event  // its history, without names
}

// Peek reads an escalation as it is stored.
func (d *Desk) Peek(ctx context.Context, accountID, id string) (EscalationState, error) {
	e, err := d.readEscalation(ctx, accountID, id)
	var p *Problem
	if errors.As(err, &p) && p.Class == NotFound {
		return EscalationState{}, nil
	}
	if err != nil {
		return EscalationState{}, err
	}
	s := EscalationState{Found: true, State: e.State, Callback: e.Callback}
	if e.Offer != nil {
		s.OfferTo, s.Offer, s.Ticket = e.Offer.Member, e.Offer.Number, e.Offer.Ticket
	}
	if e.Assigned != nil {
		s.Assigned = e.Assigned.ID
	}
	if err := d.readPast(ctx, id, e); err != nil {
		return s, err
	}
	for _, h := range slices.Concat(e.past, e.History) {
		s.Events = append(s.Events, Event{At: instant(h.At), What: h.What, MemberID: h.Member, Note: h.Note})
		if h.What == didOffer {
			s.Offers = append(s.Offers, h.Member)
		}
	}
	return s, nil
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

// CallbackWithin is Callback with another limit for what one answer holds.
func (d *Desk) CallbackWithin(ctx context.Context, c Caller, id, cursor string, most int) (CallbackDetail, error) {
	return d.callbackWithin(ctx, c, id, cursor, most)
}

// BuryDepartment leaves a department's tombstone.
func (d *Desk) BuryDepartment(ctx context.Context, accountID, id string) error {
	return d.Table.Write(ctx, put(keys.Department(accountID, id), roster.Department{Deleted: true}, table.Exists))
}

// SetSchedule gives a member working hours in compact form.
func (d *Desk) SetSchedule(ctx context.Context, accountID, memberID, compact string) error {
	_, err := d.updateRow(ctx, accountID, memberID, func(r *roster.Row) (bool, []table.Op, error) {
		r.Schedule = compact
		return true, nil, nil
	})
	return err
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

// Follows tells which escalation a request got that came while people were at its
// interaction; empty for others.
func (d *Desk) Follows(ctx context.Context, id string) (string, error) {
	p, err := load[pointer](ctx, d.Table, keys.Follows(id))
	return p.value.ID, err
}

// SetPieceSize has long conversations begin at n bytes.
func (d *Desk) SetPieceSize(n int) { d.piece = n }

// BeginShifts gives members shift items as SetWorkingHours does, noted as off shift, and
// returns their executions.
func (d *Desk) BeginShifts(ctx context.Context, accountID string, members []string) ([]ShiftExecution, error) {
	var list []ShiftExecution
	for chunk := range slices.Chunk(members, table.MaxOps) {
		var ops []table.Op
		for _, id := range chunk {
			s := shift{}.renewed(false, d.Now())
			ops = append(ops, put(keys.Shift(id), s, table.Absent))
			list = append(list, s.execution(accountID, id))
		}
		if err := d.Table.Write(ctx, ops...); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// StoreOldCallback stores a callback in the form that 29bdf6a had, with so many escalations,
// the last of them its own, and attempts of the longest notes.
func (d *Desk) StoreOldCallback(id string, escalations, attempts int) {
	ctx := context.Background()
	k := keys.Callback(id)
	it, _, err := d.Table.Get(ctx, k)
	var cb callback
	if err := errors.Join(err, json.Unmarshal(it.Body, &cb)); err != nil {
		panic(err)
	}
	old := map[string]any{
		"a": cb.Account, "s": cb.State, "d": cb.Department, "i": []string{cb.Interaction}, "c": cb.Customer,
		"sum": cb.Summary, "b": cb.Because, "nc": cb.NeedsContact, "due": cb.Due, "cl": cb.Claimed, "cr": cb.Created,
	}
	old["e"] = append(slices.Repeat([]string{"esc_aaaaaaaaaaaa"}, escalations-1), cb.Escalations[0])
	tries := []attempt{}
	for n := range attempts {
		tries = append(tries, attempt{Attempt{instant(cb.Created), "mem_aaaaaaaaaaaa", nil, "busy", strings.Repeat("\U0001f600", 1000)}, fmt.Sprint(n)})
	}
	old["at"] = tries
	ops := []table.Op{put(k, old, table.AtVersion(it.Version))}
	for n := range len(cb.Marks) {
		ops = append(ops, table.Delete(keys.CallbackEntry(id, n+1), table.Condition{}))
	}
	if err := d.Table.Write(ctx, ops...); err != nil {
		panic(err)
	}
}

// EscalateAs is Escalate under a given id, as by a rule of before.
func (d *Desk) EscalateAs(ctx context.Context, id string, r Request) error {
	_, err := d.escalate(ctx, &change{d: d, acc: r.AccountID, id: id}, r.Asked())
	return err
}

// StoreAsBefore stores a request as versions did that knew no AsSent.
func (d *Desk) StoreAsBefore(ctx context.Context, id string, r Request) error {
	blob := packed.Encode(r.Conversation.Messages)
	sum := sha256.Sum256(blob)
	r.Conversation.Messages = nil
	front := packed.Encode(envelope{At: millis(d.Now()), Request: r})
	body := append(binary.AppendUvarint(nil, uint64(len(front))), front...)
	body = append(append(append(body, 0), keys.ID(sum[:])...), blob...)
	return d.Table.Write(ctx, table.Put(table.Item{Key: keys.Request(id), Body: body}, table.Condition{}))
}

// FillHistory gives an escalation a history as versions stored it that kept all in one item.
func (d *Desk) FillHistory(ctx context.Context, id string, events int, text func(n int) string) error {
	_, err := update(ctx, d, keys.Escalation(id), func(e *stored[escalation]) (bool, []table.Op, error) {
		for n := range events {
			e.value.log(d.Now(), didTransfer, "mem_gone", text(n))
		}
		return true, nil, nil
	})
	return err
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

// ForgetFrom has an escalation's offer as it was stored before it kept its department.
func (d *Desk) ForgetFrom(ctx context.Context, id string) error {
	_, err := update(ctx, d, keys.Escalation(id), func(s *stored[escalation]) (bool, []table.Op, error) {
		s.value.Offer.From = ""
		return true, nil, nil
	})
	return err
}

// Unlog has all events but the newest move out of the escalation's item.
func (d *Desk) Unlog(ctx context.Context, id string) error {
	return d.write(ctx, id, func(error) ([]table.Op, error) {
		e, err := load[escalation](ctx, d.Table, keys.Escalation(id))
		if err != nil {
			return nil, err
		}
		stored, ops := e.value.stowed(id, len(e.value.History))
		return append(ops, put(keys.Escalation(id), stored, table.AtVersion(e.version))), nil
	})
}
