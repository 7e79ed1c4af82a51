package main

import (
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// hoursDecide has Kavya online on the weekend on which the file was closed: her phone stays
// silent until her night begins, on Saturday at 21:00 in India, and others are rung for her
// department.
func hoursDecide(r *released) {
	const who = "kavya@shoes.example"
	me := r.get(who, "/v1/me")["id"].(string)
	night := r.ClosedAt.Truncate(24 * time.Hour).Add(15*time.Hour + 30*time.Minute)
	for night.Weekday() != time.Saturday || night.Before(r.ClosedAt) {
		night = night.AddDate(0, 0, 1)
	}
	at := func(hours time.Duration) string { return night.Add(hours * time.Hour).Format(time.RFC3339) }
	local := func(day int, clock string) string {
		return night.AddDate(0, 0, day).Format(time.DateOnly) + "T" + clock
	}
	shows := thing{"from": at(0), "to": at(5), "localFrom": local(0, "21:00:00"), "localTo": local(1, "02:00:00"), "offset": "+05:30"}
	preview := r.get(who, "/v1/members/"+me+"/working-hours/preview?from="+at(-4)+"&to="+at(20))
	r.wantFields("the preview", preview, thing{"items": []any{shows}})
	ask := func(name string) desk.Answer {
		request[thing](r.process, "PUT", "/v1/me/devices/kavyas-new-phone", r.as(who), thing{"platform": "fcm", "token": "kavyas"})
		request[thing](r.process, "PUT", "/v1/me/presence", r.as(who), thing{"status": "online"})
		event := r.fresh(name)
		event["departmentId"] = r.IDs.Lower
		return r.escalate(event)
	}
	if a := ask("by day"); a.Agent != nil && a.Agent.FirstName == "Kavya" {
		r.t.Errorf("by day: %+v, want it elsewhere", a)
	}
	r.clock.reach(night)
	clear(r.tokens) // they are over
	if a := ask("by night"); a.State != "ringing" || a.Agent == nil || a.Agent.FirstName != "Kavya" {
		r.t.Errorf("by night: %+v, want it ringing at Kavya", a)
	}
}
