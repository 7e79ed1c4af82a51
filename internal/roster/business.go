package roster

import (
	"time"

	"github.com/connectnow/backend/internal/hours"
)

// Takes reports whether the member takes work of a channel at all, busy or not; an empty
// channel is any.
func (r *Row) Takes(a *Account, ch Channel) bool {
	call, chat := r.Calls > 0, r.ChatCapacity(a) > 0
	switch ch {
	case Call:
		return call
	case Chat:
		return chat
	}
	return call || chat
}

// counted are the members of a department, or with an empty one of the account, who count
// for business hours, for when somebody comes next, and for sums of the team. There is this
// one definition: they take the channel at all, and have hours or are there. An owner who
// never set any and is away keeps no shop open. Where nobody has hours, all count. Whose hours
// cannot be read counts nowhere: when they are at work is not known.
func (s *Roster) counted(dep string, ch Channel, now time.Time) []*Row {
	var all, known []*Row
	scheduled := false
	for _, r := range s.Rows {
		if r.Removed || !r.In(dep) || !r.Takes(&s.Account, ch) || !r.Hours.Readable() {
			continue
		}
		all = append(all, r)
		scheduled = scheduled || r.Hours != nil
		if r.Hours != nil || r.There(&s.Account, now) {
			known = append(known, r)
		}
	}
	if !scheduled {
		return all
	}
	return known
}

// Business is when a department, or with an empty one the account, is open: while anybody
// who counts is on shift. Where nobody has hours it is always open. A department in which
// nobody counts has the hours of the account, whose members call its customers.
func (s *Roster) Business(dep string, now time.Time) hours.Calendar {
	rows := s.counted(dep, "", now)
	if len(rows) == 0 {
		rows = s.counted("", "", now)
	}
	shifts := make([]*hours.Schedule, len(rows))
	for i, r := range rows {
		shifts[i] = r.Hours
	}
	return hours.Union(shifts...).Without(s.Account.holidays)
}

// CallbackDue is when a customer who asked at from should have been called: after the
// account's minutes of the department's business hours, as they are known now. With 240
// minutes and hours from nine to five, a callback of Friday 16:00 is due on Monday at
// 12:00. Without a further shift the minutes run at once.
func (s *Roster) CallbackDue(dep string, from, now time.Time) time.Time {
	return s.AfterBusiness(dep, from, now, time.Duration(s.Account.CallbackDueMinutes)*time.Minute)
}

// AfterBusiness is when so much business time of the department has passed since from.
func (s *Roster) AfterBusiness(dep string, from, now time.Time, open time.Duration) time.Time {
	if at, ok := s.Business(dep, now).Add(from, open); ok {
		return at.UTC()
	}
	return from.Add(open)
}

// NextShift is when the next member of the department who counts for the channel and is off
// shift now comes on; zero when that is not known, because nobody has hours or all who have
// are at work.
func (s *Roster) NextShift(dep string, ch Channel, now time.Time) time.Time {
	var next time.Time
	for _, r := range s.counted(dep, ch, now) {
		if at := r.NextShift(&s.Account, now); !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next
}

// NextShift is when a member who is off shift comes on; zero for one who is on shift, and
// when it is not known.
func (r *Row) NextShift(a *Account, now time.Time) time.Time {
	if r.Removed || r.OnShift(a, now) {
		return time.Time{}
	}
	if at, opens, ok := r.Calendar(a).Next(now); ok && opens {
		return at
	}
	return time.Time{}
}

// ShiftEnds is when the shift of a member who is on shift ends; zero for one who is not, or has
// no hours, and where no end is known.
func (r *Row) ShiftEnds(a *Account, now time.Time) time.Time {
	if r.Hours == nil {
		return time.Time{}
	}
	if at, opens, ok := r.Calendar(a).Next(now); ok && !opens {
		return at
	}
	return time.Time{}
}

// week is over how many days BusinessDay looks.
const week = 7

// BusinessDay is how long a day of business is: the most of any 24 hours of the week from
// now on, and a whole day where no hours are known.
func (s *Roster) BusinessDay(dep string, now time.Time) time.Duration {
	calendar, day, longest := s.Business(dep, now), 24*time.Hour, time.Duration(0)
	for i := range week {
		from, open := now.Add(time.Duration(i)*day), time.Duration(0)
		for _, in := range calendar.Intervals(from, from.Add(day)) {
			open += in.To.Sub(in.From)
		}
		longest = max(longest, open)
	}
	if longest == 0 {
		return day
	}
	return longest
}

// leastReminder is the shortest time between two reminders of one callback.
const leastReminder = time.Hour

// Reminder is when to remind again of a callback that is overdue, after so many reminders:
// after the account's minutes till it was due, an hour at least, then twice that, and so on
// up to a day of business. It is business time of the department.
func (s *Roster) Reminder(dep string, reminders int, now time.Time) time.Time {
	wait := max(time.Duration(s.Account.CallbackDueMinutes)*time.Minute, leastReminder)
	most := s.BusinessDay(dep, now)
	for range reminders {
		if wait >= most {
			break
		}
		wait *= 2
	}
	return s.AfterBusiness(dep, now, now, min(wait, most))
}
