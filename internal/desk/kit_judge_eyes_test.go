package desk_test

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

func (r agentRow) chats() int {
	if r.Chats == nil {
		return accountChats
	}
	return *r.Chats
}

// fits: one call, or N chats; open chats do not block a call, a call blocks everything.
func (r agentRow) fits(channel string) bool {
	chats := 0
	for _, w := range r.Work {
		if w.Channel == "call" {
			return false
		}
		chats++
	}
	if channel == "call" {
		return r.Calls > 0
	}
	return chats < r.chats()
}

// in reports whether the agent belongs to the rotation; everyone does to that of all.
func (r agentRow) in(rotation string) bool {
	dep, _, _ := strings.Cut(rotation, "/")
	return dep == "*" || slices.Contains(r.Departments, "dep_"+dep)
}

func (r agentRow) can(rotation string, at time.Time) bool {
	_, channel, _ := strings.Cut(rotation, "/")
	return r.Online && !r.Removed && r.reachable(at) && r.in(rotation) && r.fits(channel) && r.onShift(at)
}

// reachable: a row without the number of devices is one of before they were counted.
func (r agentRow) reachable(at time.Time) bool {
	return r.Devices == nil || *r.Devices > 0 || r.Page > at.UnixMilli()
}

// departments are those of the agent, sorted.
func (r agentRow) departments() []string { return slices.Sorted(slices.Values(r.Departments)) }

// onShift understands the one form of hours that these tests use: every day in UTC
// from HHMM to HHMM, "UTC 1234567/1000-1015".
func (r agentRow) onShift(at time.Time) bool {
	if r.Hours == "" {
		return true
	}
	from, to, ok := strings.Cut(strings.TrimPrefix(r.Hours, "UTC 1234567/"), "-")
	begin, err1 := strconv.Atoi(from)
	end, err2 := strconv.Atoi(to)
	if !ok || err1 != nil || err2 != nil {
		panic("judge: hours " + r.Hours)
	}
	now := at.UTC().Hour()*100 + at.UTC().Minute()
	return begin <= now && now < end
}
