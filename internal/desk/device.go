package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// Platform is a push service. It is stored with every device.
type Platform string

// The platforms.
const (
	FCM         Platform = "fcm"
	APNs        Platform = "apns"
	APNsSandbox Platform = "apns_sandbox" // development builds: apns refuses their tokens
	WebPush     Platform = "webpush"      // the push service of a browser
	OpenPage    Platform = "open_page"    // a web page that polls: nothing is pushed to it
)

// Device is a member's phone. ID is the app's own, the same from one start to the next.
type Device struct {
	ID       string   `json:"id"`
	Platform Platform `json:"platform"`
	// Token is what the platform gave the app. That of Web Push is the subscription as
	// PushSubscription.toJSON gives it in a browser, in JSON; whoever has it can keep a push
	// service busy, so MarshalJSON leaves it out. An open page has none.
	Token     string    `json:"token,omitempty"`
	VoIPToken string    `json:"voipToken,omitempty"`
	UpdatedAt time.Time `json:"updatedAt"`
	// Working is false once the device refused a push for good: nothing is pushed to it
	// until it is registered again.
	Working bool `json:"working"`
	// Until is until when an open page counts as open; nil of other platforms.
	Until *time.Time `json:"until,omitempty"`
	// Address is where pushes go (see Phones.Register). VoIPAddress is where pushes of
	// calls to VoIPToken go; it is empty without a token or a way to it, and where it is refused.
	Address     string `json:"-"`
	VoIPAddress string `json:"-"`
	// Language is that of its member as a tag, which may be empty; nil: look it up, see inLanguage.
	Language *string `json:"-"`
}

// MarshalJSON is how a device is shown: without a browser's subscription, which is a secret, and
// with voipWorking where it has a VoIP token.
func (v Device) MarshalJSON() ([]byte, error) {
	type plain Device
	s := struct {
		plain
		VoIPWorking *bool `json:"voipWorking,omitempty"`
	}{plain: plain(v.shown())}
	if v.VoIPToken != "" {
		s.VoIPWorking = new(v.voipWorks())
	}
	return json.Marshal(s)
}

// voipWorks reports whether calls are pushed to the VoIP token, as far as is known.
func (v Device) voipWorks() bool { return v.Working && v.VoIPAddress != "" }

// NotAToken is the problem of a token that the push service does not take, for whoever
// implements Phones. field is where it came from, "token" or "voipToken".
func NotAToken(field string) error {
	return &Problem{
		Class: Invalid, Name: "invalid", Title: "Some values are not valid", Detail: "The push service does not take this token.",
		Fields: []FieldError{{field, "is not a token of this platform"}},
	}
}

// devices reads a member's devices, also those that refuse, the one registered last at the end.
func (d *Desk) devices(ctx context.Context, member string) ([]Device, error) {
	list, err := load[deviceList](ctx, d.Table, keys.Devices(member))
	return list.value.view(), err
}

// view are the devices as their member sees them.
func (l *deviceList) view() []Device {
	devices := make([]Device, len(l.Devices))
	for i, v := range l.Devices {
		devices[i] = v.view()
		devices[i].Language = l.Language
	}
	return devices
}

// working are the devices that have not refused.
func working(devices []Device) []Device {
	return slices.DeleteFunc(devices, func(v Device) bool { return !v.Working })
}

// maxDevices is how many devices a member has at most. They lie in one item, and every
// offer pushes to all of them.
const maxDevices = 10

// deviceList is a member's devices as stored, in one item, the one registered last at
// the end.
type deviceList struct {
	Devices []device `json:"d"`
	Page    string   `json:"pg,omitempty"` // id of the page that was opened last, if it told one
	// Language is the member's own as in the profile, here too since pushes are written in it;
	// nil of a list from before.
	Language *string `json:"la,omitempty"`
}

