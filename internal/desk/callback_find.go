package desk

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// CallbackFilter narrows a list; empty fields ask nothing, but without a state those that
// are open are meant, and with Mine those that are claimed.
type CallbackFilter struct {
	States       []string
	DepartmentID string
	Mine         bool   // claimed by the caller
	Overdue      bool   // due and not done
	Customer     string // a phone number or an e-mail that a conversation gave
}

// Callbacks lists callbacks within the caller's sight, oldest due first.
func (d *Desk) Callbacks(ctx context.Context, c Caller, f CallbackFilter, p Page) (List[Callback], error) {
	switch {
	case len(f.States) > 0:
	case f.Mine: // those that are open are nobody's
		f.States = []string{callbackClaimed}
	default:
		f.States = []string{callbackOpen}
	}
	see, err := d.sight(ctx, c)
	if err != nil {
		return List[Callback]{}, err
	}
	if f.Customer != "" {
		return d.callbacksOfCustomer(ctx, see, f, p)
	}
	r := entries{Range: table.Range{Partition: keys.Callbacks(c.AccountID, f.States[0])}}
	for _, state := range f.States[1:] {
		r.also = append(r.also, keys.Callbacks(c.AccountID, state))
	}
	var mended sync.Once
	return walk(ctx, d, r, p, func(ctx context.Context, it table.Item) (*Callback, error) {
		id := afterSlash(it.Key.Sort)
		cb, err := load[callback](ctx, d.Table, keys.Callback(id))
		if err != nil || it.Key != keys.ListedCallback(c.AccountID, cb.value.State, cb.value.Due, id) || !f.matches(d, see, &cb.value) {
			return nil, err // or an entry of another state, which a crash left
		}
		if d.lookLost(&cb.value) {
			mended.Do(func() { d.mendLook(ctx, id, &cb.value) })
		}
		v, err := d.briefCallback(ctx, id, &cb.value)
		v = see.hide(v)
		return &v, err
	})
}

func (f CallbackFilter) matches(d *Desk, see sight, cb *callback) bool {
	switch {
	case !slices.Contains(f.States, cb.State) || !see.sees(cb),
		f.DepartmentID != "" && !slices.Contains(cb.departments(), f.DepartmentID),
		f.Mine && !cb.claimedBy(see.caller.MemberID),
		f.Overdue && !(cb.pending() && cb.Due < millis(d.Now())):
		return false
	}
	return true
}

// mostOfCustomer is how many callbacks of one customer are looked at, the newest.
const mostOfCustomer = 200

// callbacksOfCustomer lists those of one customer: they are few, so they are read at once
// and put in order.
func (d *Desk) callbacksOfCustomer(ctx context.Context, see sight, f CallbackFilter, p Page) (List[Callback], error) {
	list := List[Callback]{Items: []Callback{}}
	after, name := "", "callbacks\x00"+see.caller.AccountID+"\x00"+f.Customer
	if p.Cursor != "" {
		var err error
		if after, err = readCursor(name, p.Cursor); err != nil {
			return list, err
		}
	}
	who := Customer{Phone: f.Customer}
	if strings.Contains(f.Customer, "@") {
		who = Customer{Email: f.Customer}
	}
	found, err := d.ofCustomer(ctx, see.caller.AccountID, who.lookups())
	if err != nil {
		return list, err
	}
	slices.SortFunc(found, func(a, b ofOne) int { return strings.Compare(a.sort(), b.sort()) })
	limit := cmp.Or(p.Limit, defaultLimit)
	last := ""
	for _, k := range found {
		if k.sort() <= after || !f.matches(d, see, k.cb) {
			continue
		}
		if len(list.Items) == limit {
			list.NextCursor = makeCursor(name, last)
			break
		}
		v, err := d.briefCallback(ctx, k.id, k.cb)
		if err != nil {
			return list, err
		}
		list.Items, last = append(list.Items, see.hide(v)), k.sort()
	}
	return list, nil
}

// ofOne is a callback of one customer as read.
type ofOne struct {
	id string
	cb *callback
}

func (k ofOne) sort() string { return keys.SortTime(k.cb.Due) + "/" + k.id }

