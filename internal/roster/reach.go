package roster

import "time"

// A lease is how long a page counts as open after a sign of it. It is renewed only when
// little of it is left: a page that polls every few seconds would otherwise rewrite a row
// that claims depend on.
const (
	pageLease = 8 * time.Minute
	pageRenew = 3 * time.Minute
)

// Reachable reports whether anything can ring at the member: a device that works or an open
// page. Of a row from before devices were counted nothing is known, and it counts as
// reachable: an update must make nobody deaf.
func (r *Row) Reachable(now time.Time) bool {
	return r.Devices == nil || *r.Devices > 0 || r.PageOpen(now)
}

// PageOpen reports whether a page of the member counts as open.
func (r *Row) PageOpen(now time.Time) bool { return now.UnixMilli() < r.PageUntil }

// PageFades reports whether a sign of an open page is worth noting: little is left of the
// lease, or none.
func (r *Row) PageFades(now time.Time) bool { return now.Add(pageRenew).UnixMilli() >= r.PageUntil }

// OpenPage notes a sign of an open page: it counts as open for eight minutes from now on. It
// reports whether the row is changed, which it is not while three minutes are left.
func (r *Row) OpenPage(now time.Time) bool {
	if !r.PageFades(now) {
		return false
	}
	r.PageUntil = now.Add(pageLease).UnixMilli()
	return true
}

// SetDevices notes how many devices work. It reports whether the row is changed.
func (r *Row) SetDevices(working int) bool {
	if r.Devices != nil && *r.Devices == working {
		return false
	}
	r.Devices = &working
	return true
}

// LoseReach takes a member offline whom nothing can reach any more, and reports whether it
// did. why is unreachable for devices that refuse; it is empty for what members do
// themselves, such as signing out.
func (r *Row) LoseReach(why string, now time.Time) bool {
	if !r.Online || r.Reachable(now) {
		return false
	}
	r.Online, r.OfflineFor = false, why
	return true
}

// PageSince is the last sign of an open page that was noted.
func (r *Row) PageSince() time.Time { return time.UnixMilli(r.PageUntil).Add(-pageLease) }
