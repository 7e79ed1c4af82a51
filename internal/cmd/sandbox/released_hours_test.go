package main

import (
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// hoursDecide has Kavya online on the Saturday on which the file was closed: her phone stays
// silent until her night begins, at 21:00 in India, and others are rung for her department.
func hoursDecide(r *released) {
	const who = "kavya@shoes.example"
	me := r.get(who, "/v1/me")["id"].(string)
	night := time.Date(2026, 11, 28, 15, 30, 0, 0, time.UTC)
	shows := thing{
		"from": "2026-11-28T15:30:00Z", "to": "2026-11-28T20:30:00Z",
		"localFrom": "2026-11-28T21:00:00", "localTo": "2026-11-29T02:00:00", "offset": "+05:30",
	}
	preview := r.get(who, "/v1/members/"+me+"/working-hours/preview?from=2026-11-28T12:00:00Z&to=2026-11-29T12:00:00Z")
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
