package desk

import (
	"context"
	"fmt"
	"slices"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// DeleteDevice drops a device; one that is not there is no error. The member stays online:
// an open page may ring for them.
func (d *Desk) DeleteDevice(ctx context.Context, c Caller, id string) error {
	_, err := d.dropDevice(ctx, c, id)
	return err
}

// SignOutDevice drops the device on which the caller signs out. Without any other that works
// they go offline: nothing could ring, and each offer would cost a customer its ring time.
func (d *Desk) SignOutDevice(ctx context.Context, c Caller, id string) error {
	list, err := d.dropDevice(ctx, c, id)
	if err == nil && !slices.ContainsFunc(list.Devices, device.works) {
		_, err = d.SetPresence(ctx, c, c.MemberID, roster.StatusOffline)
	}
	return err
}

// dropDevice takes a device off the caller's list and returns the list as it is then.
func (d *Desk) dropDevice(ctx context.Context, c Caller, id string) (deviceList, error) {
	var gone []device // by any try: each may be the one that was written
	list, err := update(ctx, d, keys.Devices(c.MemberID), func(s *stored[deviceList]) (bool, []table.Op, error) {
		taken := s.value.take(func(v device) bool { return v.ID == id })
		var ops []table.Op
		for _, v := range taken {
			ops = append(ops, letGo(v)...)
		}
		gone = append(gone, taken...)
		return taken != nil, ops, nil
	})
	if err == nil {
		d.forget(ctx, gone)
	}
	return list, err
}

// noteRefused notes devices that refused a push for good: nothing is pushed to them until
// they are registered again. It reports whether the member has none left that works.
func (d *Desk) noteRefused(ctx context.Context, member string, refused []Device) (none bool, err error) {
	list, err := update(ctx, d, keys.Devices(member), func(s *stored[deviceList]) (bool, []table.Op, error) {
		write := false
		s.value.Devices = slices.Clone(s.value.Devices)
		for i, v := range s.value.Devices {
			// The same address, registered no later: else it works again.
			is := func(r Device) bool { return r.ID == v.ID && r.Address == v.Address && millis(r.UpdatedAt) == v.Updated }
			if v.Refused == 0 && slices.ContainsFunc(refused, is) {
				s.value.Devices[i].Refused, write = millis(d.Now()), true
			}
		}
		return write, nil, nil
	})
	return err == nil && len(list.Devices) > 0 && !slices.ContainsFunc(list.Devices, device.works), err
}

// dropDevices makes all devices of a removed member unreachable. The list stays until all
// are done, so that the finish message can carry on what was cut off.
func (d *Desk) dropDevices(ctx context.Context, member string) error {
	list, err := load[deviceList](ctx, d.Table, keys.Devices(member))
	if err != nil {
		return err
	}
	for _, v := range list.value.Devices {
		for _, address := range v.addresses() {
			h, err := load[holder](ctx, d.Table, keys.Holder(address))
			if err != nil {
				return err
			}
			if h.found() && h.value.Member != member {
				continue
			}
			if err := d.Phones.Forget(ctx, Device{ID: v.ID, Platform: v.Platform, Address: address}); err != nil {
				return fmt.Errorf("forgetting a device: %w", err)
			}
			err = d.Table.Write(ctx, table.Delete(keys.Holder(address), table.Condition{}))
			if err != nil {
				return fmt.Errorf("letting go of a device: %w", err)
			}
		}
	}
	return nil
}
