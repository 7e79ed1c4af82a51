package desk

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// PushFailure is what a push service says of a push that it had taken, some tenths of a second
// to seconds later. A dead token shows in no other way: its first push is taken.
type PushFailure struct {
	Address string    // where the push went, see Device
	At      time.Time // when it failed
	// Gone says that pushes to the address fail for good, until its token is registered again. Else
	// this push failed alone, and nothing is noted.
	Gone   bool
	Reason string // in the words of the push service, for the log
}

// PushFailed notes that an address refuses for good, as Push would have said of the next push,
// and has what rings there go on. Whoever registered the address after the failure keeps it,
// since that has it work again. Without a VoIP token a phone is rung by alerts: it works, and
// the call that was lost rings so. Done again it changes nothing.
func (d *Desk) PushFailed(ctx context.Context, f PushFailure) error {
	member, v, err := d.deviceAt(ctx, f.Address)
	if err != nil {
		return err
	}
	args := []any{"member", member, "device", v.ID, "platform", string(v.Platform), "because", f.Reason}
	switch {
	case member == "":
		d.Log.InfoContext(ctx, "push failed: it is nobody's device any more", "because", f.Reason)
		return nil
	case !f.Gone:
		d.Log.WarnContext(ctx, "push failed: the push service did not deliver it", args...)
		return nil
	case instant(v.Updated).After(f.At):
		d.Log.InfoContext(ctx, "push refused: the device has been registered again", args...)
		return nil
	}
	d.Log.WarnContext(ctx, "push refused: the device cannot be reached any more", args...)
	p, err := load[profile](ctx, d.Table, keys.Profile(member))
	switch {
	case err != nil:
		return err
	case v.Address == f.Address:
		return d.noteRefused(ctx, p.value.Account, member, []Device{v.view()})
	}
	noted, err := d.noteVoIPRefused(ctx, member, v.view())
	if err != nil || !noted || !v.works() {
		return err
	}
	return d.ringByAlert(ctx, p.value.Account, member, v.ID, f.At)
}

// deviceAt finds whose device has an address, and which it is; nobody's has an empty member.
func (d *Desk) deviceAt(ctx context.Context, address string) (member string, v device, err error) {
	h, err := load[holder](ctx, d.Table, keys.Holder(address))
	if err != nil || !h.found() {
		return "", v, err
	}
	list, err := load[deviceList](ctx, d.Table, keys.Devices(h.value.Member))
	i := slices.IndexFunc(list.value.Devices, func(v device) bool { return slices.Contains(v.addresses(), address) })
	if err != nil || i < 0 {
		return "", v, err
	}
	return h.value.Member, list.value.Devices[i], nil
}

// noteVoIPRefused notes that the VoIP token of a device is refused: calls ring as alerts until it
// is registered again. It reports false where that is known, or the device is another by now.
func (d *Desk) noteVoIPRefused(ctx context.Context, member string, dev Device) (noted bool, err error) {
	_, err = update(ctx, d, keys.Devices(member), func(s *stored[deviceList]) (bool, []table.Op, error) {
		i := slices.IndexFunc(s.value.Devices, func(v device) bool {
			return v.ID == dev.ID && v.VoIPAt == dev.VoIPAddress && v.Updated == millis(dev.UpdatedAt) && v.VoIPRefused == 0
		})
		if i < 0 {
			return false, nil, nil
		}
		noted = true // by any try: each may be the one that was written
		s.value.Devices = slices.Clone(s.value.Devices)
		s.value.Devices[i].VoIPRefused = millis(d.Now())
		return true, nil, nil
	})
	return noted, err
}

// callsByAlert notes that the VoIP token of a device was refused when a call was pushed, and why.
// Should that fail, the next call finds out.
func (d *Desk) callsByAlert(ctx context.Context, member string, dev Device, why error) {
	d.Log.WarnContext(ctx, "push refused: the VoIP token is not good any more, and calls come as alerts", "member", member, "device", dev.ID, "platform", string(dev.Platform), "error", why)
	if _, err := d.noteVoIPRefused(ctx, member, dev); err != nil {
		d.Log.WarnContext(ctx, "refused VoIP token not noted: the next call finds out", "member", member, "device", dev.ID, "error", err)
	}
}

// ringByAlert pushes the calls once more that were offered to a member up to a moment and still
// ring, to a device whose VoIP token got none of them. It does so by messages, which look again
// whether they ring, and try again what fails.
func (d *Desk) ringByAlert(ctx context.Context, acc, member, device string, until time.Time) error {
	r, err := d.readRow(ctx, acc, member)
	if err != nil || r == nil {
		return err
	}
	var failed []error
	for _, w := range r.Work {
		e, err := d.readEscalation(ctx, acc, w.Escalation)
		switch {
		case IsProblem(err, "not-found"):
			continue
		case err != nil:
			failed = append(failed, err)
			continue
		case e.Channel != roster.Call || !e.State.Open() || !e.offeredTo(member, 0) || e.offered(member).After(until):
			continue
		}
		n, err := d.offerNotice(ctx, w.Escalation, e, len(r.Work))
		if err == nil {
			m := Message{
				Kind: WakePush, AccountID: acc, EscalationID: w.Escalation, MemberID: member,
				DeviceID: device, Offer: n.Offer, Notice: &n, Due: d.Now(),
			}
			err = d.send(ctx, m.Due, m)
		}
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}

// offerNotice is the notice of the offer that rings, as it was made.
func (d *Desk) offerNotice(ctx context.Context, id string, e *escalation, badge int) (Notice, error) {
	n := Notice{
		Kind: NoticeOffer, EscalationID: id, Offer: e.Offer.Number, Channel: e.Channel, Reason: e.Reason, Drill: e.Drill,
		Transfer: e.Transfer != nil, RingingUntil: instant(e.Offer.Until), Badge: &badge,
	}
	department := e.Offer.From
	if w := e.want(&roster.Account{}); w.Member != "" { // asked for in person
		department = w.Department
	}
	if department == "" {
		return n, nil
	}
	dep, err := load[roster.Department](ctx, d.Table, keys.Department(e.Account, department))
	n.Department = dep.value.Name // empty of one that was deleted
	return n, err
}
