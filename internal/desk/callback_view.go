package desk

import (
	"cmp"
	"context"
	"slices"

	"github.com/connectnow/backend/internal/keys"
)

// view is the callback as far as its head tells: of attempts and entries the last ones.
func (cb *callback) view(id string) Callback {
	v := Callback{
		ID: id, State: cb.State, EscalationIDs: cb.Escalations, DepartmentID: cb.Department, Customer: cb.Customer,
		Summary: cb.Summary, Because: cb.Because, NeedsContact: cb.NeedsContact, DueAt: instant(cb.Due),
		ClaimedBy: cb.Claimed, CreatedAt: instant(cb.Created), EndedAt: moment(cb.Ended), Note: optional(cb.Note),
		Attempts: []Attempt{}, AttemptsCount: cb.Tried, Entries: []Entry{}, EntriesCount: cb.entriesCount(),
		JoinedTo: optional(cb.JoinedTo), UpdatedAt: instant(max(cb.Changed, cb.Ended, cb.Created)),
	}
	if cb.LastTry != nil {
		v.Attempts = append(v.Attempts, cb.LastTry.Attempt)
	}
	if cb.LastEntry != nil {
		v.Entries = append(v.Entries, cb.LastEntry.view(cb.Marks[len(cb.Marks)-1]))
	}
	return v
}

// briefCallback is the callback as lists show it. One that an older version stored keeps
// no last entry.
func (d *Desk) briefCallback(ctx context.Context, id string, cb *callback) (Callback, error) {
	v := cb.view(id)
	if err := d.nameTriers(ctx, cb.Account, v.Attempts); err != nil {
		return v, err
	}
	if cb.LastEntry != nil {
		return v, nil
	}
	last, err := d.entries(ctx, id, cb, 1)
	v.Entries = views(cb, last)
	return v, err
}

// nameTriers names who tried, where an older version kept the id alone.
func (d *Desk) nameTriers(ctx context.Context, acc string, tries []Attempt) error {
	names := d.directory(ctx, acc)
	for i := range tries {
		if t := &tries[i]; t.FirstName == nil {
			name, err := names.name(t.MemberID)
			if err != nil {
				return err
			}
			t.FirstName = name
		}
	}
	return nil
}

func views(cb *callback, list []numbered) []Entry {
	shown := make([]Entry, len(list))
	for i := range list {
		shown[i] = list[i].value.view(cb.Marks[list[i].n-1])
	}
	return shown
}

// wholeCallback is the callback with its newest attempts and entries, those of younger
// callbacks that it goes on for among them.
func (d *Desk) wholeCallback(ctx context.Context, id string, cb *callback) (Callback, error) {
	v := cb.view(id)
	var tries []attempt
	lists := make([][]Entry, 1+len(cb.Joined))
	err := together(
		func() (err error) { tries, err = d.attempts(ctx, id, cb, mostShown); return err },
		func() (err error) { v.EscalationIDs, err = d.escalationsOf(ctx, id, cb); return err },
		func() error {
			own, err := d.entries(ctx, id, cb, mostShown)
			lists[0] = views(cb, own)
			return err
		},
		func() error {
			return inParallel(len(cb.Joined), func(i int) (err error) {
				lists[i+1], err = d.joinedEntries(ctx, id, cb, cb.Joined[i].ID)
				return err
			})
		},
	)
	v.Attempts = make([]Attempt, len(tries))
	for i, a := range tries {
		v.Attempts[i] = a.Attempt
	}
	err = cmp.Or(err, d.nameTriers(ctx, cb.Account, v.Attempts))
	v.Entries = slices.Concat(lists...)
	slices.SortStableFunc(v.Entries, func(a, b Entry) int { return a.At.Compare(b.At) })
	v.Entries = v.Entries[max(0, len(v.Entries)-mostShown):]
	return v, err
}

func (d *Desk) joinedEntries(ctx context.Context, older string, cb *callback, id string) ([]Entry, error) {
	younger, err := load[callback](ctx, d.Table, keys.Callback(id))
	if err != nil || !cb.goesOnFor(older, &younger.value) {
		return nil, err
	}
	list, err := d.entries(ctx, id, &younger.value, mostShown)
	return views(&younger.value, list), err
}