// device is a Device as stored, such as
//
//	{"id":"phone-1","p":"fcm","t":"token…","a":"arn:aws:sns:…","u":1795428000000}
type device struct {
	ID       string   `json:"id"`
	Platform Platform `json:"p"`
	Token    string   `json:"t"`
	VoIP     string   `json:"v,omitempty"`
	Address  string   `json:"a"`
	VoIPAt   string   `json:"va,omitempty"` // the address of VoIP
	Updated  int64    `json:"u"`
	Refused  int64    `json:"r,omitempty"` // when it refused a push for good
	// VoIPRefused is when VoIPAt did; calls come as alerts since.
	VoIPRefused int64  `json:"vr,omitempty"`
	Session     string `json:"s,omitempty"` // that put it; unknown of those from before sessions were kept
}

// holder says whose device an address is. A phone keeps its address when it changes hands or
// somebody else signs in on it; without this item the member before would get their pushes.
type holder struct {
	Member string `json:"m"`
}

// view is the device as its member sees it.
func (v device) view() Device {
	dev := Device{
		ID: v.ID, Platform: v.Platform, Token: v.Token, VoIPToken: v.VoIP, UpdatedAt: instant(v.Updated),
		Working: v.works(), Address: v.Address, VoIPAddress: v.VoIPAt,
	}
	if v.VoIPRefused != 0 {
		dev.VoIPAddress = ""
	}
	return dev
}

// works reports whether the device has not refused.
func (v device) works() bool { return v.Refused == 0 }

// addresses are where pushes to the device go.
func (v device) addresses() []string {
	return slices.DeleteFunc([]string{v.Address, v.VoIPAt}, func(a string) bool { return a == "" })
}

// without gives the device with those of its addresses that are not in list.
func (v device) without(list []string) device {
	if slices.Contains(list, v.Address) {
		v.Address = ""
	}
	if slices.Contains(list, v.VoIPAt) {
		v.VoIPAt = ""
	}
	return v
}

// take takes the devices off the list that fit, and returns them.
func (l *deviceList) take(fits func(device) bool) (taken []device) {
	l.Devices = slices.DeleteFunc(slices.Clone(l.Devices), func(v device) bool {
		if !fits(v) {
			return false
		}
		taken = append(taken, v)
		return true
	})
	return taken
}

// Devices lists the caller's devices, the one registered last at the end, and then the page
// that counts as open, if there is one.
func (d *Desk) Devices(ctx context.Context, c Caller) ([]Device, error) {
	var list stored[deviceList]
	var r *roster.Row
	err := together(
		func() (err error) { list, err = load[deviceList](ctx, d.Table, keys.Devices(c.MemberID)); return err },
		func() (err error) { r, err = d.readRow(ctx, c.AccountID, c.MemberID); return err },
	)
	devices := list.value.view()
	for i := range devices {
		devices[i].Language = nil // the desk's own
		devices[i] = devices[i].shown()
	}
	if r != nil && r.PageOpen(d.Now()) {
		devices = append(devices, pageDevice(cmp.Or(list.value.Page, namelessPage), r))
	}
	return devices, err
}

