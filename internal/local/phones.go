package local

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/payload"
	"github.com/connectnow/backend/internal/webphones"
)

var (
	phonesBucket = []byte("phones") // registered devices by address
	pushesBucket = []byte("pushes") // the feed by sequence number, big-endian
)

// keptPushes is how many pushes the feed holds before it drops the oldest.
const keptPushes = 1000

// Phones is a feed of what would have reached the agents' phones. It lies in buckets
// beside the table.
type Phones struct {
	file     *File
	now      func() time.Time
	slowness time.Duration // of the first try to a slow token
	lateness time.Duration // of the failure of a push that was taken
	web      *webphones.Phones

	mu      sync.Mutex
	changed chan struct{}   // closed and replaced at every push
	tried   map[string]bool // pushes to slow tokens whose first try has failed
	// failed is told of pushes that fail after they were taken; nil before Start and after Close.
	failed  func(context.Context, desk.PushFailure) error
	telling sync.WaitGroup
	ctx     context.Context // until Close
	stop    context.CancelFunc
}

// Push is one entry of the feed.
type Push struct {
	ID       uint64        `json:"id"` // ascending
	At       time.Time     `json:"at"`
	DeviceID string        `json:"deviceId"`
	MemberID string        `json:"memberId"`
	Platform desk.Platform `json:"platform"`
	// VoIP says that it went to the VoIP token.
	VoIP bool `json:"voip,omitempty"`
	// Payload is what the app on the phone gets.
	Payload json.RawMessage `json:"payload"`
	// SNS is what SNS would have been told to publish; zero of a browser.
	SNS Published `json:"sns,omitzero"`
	// Notice is what it is about, whatever the platform.
	Notice desk.Notice `json:"notice"`
}

// Published is what SNS publishes to a platform: its Message for MessageStructure json,
// and the message attributes that become headers.
type Published struct {
	Message    json.RawMessage   `json:"message"`
	Attributes map[string]string `json:"attributes,omitempty"`
}

// endpoint is a registered token, as SNS keeps it in the cloud.
type endpoint struct {
	MemberID string        `json:"memberId"`
	Platform desk.Platform `json:"platform"`
	Token    string        `json:"token"`
	// Disabled says that pushes are refused until the token is registered again.
	Disabled bool `json:"disabled,omitempty"`
}

// OpenPhones opens the feed that the file holds; now is the clock, nil for time.Now.
func OpenPhones(file *File, now func() time.Time) *Phones {
	if now == nil {
		now = time.Now
	}
	return &Phones{file: file, now: now, slowness: slowly, lateness: lately, changed: make(chan struct{}), tried: map[string]bool{}}
}

// Register implements desk.Phones. It takes the tokens that SNS takes, those with a meaning of
// their own, and subscriptions of browsers.
func (p *Phones) Register(ctx context.Context, memberID string, d desk.Device) (desk.Device, error) {
	if err := ctx.Err(); err != nil {
		return d, err
	}
	if d.Platform == desk.WebPush {
		return p.registerBrowser(memberID, d)
	}
	err := checkToken(d.Platform, "token", d.Token)
	if err == nil && d.VoIPToken != "" {
		err = checkToken(d.Platform, "voipToken", d.VoIPToken)
	}
	if err != nil {
		return d, err
	}
	if d.Address, err = p.register(memberID, d.Platform, "", d.Token); err != nil {
		return d, fmt.Errorf("register device: %w", err)
	}
	if d.VoIPAddress = ""; d.VoIPToken != "" && d.Platform != desk.FCM {
		d.VoIPAddress, err = p.register(memberID, d.Platform, "-voip", d.VoIPToken)
	}
	if err != nil {
		return d, fmt.Errorf("register device: %w", err)
	}
	return d, nil
}

func (p *Phones) register(memberID string, platform desk.Platform, kind, token string) (address string, err error) {
	address = fmt.Sprintf("local:%s%s:%x", platform, kind, sha256.Sum256([]byte(token)))
	return address, p.keep(address, endpoint{MemberID: memberID, Platform: platform, Token: token})
}

// registerBrowser keeps no token: it would tell nothing, and is a secret.
func (p *Phones) registerBrowser(memberID string, d desk.Device) (desk.Device, error) {
	d, err := p.web.Register(d)
	if err == nil {
		err = p.keep(d.Address, endpoint{MemberID: memberID, Platform: d.Platform})
	}
	return d, err
}

func (p *Phones) keep(address string, e endpoint) error {
	v, err := json.Marshal(e)
	if err != nil {
		return err
	}
	return p.file.update(func(tx *bbolt.Tx) error { return tx.Bucket(phonesBucket).Put([]byte(address), v) })
}

