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

// Reach is whether anything can ring at a member: a device that works, or an open page. It
// lies in the desk row, where claims read it, and every Write that changes how many devices
// work changes the row as well. Somebody whom nothing reaches any more goes offline, and
// what rings for them goes on.

// reach follows a member's reach through the tries of a Write that changes their devices.
type reach struct {
	d               *Desk
	account, member string
	lost, came      bool // by any try: each may be the one that was written
	stays           bool // nobody goes offline by it
	pageStays       bool // nor does one whose page is open, though it does not count any more
}

// becomes gives the put of the member's row, if the devices as they are to become change it.
// With closes no page counts as open any more; why is that of LoseReach.
func (c *reach) becomes(ctx context.Context, list *deviceList, closes bool, why string) ([]table.Op, error) {
	r, err := c.d.readRow(ctx, c.account, c.member)
	if err != nil || r == nil || r.Removed {
		return nil, err
	}
	now := c.d.Now()
	was := r.Reachable(now)
	changed := r.SetDevices(list.working())
	stays := c.stays || c.pageStays && r.PageOpen(now)
	if closes && r.PageUntil != 0 {
		r.PageUntil, changed = 0, true
	}
	if !stays && r.LoseReach(why, now) {
		c.lost, changed = true, true
	}
	c.came = c.came || !was && r.Online && r.Reachable(now)
	if !changed {
		return nil, nil
	}
	return []table.Op{put(keys.Row(c.account, c.member), r, table.AtVersion(r.Version))}, nil
}

// working counts the devices that have not refused.
func (l *deviceList) working() (n int) {
	for _, v := range l.Devices {
		if v.works() {
			n++
		}
	}
	return n
}

// cannotBeReached is the note in the history of an offer that goes on since nothing could
// ring any more.
const cannotBeReached = "could not be reached any more"

// after does what a written change of reach leads to. A crash before it leaves an offer
// that ends with its ring time.
func (c *reach) after(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	if c.lost {
		if err := c.d.afterLoss(ctx, c.account, c.member, c.d.Now(), didWithdraw, cannotBeReached); err != nil {
			c.d.Log.WarnContext(ctx, "presence not followed up: some of what follows failed", "member", c.member, "error", err)
		}
	}
	if c.came {
		c.d.comes(ctx, c.account, c.member)
	}
}

// afterLoss does what follows where a member is offline since nothing reaches them: what rings
// for them goes on, and other systems and the owner hear of it. Of one who is online again
// nothing follows.
func (d *Desk) afterLoss(ctx context.Context, acc, member string, before time.Time, what, note string) error {
	r, err := d.readRow(ctx, acc, member)
	if err != nil || r == nil || r.Online {
		return err
	}
	d.Log.InfoContext(ctx, "member offline: nothing can ring there any more", "member", member)
	d.announce(ctx, d.presenceEvent(acc, member, roster.StatusOffline))
	var ticks error
	if r.Hours != nil { // as at every change of presence: does what ticks for them still run?
		ticks = d.runShift(ctx, acc, member)
	}
	passed := d.passOffersOn(ctx, acc, member, before, what, note)
	return errors.Join(ticks, passed, d.whoIsLeft(ctx, acc))
}

// comes tells a member who is online and can be reached again what waits, and takes back
// that nobody is left.
func (d *Desk) comes(ctx context.Context, acc, member string) {
	if err := d.whoIsLeftAfter(ctx, acc, false); err != nil {
		d.Log.WarnContext(ctx, "team not checked: it is not known who is left", "account", acc, "error", err)
	}
	d.noteFree(ctx, acc, member, time.Time{})
}

// openPage notes that a page of the caller's is open: they can be rung there for the next
// minutes. A page that polls all the time is noted once in five minutes.
func (d *Desk) openPage(ctx context.Context, c Caller) (*roster.Row, error) {
	came := false
	r, err := d.updateRow(ctx, c.AccountID, c.MemberID, func(r *roster.Row) (bool, []table.Op, error) {
		now := d.Now()
		was := r.Reachable(now)
		changed, err := d.leasePage(ctx, r)
		came = came || !was && r.Online
		return changed, nil, err
	})
	if err == nil && came {
		d.comes(context.WithoutCancel(ctx), c.AccountID, c.MemberID)
	}
	return r, err
}

// leasePage notes an open page in a row that is to be written. A row from before devices
// were counted has them counted: from now on the member is reachable by what there is.
func (d *Desk) leasePage(ctx context.Context, r *roster.Row) (changed bool, err error) {
	if !r.OpenPage(d.Now()) {
		return false, nil
	}
	if r.Devices == nil {
		list, err := load[deviceList](ctx, d.Table, keys.Devices(r.ID))
		if err != nil {
			return false, err
		}
		r.SetDevices(list.value.working())
	}
	return true, nil
}

// keepPage is openPage for a poll, which needs no Write while the page is known to be open.
// What fails here the next poll does.
func (d *Desk) keepPage(ctx context.Context, c Caller, r *roster.Row) {
	if !r.PageFades(d.Now()) {
		return
	}
	if _, err := d.openPage(ctx, c); err != nil {
		d.Log.WarnContext(ctx, "page not noted: the next poll does it", "member", c.MemberID, "error", err)
	}
}

// putPage keeps an open page that tells its name. It is no device: nothing is pushed there.
func (d *Desk) putPage(ctx context.Context, c Caller, id string) (Device, error) {
	_, err := update(ctx, d, keys.Devices(c.MemberID), func(s *stored[deviceList]) (bool, []table.Op, error) {
		same := s.value.Page == id
		s.value.Page = id
		return !same, nil, nil
	})
	if err != nil {
		return Device{}, err
	}
	r, err := d.openPage(ctx, c)
	if err != nil {
		return Device{}, err
	}
	return pageDevice(id, r), nil
}

// namelessPage is the id of an open page that polls and never told one.
const namelessPage = "page"

// pageDevice is an open page as its member sees it among the devices.
func pageDevice(id string, r *roster.Row) Device {
	until := instant(r.PageUntil)
	return Device{ID: id, Platform: OpenPage, Working: true, Until: &until, UpdatedAt: r.PageSince().UTC()}
}

// lastGoes reports whether devices were taken off a list and none is left that works.
func (l *deviceList) lastGoes(taken []device) bool {
	return l.working() == 0 && slices.ContainsFunc(taken, device.works)
}
