package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/table"
)

const maxDevices = 10

// pushAgain is when a push that failed is tried for the second time.
const pushAgain = time.Second

// deviceList is a member's devices as stored, in one item.
type deviceList struct {
	Devices []device `json:"d"`
}

type device struct {
	ID       string   `json:"id"`
	Platform Platform `json:"p"`
	Token    string   `json:"t"`
	VoIP     string   `json:"v,omitempty"`
	Address  string   `json:"a"`
	Updated  int64    `json:"u"`
}

func (v device) view() Device {
	return Device{ID: v.ID, Platform: v.Platform, Token: v.Token, VoIPToken: v.VoIP, UpdatedAt: instant(v.Updated), Address: v.Address}
}

func (d *Desk) devices(ctx context.Context, member string) ([]Device, error) {
	list, err := load[deviceList](ctx, d.Table, devicesKey(member))
	devices := make([]Device, len(list.value.Devices))
	for i, v := range list.value.Devices {
		devices[i] = v.view()
	}
	return devices, err
}

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
	reached := make([]time.Time, len(devices))
	_ = inParallel(len(devices), func(i int) error {
		if err := d.pushTo(ctx, devices[i], n); err != nil {
			d.pushLater(ctx, acc, member, devices[i].ID, n, err)
		} else {
			reached[i] = d.Now()
		}
		return nil
	})
	for _, at := range reached {
		if told.IsZero() || !at.IsZero() && at.Before(told) {
			told = at
		}
	}
	return told
}

// pushLater has a push that failed tried again: to one device, or with an empty one to
// all, when it could not be read which there are.
func (d *Desk) pushLater(ctx context.Context, acc, member, device string, n Notice, why error) {
	d.Log.Warn("push failed", "kind", n.Kind, "member", member, "device", device, "error", why)
	if n.Kind != NoticeOffer || errors.Is(why, ErrUnreachable) {
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

// Devices lists the caller's devices.
func (d *Desk) Devices(ctx context.Context, c Caller) ([]Device, error) {
	return d.devices(ctx, c.MemberID)
}

// PutDevice keeps a device of the caller; the app calls it at every start. Of more
// than ten the one not heard of for longest goes.
func (d *Desk) PutDevice(ctx context.Context, c Caller, dev Device) (Device, error) {
	dev.UpdatedAt = d.Now().UTC().Truncate(time.Millisecond)
	address, err := d.Phones.Register(ctx, c.MemberID, dev)
	if err != nil {
		return dev, fmt.Errorf("registering the device: %w", err)
	}
	dev.Address = address
	var gone []device
	_, err = update(ctx, d, devicesKey(c.MemberID), func(s *stored[deviceList]) (bool, []table.Op, error) {
		gone = nil
		list := slices.DeleteFunc(s.value.Devices, func(v device) bool {
			if v.ID == dev.ID && v.Address != dev.Address {
				gone = append(gone, v) // the token changed, and with it the address
			}
			return v.ID == dev.ID
		})
		list = append(list, device{dev.ID, dev.Platform, dev.Token, dev.VoIPToken, dev.Address, millis(dev.UpdatedAt)})
		if n := len(list) - maxDevices; n > 0 {
			gone, list = append(gone, list[:n]...), list[n:]
		}
		s.value.Devices = list
		return true, nil, nil
	})
	for _, v := range gone {
		d.forget(ctx, c, v)
	}
	return dev, err
}

func (d *Desk) forget(ctx context.Context, c Caller, v device) {
	if err := d.Phones.Forget(ctx, v.view()); err != nil {
		d.Log.Warn("device not forgotten", "member", c.MemberID, "device", v.ID, "error", err)
	}
}

// DeleteDevice drops a device; one that is not there is no error.
func (d *Desk) DeleteDevice(ctx context.Context, c Caller, id string) error {
	_, err := d.dropDevice(ctx, c, id)
	return err
}

// SignOutDevice drops the device on which the caller signs out. Without any device
// left they go offline: nothing could ring.
func (d *Desk) SignOutDevice(ctx context.Context, c Caller, id string) error {
	left, err := d.dropDevice(ctx, c, id)
	if err == nil && left == 0 {
		_, err = d.SetPresence(ctx, c, c.MemberID, statusOffline)
	}
	return err
}

func (d *Desk) dropDevice(ctx context.Context, c Caller, id string) (left int, err error) {
	var gone []device
	list, err := update(ctx, d, devicesKey(c.MemberID), func(s *stored[deviceList]) (bool, []table.Op, error) {
		gone = nil
		s.value.Devices = slices.DeleteFunc(s.value.Devices, func(v device) bool {
			if v.ID == id {
				gone = append(gone, v)
			}
			return v.ID == id
		})
		return gone != nil, nil, nil
	})
	for _, v := range gone {
		d.forget(ctx, c, v)
	}
	return len(list.Devices), err
}

// TestDevice sends a test push to one device.
func (d *Desk) TestDevice(ctx context.Context, c Caller, id string) error {
	devices, err := d.devices(ctx, c.MemberID)
	if err != nil {
		return err
	}
	for _, dev := range devices {
		if dev.ID != id {
			continue
		}
		err := d.pushTo(ctx, dev, Notice{Kind: NoticeTest})
		switch {
		case err == nil:
			return nil
		case errors.Is(err, ErrUnreachable):
			return conflict("unreachable", "The device cannot be reached", "The push service refuses its token. Register it again.")
		}
		d.Log.Warn("test push failed", "member", c.MemberID, "device", id, "error", err)
		return &Problem{Class: Unavailable, Name: "push-failed", Title: "The push did not get through", Detail: "The push service did not take it. Try again."}
	}
	return notFound("device")
}