// PutDevice keeps a device of the caller; the app calls it at every start, since tokens
// change. Of more than ten the one not heard of for longest goes. A token that was another
// member's is the caller's from now on, and the other goes offline without any way left; where
// they are of another account they and their owner are told. An
// open page is no device, and only counts as open for the next minutes. Problem unauthorized
// for one who is signed out meanwhile.
//
// A crash after Register leaves an address that nobody holds, and the app's next start
// keeps it.
func (d *Desk) PutDevice(ctx context.Context, c Caller, dev Device) (Device, error) {
	if dev.Platform == OpenPage {
		return d.putPage(ctx, c, dev.ID)
	}
	dev.UpdatedAt, dev.Working = d.Now().UTC().Truncate(time.Millisecond), true
	dev, err := d.Phones.Register(ctx, c.MemberID, dev)
	if err != nil {
		return dev, fmt.Errorf("registering the device: %w", err)
	}
	now := device{
		ID: dev.ID, Platform: dev.Platform, Token: dev.Token, VoIP: dev.VoIPToken,
		Address: dev.Address, VoIPAt: dev.VoIPAddress, Updated: millis(dev.UpdatedAt), Session: c.Session,
	}
	reg := &registration{d: d, device: now, account: c.AccountID, lost: map[string]string{}, reaches: map[string]*reach{}}
	_, err = update(ctx, d, keys.Devices(c.MemberID), func(s *stored[deviceList]) (bool, []table.Op, error) {
		taken := s.value.take(func(v device) bool { return v.ID == now.ID || v.shares(now) })
		if slices.ContainsFunc(taken, func(v device) bool { return v.ID == now.ID && v.Updated > now.Updated }) {
			return false, nil, nil // a later registration was quicker
		}
		s.value.Devices = append(s.value.Devices, now)
		if n := len(s.value.Devices) - maxDevices; n > 0 {
			taken, s.value.Devices = append(taken, s.value.Devices[:n]...), s.value.Devices[n:]
		}
		ops, err := reg.hold(ctx, c.MemberID, taken)
		if err != nil {
			return false, nil, err
		}
		still, language, err := d.signedInSince(ctx, c, dev.UpdatedAt)
		if err != nil {
			return false, nil, err
		}
		s.value.Language = &language
		row, err := reg.reach(c.AccountID, c.MemberID).becomes(ctx, &s.value, false, "")
		return true, append(append(ops, row...), still), err
	})
	if err != nil {
		return dev, err
	}
	d.forget(ctx, reg.gone)
	for _, change := range reg.reaches {
		change.after(ctx)
	}
	for member, acc := range reg.lost {
		d.tellTaken(context.WithoutCancel(ctx), acc, member)
	}
	return dev.shown(), nil
}

// tellTaken tells somebody, on what devices they have left, and the owner of their account that a
// device rings for another account now: perhaps whoever has it knows the one's password, and
// signed in elsewhere. A crash before it has nobody told; the audit of the account, neither.
func (d *Desk) tellTaken(ctx context.Context, acc, member string) {
	d.notice(ctx, noticedDevice, Caller{AccountID: acc, MemberID: member})
	a, err := d.readAccount(ctx, acc)
	if err != nil {
		d.Log.WarnContext(ctx, "owner not told of a device that was taken over: it is in the audit", "account", acc, "member", member, "error", err)
	}
	tell := []string{member}
	if owner := a.value.Owner; owner != "" && owner != member {
		tell = append(tell, owner)
	}
	_ = inParallel(len(tell), func(i int) error {
		d.push(ctx, acc, tell[i], Notice{Kind: NoticeTaken}, nil)
		return nil
	})
}

// shown is the device without what is not to be told, even to its member.
func (v Device) shown() Device {
	if v.Platform == WebPush {
		v.Token = ""
	}
	return v
}

// registration is a device on its way into a member's list, by as many tries as it takes.
type registration struct {
	d *Desk
	device
	account string
	gone    []device          // taken off lists by any try: each may be the one that was written
	lost    map[string]string // the accounts of members of others, who lose a device to them
	reaches map[string]*reach // of the member, and of those who lose a device to them
}

// reach is the reach of one of the members whom it concerns.
func (g *registration) reach(acc, member string) *reach {
	if g.reaches[member] == nil {
		g.reaches[member] = &reach{d: g.d, account: acc, member: member}
	}
	return g.reaches[member]
}

// shares reports whether pushes to v go where those to w go.
func (v device) shares(w device) bool {
	return slices.ContainsFunc(v.addresses(), func(a string) bool { return slices.Contains(w.addresses(), a) })
}

