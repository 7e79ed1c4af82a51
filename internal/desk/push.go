package desk

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/stack"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/words"
)

// pushAgain is after what time a push that failed is tried again: long enough for a service
// to recover, short enough for the 25 seconds that an offer rings.
const pushAgain = time.Second

// readDevices begins to read a member's devices and returns a function that waits for them.
// So they are read beside the Write, and the phone rings a read earlier; and so is the key of the
// proofs, which is read once a cold start.
func (c *change) readDevices(ctx context.Context, member string) func() ([]Device, error) {
	type result struct {
		devices []Device
		err     error
	}
	done := make(chan result, 1)
	c.going.Go(func() {
		stack.Deepen()
		limited, cancel := context.WithTimeout(ctx, proofTime)
		defer cancel()
		_, _ = c.d.key(limited, proofs) // what fails here the push finds out
	})
	c.going.Go(func() {
		stack.Deepen()
		devices, err := c.d.devices(ctx, member)
		done <- result{devices, err}
	})
	return func() ([]Device, error) {
		r := <-done
		return r.devices, r.err
	}
}

// spoken has devices whose member has no language, or one without sentences, spoken to in the
// account's, where that was read with the change: else each of its pushes would read it again.
func (c *change) spoken(read func() ([]Device, error)) func() ([]Device, error) {
	if c.account == nil {
		return read
	}
	account := words.Code(c.account.Language)
	return func() ([]Device, error) {
		devices, err := read()
		for i, v := range devices {
			if v.Language != nil {
				language := words.First(words.Code(*v.Language), account)
				devices[i].Language = &language
			}
		}
		return devices, err
	}
}

// push sends a notice to all devices of a member, side by side, and returns when the first
// one was reached; zero when none was. A timer tries an offer's push again as long as the
// offer rings. A lost one is a missed turn, never a lost customer.
//
// read gives the devices; nil reads them all. Nothing that fails here is an error of the
// caller's: the Write is done.
func (d *Desk) push(ctx context.Context, acc, member string, n Notice, read func() ([]Device, error)) (told time.Time) {
	if read == nil {
		read = func() ([]Device, error) { return d.devices(ctx, member) }
	}
	devices, err := read()
	if err != nil {
		d.countPush(platformUnknown, n, true)
		d.Log.WarnContext(ctx, "push not sent: the devices cannot be read", append(n.args(member), "error", err)...)
		d.pushLater(ctx, acc, member, "", n, err)
		return told
	}
	if registered := len(devices); registered > 0 {
		if devices = working(devices); len(devices) == 0 {
			d.Log.InfoContext(ctx, "push not sent: all devices refuse", n.args(member)...)
			if err := d.noteRefused(ctx, acc, member, nil); err != nil {
				d.Log.WarnContext(ctx, "member not taken offline: an offer that reaches nobody rings on", append(n.args(member), "error", err)...)
			}
			return told
		}
	}
	n = d.inLanguage(ctx, acc, member, devices, n)
	at, failed := d.pushToAll(ctx, acc, member, devices, n)
	for i, err := range failed {
		if mayPass(err) {
			d.pushLater(ctx, acc, member, devices[i].ID, n, err)
		}
	}
	d.afterRefusals(ctx, acc, member, devices, failed, n)
	return at
}

