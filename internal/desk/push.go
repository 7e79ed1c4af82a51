package desk

import (
	"context"
	"errors"
	"slices"
	"time"
)

// pushAgain is when a push that failed is tried for the second time.
const pushAgain = time.Second

// readDevices begins to read a member's devices and returns a function that waits for
// them.
func (c *change) readDevices(ctx context.Context, member string) func() ([]Device, error) {
	type result struct {
		devices []Device
		err     error
	}
	done := make(chan result, 1)
	c.reading.Go(func() {
		devices, err := c.d.devices(ctx, member)
		done <- result{devices, err}
	})
	return func() ([]Device, error) {
		r := <-done
		return r.devices, r.err
	}
}

// push sends a notice to all devices of a member, side by side. An offer's push that
// did not get through is tried again by a timer as long as the offer rings; a lost one
// is a missed turn, never a lost customer. told is when the first device was reached; zero
// when none was.
func (d *Desk) push(ctx context.Context, acc, member string, n Notice, read func() ([]Device, error)) (told time.Time) {
	if read == nil {
		read = func() ([]Device, error) { return d.devices(ctx, member) }
	}
	devices, err := read()
	if err != nil {
		d.countPushFailure(platformUnknown, n)
		d.pushLater(ctx, acc, member, "", n, err)
		return told
	}
	if registered := len(devices); registered > 0 {
		if devices = working(devices); len(devices) == 0 {
			d.passOver(ctx, acc, member, n, refusedGrace)
			return told
		}
	}
	at, failed := d.pushToAll(ctx, devices, n)
	for i, err := range failed {
		if err != nil && !errors.Is(err, ErrUnreachable) {
			d.pushLater(ctx, acc, member, devices[i].ID, n, err)
		}
	}
	d.afterRefusals(ctx, acc, member, devices, failed, n)
	return at
}

// refusedGrace is how long an offer stays with one whose devices are all known to refuse: a
// page of theirs may show it.
const refusedGrace = 5 * time.Second

// others reads the devices of a member that work, but for the one answered on. When it was
// not told which that is all are meant, unless there is only one.
func (d *Desk) others(ctx context.Context, l letter) func() ([]Device, error) {
	return func() ([]Device, error) {
		devices, err := d.devices(ctx, l.member)
		devices = working(devices)
		if l.device == "" && len(devices) < 2 {
			return nil, err
		}
		return slices.DeleteFunc(devices, func(v Device) bool { return v.ID == l.device }), err
	}
}

// pushToAll pushes to devices side by side: one that is slow or broken delays no other.
// It returns when the first one was reached, and by device what failed.
func (d *Desk) pushToAll(ctx context.Context, devices []Device, n Notice) (told time.Time, failed []error) {
	reached := make([]time.Time, len(devices))
	failed = make([]error, len(devices))
	_ = inParallel(len(devices), func(i int) error {
		if failed[i] = d.pushTo(ctx, devices[i], n); failed[i] == nil {
			reached[i] = d.Now()
		}
		return nil
	})
	for _, at := range reached {
		if told.IsZero() || !at.IsZero() && at.Before(told) {
			told = at
		}
	}
	return told, failed
}

// afterRefusals notes the devices that refused for good. When none is left that works, an
// offer ends at once.
func (d *Desk) afterRefusals(ctx context.Context, acc, member string, devices []Device, failed []error, n Notice) {
	var refused []Device
	for i, err := range failed {
		if errors.Is(err, ErrUnreachable) {
			d.Log.Warn("device refuses pushes", "kind", n.Kind, "member", member, "device", devices[i].ID, "error", err)
			refused = append(refused, devices[i])
		}
	}
	if len(refused) == 0 {
		return
	}
	none, err := d.noteRefused(ctx, member, refused)
	switch {
	case err != nil: // found out again by a push to one of them
		d.pushLater(ctx, acc, member, refused[0].ID, n, err)
	case none:
		d.passOver(ctx, acc, member, n, 0)
	}
}

// passOver has an offer end, after a while, whose agent has no device that takes pushes: by
// a message, so that whoever asked has the answer meanwhile. Should it be lost the offer
// ends with its ring time.
func (d *Desk) passOver(ctx context.Context, acc, member string, n Notice, after time.Duration) {
	if n.Kind != NoticeOffer {
		return
	}
	at := d.Now().Add(after)
	m := Message{Kind: WakeRefused, AccountID: acc, EscalationID: n.EscalationID, MemberID: member, Offer: n.Offer, Due: at}
	if err := d.Timers.Send(ctx, at, m); err != nil {
		d.Log.Warn("offer not ended that reaches nobody", "member", member, "error", err)
	}
}

// pushLater has a push that failed tried again: to one device, or with an empty one to
// all, when it could not be read which there are.
func (d *Desk) pushLater(ctx context.Context, acc, member, device string, n Notice, why error) {
	d.Log.Warn("push failed", "kind", n.Kind, "member", member, "device", device, "error", why)
	if n.Kind != NoticeOffer {
		return
	}
	at := d.Now().Add(pushAgain)
	m := Message{
		Kind: WakePush, AccountID: acc, EscalationID: n.EscalationID, MemberID: member,
		DeviceID: device, Offer: n.Offer, Notice: &n, Due: at,
	}
	if err := d.Timers.Send(ctx, at, m); err != nil {
		d.Log.Warn("push not tried again", "member", member, "error", err)
	}
}

func (d *Desk) pushTo(ctx context.Context, dev Device, n Notice) error {
	ctx, cancel := context.WithTimeout(ctx, pushTime)
	defer cancel()
	err := d.Phones.Push(ctx, dev, n)
	if err != nil {
		d.countPushFailure(dev.Platform, n)
	}
	return err
}