// Forget implements desk.Phones.
func (p *Phones) Forget(ctx context.Context, d desk.Device) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := p.file.update(func(tx *bbolt.Tx) error {
		for _, address := range []string{d.Address, d.VoIPAddress} {
			if address == "" {
				continue
			}
			if err := tx.Bucket(phonesBucket).Delete([]byte(address)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("forget device: %w", err)
	}
	return nil
}

// Push implements desk.Phones. A device that was forgotten is desk.ErrUnreachable, and some
// tokens have it fail otherwise. A browser whose push service is on this machine is pushed to as
// in the cloud, beside the feed.
func (p *Phones) Push(ctx context.Context, d desk.Device, n desk.Notice) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	voip := d.VoIPAddress != "" && payload.WantsVoIP(n)
	address := d.Address
	if voip {
		address = d.VoIPAddress
	}
	var byAlert error
	e, err := p.reach(ctx, address, n)
	if voip && errors.Is(err, desk.ErrUnreachable) { // as an alert, then
		voip, byAlert = false, desk.ErrByAlert
		e, err = p.reach(ctx, d.Address, n)
	}
	if errors.Is(err, errUnseen) {
		return byAlert
	}
	if err != nil {
		return fmt.Errorf("push: %w", err)
	}
	at := p.now().UTC().Truncate(time.Millisecond)
	push := Push{At: at, DeviceID: d.ID, MemberID: e.MemberID, Platform: d.Platform, VoIP: voip, Notice: n}
	if d.Platform == desk.WebPush {
		if err := p.web.Push(ctx, d, n, at); err != nil {
			return err
		}
		push.Payload = p.web.Form(n, at).App
	} else {
		form := payload.For(d.Platform, voip, n, at)
		push.Payload, push.SNS = form.App, Published{Message: json.RawMessage(form.Message()), Attributes: form.Attributes}
	}
	if err := p.file.update(push.append); err != nil {
		return fmt.Errorf("push: %w", err)
	}
	p.announce()
	return byAlert
}

func (p *Phones) endpoint(address string) (endpoint, error) {
	var e endpoint
	err := p.file.view(func(tx *bbolt.Tx) error {
		v := tx.Bucket(phonesBucket).Get([]byte(address))
		if v == nil {
			return desk.ErrUnreachable
		}
		return json.Unmarshal(v, &e)
	})
	return e, err
}

// append writes the push at the end of the feed.
func (p Push) append(tx *bbolt.Tx) error {
	return appendNumbered(tx.Bucket(pushesBucket), keptPushes, func(id uint64) any { p.ID = id; return p })
}

// announce wakes all that follow the feed.
func (p *Phones) announce() {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.changed)
	p.changed = make(chan struct{})
}

// Feed returns the newest pushes to a device, newest first; to all devices when
// deviceID is empty. limit 0 means all that are kept.
func (p *Phones) Feed(deviceID string, limit int) ([]Push, error) {
	wanted := func(push Push) bool { return deviceID == "" || push.DeviceID == deviceID }
	return newest(p.file, pushesBucket, limit, wanted)
}

// Last returns the number of the newest push, 0 when there has been none.
func (p *Phones) Last() (uint64, error) {
	var last uint64
	err := p.file.view(func(tx *bbolt.Tx) error {
		last = tx.Bucket(pushesBucket).Sequence()
		return nil
	})
	return last, err
}

// Follow calls each with the pushes that come after the one numbered after, in order
// and without a gap (but for those that are no longer kept), until ctx ends or each
// fails, and returns that error.
func (p *Phones) Follow(ctx context.Context, after uint64, each func(Push) error) error {
	for {
		p.mu.Lock()
		changed := p.changed // taken before reading: what comes meanwhile closes it
		p.mu.Unlock()
		news, err := p.since(after)
		if err != nil {
			return err
		}
		for _, push := range news {
			if err := each(push); err != nil {
				return err
			}
			after = push.ID
		}
		if len(news) > 0 {
			continue
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// since reads some pushes after a number, oldest first.
func (p *Phones) since(after uint64) ([]Push, error) {
	var found []Push
	err := p.file.view(func(tx *bbolt.Tx) error {
		c := tx.Bucket(pushesBucket).Cursor()
		for k, v := c.Seek(sequenceKey(after + 1)); k != nil && len(found) < 100; k, v = c.Next() {
			var push Push
			if err := json.Unmarshal(v, &push); err != nil {
				return err
			}
			found = append(found, push)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read push feed: %w", err)
	}
	return found, nil
}
