package desk

import (
	"context"
	"time"
)

// DeviceCounts is what admins, and the member, see of a member's devices: how many there are,
// how many of them get pushes as far as is known, and on how many a call rings by VoIP. With
// {"registered":2,"working":0} only an open page can ring.
type DeviceCounts struct {
	Registered  int `json:"registered"`
	Working     int `json:"working"`
	VoIPWorking int `json:"voipWorking"`
	// LastSeenAt is when one of them was registered last, which the app does at every start;
	// nil without any.
	LastSeenAt *time.Time `json:"lastSeenAt"`
}

// countDevices counts a member's devices.
func countDevices(devices []Device) DeviceCounts {
	n := DeviceCounts{Registered: len(devices)}
	for _, v := range devices {
		if v.Working {
			n.Working++
		}
		if v.voipWorks() {
			n.VoIPWorking++
		}
		if n.LastSeenAt == nil || v.UpdatedAt.After(*n.LastSeenAt) {
			n.LastSeenAt = &v.UpdatedAt
		}
	}
	return n
}

// withDevices adds to a member's view the counts of the devices, by one read.
func (d *Desk) withDevices(ctx context.Context, m Member) (Member, error) {
	devices, err := d.devices(ctx, m.ID)
	m.Devices = countDevices(devices)
	return m, err
}
