package api

import (
	"context"
	"time"

	"github.com/connectnow/backend/internal/hours"
)

// mostDays is far above the seven that a week has, which hours tells about.
const mostDays = 50

// defaultPreview is how much a preview shows when nothing else is asked for.
const defaultPreview = 7 * 24 * time.Hour

// lastInstant is the last that RFC 3339 can write.
var lastInstant = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC).Add(-1)

// readWorkingHours reads a schedule. What a time, a day or a date is, and how many there
// may be, is for hours to say, by the same paths that are used here, such as
// entries[2].start. Where a field is no text at all, this reader has complained already,
// and what hours says of the empty text in its place is left out.
func readWorkingHours(o *object) hours.WorkingHours {
	before := o.in.bad.count
	w := hours.WorkingHours{TimeZone: o.text("timeZone", longestName, required), Entries: []hours.Entry{}}
	o.each("entries", required, func(o *object) {
		days := o.texts("days", mostDays, required, func(string) string { return "" })
		v := o.window()
		w.Entries = place(w.Entries, o.index, hours.Entry{Days: days, Start: v.Start, End: v.End})
	})
	o.each("exceptions", optional, func(o *object) {
		e := hours.Exception{Date: o.text("date", longestName, required), Entries: []hours.Window{}}
		o.each("entries", required, func(o *object) { e.Entries = place(e.Entries, o.index, o.window()) })
		w.Exceptions = place(w.Exceptions, o.index, e)
	})
	given(o, "unreadable", o.flag) // of an answer that is sent back; it says nothing here
	told := o.in.bad.since(before)
	for _, b := range w.Validate() { // "entries[2].start", which is our name for it too
		if !told.covers(b.Field) {
			o.in.bad.add(b.Field, b.Detail)
		}
	}
	return w
}

// place puts v where it stands in the caller's list. Before it, empty values stand for
// what was no object, so that the indexes in complaints stay the caller's.
func place[T any](list []T, i int, v T) []T {
	return append(append(list, make([]T, i-len(list))...), v)
}

// window reads from when to when, such as 21:00 and 02:00, which ends on the next day.
func (o *object) window() hours.Window {
	return hours.Window{Start: o.text("start", longestName, required), End: o.text("end", longestName, required)}
}

// getMyWorkingHours is 404 for a member who has none: they are always on shift, and there
// is nothing that a form could show.
func getMyWorkingHours(ctx context.Context, q *call) (answer, error) {
	return ok(q.desk.WorkingHours(ctx, q.caller, q.caller.MemberID))
}

func getWorkingHours(ctx context.Context, q *call) (answer, error) {
	return ok(q.desk.WorkingHours(ctx, q.caller, q.id()))
}

func putMyWorkingHours(ctx context.Context, q *call) (answer, error) {
	return setWorkingHours(ctx, q, q.caller.MemberID)
}

func putWorkingHours(ctx context.Context, q *call) (answer, error) {
	return setWorkingHours(ctx, q, q.id())
}

// setWorkingHours holds from now on, for the next phone that is to ring. What rings or is
// active stays.
func setWorkingHours(ctx context.Context, q *call, memberID string) (answer, error) {
	w, err := read(q, readWorkingHours)
	if err != nil {
		return answer{}, err
	}
	return ok(q.desk.SetWorkingHours(ctx, q.caller, memberID, &w, unlessEdited[hours.WorkingHours](q)...))
}

func deleteMyWorkingHours(ctx context.Context, q *call) (answer, error) {
	return dropWorkingHours(ctx, q, q.caller.MemberID)
}

func deleteWorkingHours(ctx context.Context, q *call) (answer, error) {
	return dropWorkingHours(ctx, q, q.id())
}

// dropWorkingHours makes a member always available; one who has no hours is so already.
func dropWorkingHours(ctx context.Context, q *call, memberID string) (answer, error) {
	_, err := q.desk.SetWorkingHours(ctx, q.caller, memberID, nil, unlessEdited[hours.WorkingHours](q)...)
	return done(err)
}

// getShiftPreview shows when the member really is on shift, with every change of the clock
// worked in, by our own release of the tz database: the next week unless from and to say
// otherwise, and at most 92 days. The account's holidays are left out.
func getShiftPreview(ctx context.Context, q *call) (answer, error) {
	p := q.params()
	from, to := p.time("from"), p.time("to")
	if err := p.err(); err != nil {
		return answer{}, err
	}
	if p.absent("from") {
		from = q.desk.Now().UTC().Truncate(time.Second)
	}
	if p.absent("to") {
		if to = from.Add(defaultPreview); to.After(lastInstant) {
			to = lastInstant
		}
	}
	return ok(q.desk.ShiftPreview(ctx, q.caller, q.id(), from, to))
}