// ofCustomer reads the newest callbacks with an entry of one of the contacts. Those that an
// older version registered are found while they go on.
func (d *Desk) ofCustomer(ctx context.Context, acc string, contacts []string, ids ...string) ([]ofOne, error) {
	var ranges []table.Range
	for _, contact := range contacts {
		of := keys.Customer(acc, contact)
		ranges = append(ranges, table.Range{Partition: of, Prefix: keys.PrefixCallback, Limit: mostOfCustomer, Newest: true}, table.Range{Partition: of, Prefix: keys.PrefixOpen})
	}
	lists := make([][]string, len(ranges))
	err := inParallel(len(ranges), func(i int) (err error) { lists[i], err = d.pointers(ctx, ranges[i]); return err })
	if err != nil {
		return nil, err
	}
	ids = append(ids, slices.Concat(lists...)...)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	found := make([]ofOne, len(ids))
	err = inParallel(len(ids), func(i int) error {
		cb, err := load[callback](ctx, d.Table, keys.Callback(ids[i]))
		if cb.found() && cb.value.Account == acc {
			found[i] = ofOne{ids[i], &cb.value}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading a customer's callbacks: %w", err)
	}
	return slices.DeleteFunc(found, func(k ofOne) bool { return k.cb == nil }), nil
}

// CustomerCallback is a callback of an escalation's customer, as its agent sees it.
type CustomerCallback struct {
	ID             string    `json:"id"`
	State          string    `json:"state"`
	DepartmentID   string    `json:"departmentId"`
	DepartmentName *string   `json:"departmentName"`
	Summary        string    `json:"summary"`
	DueAt          time.Time `json:"dueAt"`
	ClaimedBy      *Agent    `json:"claimedBy"`
	EntriesCount   int       `json:"entriesCount"`
	CreatedAt      time.Time `json:"createdAt"`
}

// How many callbacks an escalation shows, and how many of them are closed with it.
const (
	mostCallbacks = 20
	mostClosed    = 10
)

// viewWithCallbacks is an escalation's view with the callbacks of its customer. Known is its
// request where that was read.
func (d *Desk) viewWithCallbacks(ctx context.Context, by Caller, id string, e *escalation, whole bool, known *envelope) (Escalation, error) {
	var v Escalation
	var ids []string
	err := together(
		func() (err error) {
			v, err = d.namedView(ctx, d.directory(ctx, e.Account), id, e, whole, known)
			return err
		},
		func() (err error) {
			if !e.Drill {
				ids, err = d.callbacksOf(ctx, by.AccountID, e.Interaction)
			}
			return err
		},
	)
	if err != nil || e.Drill {
		v.CustomerCallbacks = []CustomerCallback{}
		return v, err
	}
	v.CustomerCallbacks, err = d.customerCallbacks(ctx, by, v.Customer, ids)
	return v, err
}

// customerCallbacks are the newest callbacks of a customer, and those that the conversation has, in
// the caller's sight.
func (d *Desk) customerCallbacks(ctx context.Context, by Caller, who Customer, ids []string) ([]CustomerCallback, error) {
	found, err := d.ofCustomer(ctx, by.AccountID, who.lookups(), ids...)
	if err != nil || len(found) == 0 {
		return []CustomerCallback{}, err
	}
	see, err := d.sight(ctx, by)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, func(a, b ofOne) int { return cmp.Or(cmp.Compare(b.cb.Created, a.cb.Created), cmp.Compare(a.id, b.id)) })
	list := []CustomerCallback{}
	for _, k := range found {
		if cb := k.cb; see.sees(cb) && len(list) < mostCallbacks {
			list = append(list, CustomerCallback{
				ID: k.id, State: cb.State, DepartmentID: see.department(cb.Department), DepartmentName: see.name(cb.Department), Summary: cb.Summary, DueAt: instant(cb.Due),
				ClaimedBy: cb.Claimed, EntriesCount: cb.entriesCount(), CreatedAt: instant(cb.Created),
			})
		}
	}
	return list, nil
}

// knowsCallbacks gives those of some callbacks that wait and that nobody but the agent holds.
// Its problem is invalid, of ids that the escalation does not show its agent.
func (c *change) knowsCallbacks(ctx context.Context, by Caller, named []string) (wait []string, err error) {
	if len(named) == 0 {
		return nil, nil
	}
	if len(named) > mostClosed {
		return nil, Invalids([]FieldError{{"callbackIds", fmt.Sprintf("must be at most %d", mostClosed)}})
	}
	env, err := c.head(ctx)
	if err != nil {
		return nil, err
	}
	var asked Request
	if env != nil {
		asked = env.Request
	}
	ids, err := c.d.callbacksOf(ctx, by.AccountID, asked.InteractionID)
	if err != nil {
		return nil, err
	}
	shown, err := c.d.customerCallbacks(ctx, by, asked.Customer, ids)
	if err != nil {
		return nil, err
	}
	var bad []FieldError
	for i, cb := range named {
		at := slices.IndexFunc(shown, func(s CustomerCallback) bool { return s.ID == cb })
		switch {
		case at < 0:
			bad = append(bad, FieldError{fmt.Sprintf("callbackIds[%d]", i), "is not a callback of this customer"})
		case shown[at].waits(by.MemberID):
			wait = append(wait, cb)
		}
	}
	return distinct(wait), Invalids(bad)
}

// waits reports whether somebody is still to call, and nobody but the member is at it.
func (cb *CustomerCallback) waits(member string) bool {
	return cb.State == callbackOpen || cb.State == callbackClaimed && cb.ClaimedBy != nil && cb.ClaimedBy.ID == member
}
