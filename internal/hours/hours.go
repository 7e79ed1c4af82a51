// Package hours is pure schedule arithmetic: when is somebody on shift, when does
// that change next, and how much business time has passed.
//
// One rule decides everything: an instant is on shift if and only if its local wall
// time lies in an entry. A schedule is therefore a set of stretches on an endless
// wall clock that knows no daylight saving, and a zone maps instants to that clock
// with one offset for each period between two transitions. Whatever a transition does
// follows from that without a special case: in a doubled hour both passes count, in a
// lost hour there is nothing to count, a skipped day never comes, and a transition
// may itself be the moment at which a shift begins or ends.
//
// Entries belong to the local day on which they start. An exception replaces the
// entries that start on its date; what runs into that date from the day before stays.
// Windows are half open. An end at or before the start lies on the next day, so equal
// times mean 24 hours.
//
// The types build on one another: [WorkingHours] is the JSON that people edit,
// [Schedule] its compiled form with a short text for the table, [Holidays] are days on
// which nobody works, and [Calendar] combines schedules and holidays. All but
// WorkingHours are immutable and safe for concurrent use. The package has no clock
// and asks no machine for its zones: they come from a [Database], the one that the product
// brings unless a newer release lies over it.
package hours

// Limits of one WorkingHours. They keep the row that routing reads small.
const (
	MaxEntries          = 50                // entries of the week, and of one exception
	MaxExceptions       = 366               // exceptions, and holidays of an account
	MaxExceptionEntries = 2 * MaxExceptions // entries of all exceptions together
)

// WorkingHours is a member's schedule as people write and read it. No entries and no
// exceptions mean never on shift; a member who is always on shift has none of these.
type WorkingHours struct {
	TimeZone   string      `json:"timeZone"`
	Entries    []Entry     `json:"entries"`
	Exceptions []Exception `json:"exceptions,omitempty"`
	// Unreadable says of stored hours that nobody is on shift by them, since this process
	// cannot read them. Whoever writes hours need not say it.
	Unreadable bool `json:"unreadable,omitempty"`
}

// Entry is one window on some days of every week. An end at or before the start lies
// on the day after; 24:00 is the end of the day.
type Entry struct {
	Days  []string `json:"days"` // mon, tue, wed, thu, fri, sat, sun
	Start string   `json:"start"`
	End   string   `json:"end"`
}

// Exception replaces all windows that start on one date; without entries the date is off.
type Exception struct {
	Date    string   `json:"date"` // 2026-12-25
	Entries []Window `json:"entries"`
}

// Window is an Entry without days.
type Window struct {
	Start string `json:"start"`
	End   string `json:"end"`
}

// FieldError names one bad field by its path, such as "entries[2].start".
type FieldError struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// Compile turns hours into a Schedule. Its error names every bad field; callers that
// answer a person call [WorkingHours.Validate] first.
func Compile(w WorkingHours) (*Schedule, error) {
	if bad := w.Validate(); len(bad) > 0 {
		return nil, invalidError(bad)
	}
	// By way of the text, so that what is compiled is always what will be read back.
	return Parse(encode(planOf(w)))
}

// invalidError is the error of Compile: all bad fields in one line.
type invalidError []FieldError

// Error lists the bad fields.
func (e invalidError) Error() string {
	text := "hours: not valid"
	for _, f := range e {
		text += "; " + f.Field + ": " + f.Detail
	}
	return text
}