// others reads the devices still to be told: those that work, but for the one answered on.
// When that is not known all are meant, unless there is only one.
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
func (d *Desk) pushToAll(ctx context.Context, acc, member string, devices []Device, n Notice) (told time.Time, failed []error) {
	reached := make([]time.Time, len(devices))
	failed = make([]error, len(devices))
	_ = inParallel(len(devices), func(i int) error {
		if failed[i] = d.pushTo(ctx, acc, member, devices[i], n); failed[i] == nil {
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
// offer ends at once: the customer need not wait for a phone that cannot ring.
func (d *Desk) afterRefusals(ctx context.Context, acc, member string, devices []Device, failed []error, n Notice) {
	var refused []Device
	for i, err := range failed {
		if errors.Is(err, ErrUnreachable) {
			refused = append(refused, devices[i])
		}
	}
	if len(refused) == 0 {
		return
	}
	if err := d.noteRefused(ctx, acc, member, refused); err != nil { // found out again by a push to one of them
		d.Log.WarnContext(ctx, "device not marked as refusing: the next push finds out", "member", member, "device", refused[0].ID, "error", err)
		d.pushLater(ctx, acc, member, refused[0].ID, n, err)
	}
}

// mayPass reports whether a push that failed so may succeed when it is tried again.
func mayPass(err error) bool {
	return err != nil && !errors.Is(err, ErrUnreachable) && !errors.Is(err, ErrRejected)
}

// pushLater retries a push that failed so by a message: to one device, or with an empty one to
// all, when they could not be read. Only offers are worth it; a customer waits for no other
// notice. A service that wants to be left alone until its offer is over is not asked again.
func (d *Desk) pushLater(ctx context.Context, acc, member, device string, n Notice, failed error) {
	if n.Kind != NoticeOffer {
		return
	}
	at := d.Now().Add(max(pushAgain, waitWanted(failed)))
	if !at.Before(n.RingingUntil) {
		return
	}
	m := Message{
		Kind: WakePush, AccountID: acc, EscalationID: n.EscalationID, MemberID: member,
		DeviceID: device, Offer: n.Offer, Notice: &n, Due: at,
	}
	if err := d.send(ctx, at, m); err != nil {
		d.Log.WarnContext(ctx, "timer not sent: the push is not tried again", "escalation", n.EscalationID, "offer", n.Offer, "member", member, "error", err)
	}
}

// waitWanted is how long a push service wants to be left alone; zero where it does not say.
func waitWanted(err error) time.Duration {
	if r := (*RetryAfter)(nil); errors.As(err, &r) {
		return r.Wait
	}
	return 0
}

// pushTo pushes to one device within pushTime, and counts what fails.
func (d *Desk) pushTo(ctx context.Context, acc, member string, dev Device, n Notice) error {
	limited, cancel := context.WithTimeout(ctx, pushTime)
	defer cancel()
	if n.Kind == NoticeOffer {
		n.Proof = d.prove(limited, acc, member, dev.ID, n)
	}
	err := d.Phones.Push(limited, dev, n)
	if errors.Is(err, ErrByAlert) {
		d.callsByAlert(ctx, member, dev, err)
		err = nil
	}
	d.countPush(dev.Platform, n, err != nil)
	args := append(n.args(member), "platform", string(dev.Platform))
	if err == nil {
		d.Log.InfoContext(ctx, "push sent", args...)
		d.seeUnproven(ctx, dev, n)
		return nil
	}
	args = append(args, "device", dev.ID, "error", err)
	switch {
	case errors.Is(err, ErrUnreachable):
		d.Log.WarnContext(ctx, "push refused: the device cannot be reached any more", args...)
	case errors.Is(err, ErrRejected):
		d.Log.ErrorContext(ctx, "push rejected: what the push service was sent is at fault", args...)
	default:
		d.Log.WarnContext(ctx, "push failed: the push service did not take it", args...)
	}
	return err
}

// seeUnproven notes that an offer arrived where its push was taken by a browser without a proof:
// no worker can say so, and the phone would be held to be unreachable.
func (d *Desk) seeUnproven(ctx context.Context, dev Device, n Notice) {
	if n.Kind != NoticeOffer || dev.Platform != WebPush || n.Proof != "" {
		return
	}
	if err := d.see(ctx, n.EscalationID, n.Offer); err != nil {
		d.Log.WarnContext(ctx, "offer not marked as seen: unanswered it counts as unreachable", "escalation", n.EscalationID, "offer", n.Offer, "error", err)
	}
}

// args are what a line of the log says about a notice to a member.
func (n Notice) args(member string) []any {
	args := []any{"kind", string(n.Kind), "escalation", n.EscalationID, "callback", n.CallbackID, "member", member}
	if n.Offer > 0 {
		args = append(args, "offer", n.Offer)
	}
	return args
}

// inLanguage gives a notice the language of its reader: the member's, else the account's,
// else English. What was not read with the devices is read now; should that fail the words
// are English, and the phone rings.
func (d *Desk) inLanguage(ctx context.Context, acc, member string, devices []Device, n Notice) Notice {
	if len(devices) == 0 || n.Language != "" {
		return n
	}
	own := devices[0].Language
	if own == nil {
		f, err := load[profile](ctx, d.Table, keys.Profile(member))
		if err != nil {
			return n
		}
		own = &f.value.Language
	}
	code := words.Code(*own)
	if !words.Known(code) {
		a, err := d.readAccount(ctx, acc)
		if err != nil {
			return n
		}
		code = words.Code(a.value.Language)
	}
	if code = words.First(code); code != words.English {
		n.Language = code
	}
	return n
}

// speakOnDevices puts a member's new language to their devices, in the Write that changes it;
// nothing where there are none.
func (d *Desk) speakOnDevices(ctx context.Context, member, language string) ([]table.Op, error) {
	list, err := load[deviceList](ctx, d.Table, keys.Devices(member))
	if err != nil || !list.found() {
		return nil, err
	}
	list.value.Language = &language
	return []table.Op{put(keys.Devices(member), list.value, table.AtVersion(list.version))}, nil
}
