package hours_test

import (
	"fmt"
	"time"

	"github.com/connectnow/backend/internal/hours"
)

// A night shift has the hours that the clock on the wall shows. In the night in which
// Berlin goes over to summer time it lasts an hour less than usual, and in the night in
// which it goes back an hour more.
func Example() {
	nights, err := hours.Compile(hours.WorkingHours{
		TimeZone: "Europe/Berlin",
		Entries:  []hours.Entry{{Days: []string{"sat"}, Start: "22:00", End: "06:00"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	berlin, err := hours.Current().Location("Europe/Berlin")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, saturday := range []time.Time{
		time.Date(2026, time.March, 21, 12, 0, 0, 0, berlin),
		time.Date(2026, time.March, 28, 12, 0, 0, 0, berlin),
		time.Date(2026, time.October, 24, 12, 0, 0, 0, berlin),
	} {
		for _, shift := range nights.Intervals(saturday, saturday.AddDate(0, 0, 1)) {
			fmt.Println(shift.From.In(berlin).Format(time.DateTime), "for", shift.To.Sub(shift.From))
		}
	}
	// Output:
	// 2026-03-21 22:00:00 for 8h0m0s
	// 2026-03-28 22:00:00 for 7h0m0s
	// 2026-10-24 22:00:00 for 9h0m0s
}

// Business time passes only while somebody is on shift. What is due two working hours
// after Friday at 17:00 is due on Monday, unless that is a holiday.
func ExampleCalendar_Add() {
	office, err := hours.Compile(hours.WorkingHours{
		TimeZone: "Asia/Kolkata",
		Entries:  []hours.Entry{{Days: []string{"mon", "tue", "wed", "thu", "fri"}, Start: "09:00", End: "18:00"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	holidays, bad := hours.ParseHolidays("Asia/Kolkata", []string{"2026-01-26"})
	if len(bad) > 0 {
		fmt.Println(bad)
		return
	}
	kolkata := time.FixedZone("IST", 5*60*60+30*60)
	friday := time.Date(2026, time.January, 23, 17, 0, 0, 0, kolkata)
	for _, calendar := range []hours.Calendar{office.Without(nil), office.Without(holidays)} {
		due, ok := calendar.Add(friday, 2*time.Hour)
		fmt.Println(due.In(kolkata).Format("Monday 15:04"), ok)
	}
	// Output:
	// Monday 10:00 true
	// Tuesday 10:00 true
}

// All that is wrong with a schedule is named at once, in the words of its JSON.
func ExampleWorkingHours_Validate() {
	w := hours.WorkingHours{
		TimeZone: "Mars/Base",
		Entries:  []hours.Entry{{Days: []string{"mon"}, Start: "9:00", End: "18:00"}},
	}
	for _, bad := range w.Validate() {
		fmt.Println(bad.Field)
	}
	// Output:
	// timeZone
	// entries[0].start
}
