package desk

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// DeleteDevice drops a device; one that is not there is no error. Without any other that
// works the member goes offline, and what rings for them goes on. The page that counts as
// open is closed by its id.
func (d *Desk) DeleteDevice(ctx context.Context, c Caller, id string) error {
	return d.dropDevice(ctx, c, id, (*deviceList).lastGoes)
}

// SignOutDevice drops the device on which the caller signs out, and no page of theirs counts
// as open. Without any other device that works they go offline: nothing could ring, and each
// offer would cost a customer its ring time.
func (d *Desk) SignOutDevice(ctx context.Context, c Caller, id string) error {
	return d.dropDevice(ctx, c, id, func(*deviceList, []device) bool { return true })
}

// dropDevice takes a device off the caller's list. closes says whether no page counts as
// open from then on, by the list as it becomes and what is taken.
func (d *Desk) dropDevice(ctx context.Context, c Caller, id string, closes func(*deviceList, []device) bool) error {
	change := reach{d: d, account: c.AccountID, member: c.MemberID}
	var gone []device // by any try: each may be the one that was written
	_, err := update(ctx, d, keys.Devices(c.MemberID), func(s *stored[deviceList]) (bool, []table.Op, error) {
		taken := s.value.take(func(v device) bool { return v.ID == id })
		page := id == cmp.Or(s.value.Page, namelessPage)
		// Another page of theirs may be open: they are not offered anything until its next
		// poll says so, and stay online.
		all := closes(&s.value, taken)
		change.stays = page && !all
		ops, err := change.becomes(ctx, &s.value, page || all, "")
		if err != nil {
			return false, nil, err
		}
		if page {
			s.value.Page = ""
		}
		for _, v := range taken {
			ops = append(ops, letGo(v)...)
		}
		gone = append(gone, taken...)
		return taken != nil || page || ops != nil, ops, nil
	})
	if err == nil {
		d.forget(ctx, gone)
		change.after(ctx)
	}
	return err
}

// endDevices drops all devices of a member that were registered up to a moment, with every
// page that was open then: who has them is signed out. A message that spares keeps those of
// its session, and those of which that is not known. A session that began later may have
// taken devices over, and keeps them. Done again it changes nothing.
func (d *Desk) endDevices(ctx context.Context, m Message, until time.Time) error {
	acc, member := m.AccountID, m.MemberID
	change := reach{d: d, account: acc, member: member, pageStays: m.Spare}
	var gone []device
	_, err := update(ctx, d, keys.Devices(member), func(s *stored[deviceList]) (bool, []table.Op, error) {
		r, err := d.readRow(ctx, acc, member)
		if err != nil || r == nil {
			return false, nil, err
		}
		sessions, err := load[sessionList](ctx, d.Table, keys.Sessions(member))
		if err != nil {
			return false, nil, err
		}
		taken := s.value.take(func(v device) bool {
			in := sessions.value.find(v.Session)
			spared := m.Spare && (v.Session == "" || v.Session == m.Session) || in != nil && in.Created > until.Unix()
			return !spared && !instant(v.Updated).After(until)
		})
		ops, err := change.becomes(ctx, &s.value, !r.PageSince().After(until), "")
		if err != nil {
			return false, nil, err
		}
		for _, v := range taken {
			ops = append(ops, letGo(v)...)
		}
		gone = append(gone, taken...)
		return taken != nil || ops != nil, ops, nil
	})
	if err == nil {
		d.forget(ctx, gone)
		change.after(ctx)
	}
	return err
}

// noteRefused notes devices that refused a push for good: nothing is pushed to them until
// they are registered again. Without any left that works their member is offline, unless a
// page of theirs is open.
//
// What rings there goes on by a message: the assistant has its answer meanwhile. Should that
// be lost, it ends with its ring time.
func (d *Desk) noteRefused(ctx context.Context, acc, member string, refused []Device) error {
	change := reach{d: d, account: acc, member: member}
	_, err := update(ctx, d, keys.Devices(member), func(s *stored[deviceList]) (bool, []table.Op, error) {
		write := false
		s.value.Devices = slices.Clone(s.value.Devices)
		for i, v := range s.value.Devices {
			// The same address, registered no later: else it works again.
			is := func(r Device) bool { return r.ID == v.ID && r.Address == v.Address && millis(r.UpdatedAt) == v.Updated }
			if v.Refused == 0 && slices.ContainsFunc(refused, is) {
				s.value.Devices[i].Refused, write = millis(d.Now()), true
			}
		}
		ops, err := change.becomes(ctx, &s.value, false, roster.Unreachable)
		return write || ops != nil, ops, err
	})
	if err != nil || !change.lost {
		return err
	}
	m := Message{Kind: WakeRefused, AccountID: acc, MemberID: member, Due: d.Now()}
	if err := d.send(ctx, m.Due, m); err != nil {
		d.Log.WarnContext(ctx, "timer not sent: an offer that reaches nobody rings on", "member", member, "error", err)
	}
	return nil
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