// hold makes the device's addresses the member's, takes the devices with these addresses off
// whoever held them, and lets go of what was taken off the member's own list. All of it goes
// into one Write: an address never rings for two.
func (g *registration) hold(ctx context.Context, member string, taken []device) (ops []table.Op, err error) {
	var others []string
	for _, address := range g.addresses() {
		h, err := load[holder](ctx, g.d.Table, keys.Holder(address))
		if err != nil {
			return nil, err
		}
		if h.value.Member == member {
			continue
		}
		ops = append(ops, put(keys.Holder(address), holder{member}, table.AtVersion(h.version)))
		if h.found() && !slices.Contains(others, h.value.Member) {
			others = append(others, h.value.Member)
		}
	}
	for _, other := range others {
		had, more, err := g.takeOver(ctx, other)
		if err != nil {
			return nil, err
		}
		taken, ops = append(taken, had...), append(ops, more...)
	}
	for _, v := range taken {
		ops = append(ops, letGo(v.without(g.addresses()))...)
	}
	g.gone = append(g.gone, taken...)
	return ops, nil
}

// takeOver takes what shares an address with the device off another member's list. Without
// any device left their page does not count as open either: a phone that changes hands has
// been signed out.
func (g *registration) takeOver(ctx context.Context, other string) (had []device, ops []table.Op, err error) {
	list, err := load[deviceList](ctx, g.d.Table, keys.Devices(other))
	if err != nil {
		return nil, nil, err
	}
	if had = list.value.take(g.shares); len(had) == 0 {
		return nil, nil, nil
	}
	f, err := load[profile](ctx, g.d.Table, keys.Profile(other)) // they may be of another account
	if err != nil {
		return nil, nil, err
	}
	if acc := f.value.Account; acc != "" && acc != g.account {
		g.lost[other] = acc
	}
	ops, err = g.reach(f.value.Account, other).becomes(ctx, &list.value, list.value.lastGoes(had), "")
	return had, append(ops, put(keys.Devices(other), list.value, table.AtVersion(list.version))), err
}

// letGo deletes the holders of the device's addresses: they are nobody's then.
func letGo(v device) []table.Op {
	var ops []table.Op
	for _, address := range v.addresses() {
		ops = append(ops, table.Delete(keys.Holder(address), table.Condition{}))
	}
	return ops
}

// forget makes devices unreachable after their member has lost them, at every address that
// nobody holds. It follows the Write. A crash before it leaves an endpoint without a
// device, and nobody pushes there.
func (d *Desk) forget(ctx context.Context, gone []device) {
	for _, v := range gone {
		for _, address := range v.addresses() {
			h, err := load[holder](ctx, d.Table, keys.Holder(address))
			if err == nil && !h.found() {
				err = d.Phones.Forget(ctx, Device{ID: v.ID, Platform: v.Platform, Address: address})
			}
			if err != nil {
				d.Log.WarnContext(ctx, "device not forgotten: its address stays with the push service", "device", v.ID, "error", err)
			}
		}
	}
}

// TestDevice sends a test push to one device. The problems are not-found, unreachable for a
// device that refuses for good, too-often, and push-failed when another try may succeed.
func (d *Desk) TestDevice(ctx context.Context, c Caller, id string) error {
	devices, err := d.devices(ctx, c.MemberID)
	if err != nil {
		return err
	}
	for _, dev := range devices {
		if dev.ID != id {
			continue
		}
		if err := d.spend(ctx, c, c.MemberID, ofTests); err != nil {
			return err
		}
		n := d.inLanguage(ctx, c.AccountID, c.MemberID, devices, Notice{Kind: NoticeTest})
		err := d.pushTo(ctx, c.AccountID, c.MemberID, dev, n)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, ErrUnreachable):
			if err := d.noteRefused(ctx, c.AccountID, c.MemberID, []Device{dev}); err != nil {
				d.Log.WarnContext(ctx, "device not marked as refusing: the next push finds out", "member", c.MemberID, "device", id, "error", err)
			}
			return conflict("unreachable", "The device cannot be reached", "The push service refuses its token. Register it again.")
		}
		return &Problem{Class: Unavailable, Name: "push-failed", Title: "The push did not get through", Detail: "The push service did not take it. Try again."}
	}
	return notFound("device")
}
