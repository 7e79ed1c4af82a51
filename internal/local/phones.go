package local

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"github.com/connectnow/backend/internal/desk"
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
	db      *bbolt.DB
	now     func() time.Time
	commits *committer

	mu      sync.Mutex
	changed chan struct{} // closed and replaced at every push
}

// Push is one entry of the feed.
type Push struct {
	ID       uint64        `json:"id"` // ascending
	At       time.Time     `json:"at"`
	DeviceID string        `json:"deviceId"`
	MemberID string        `json:"memberId"`
	Platform desk.Platform `json:"platform"`
	// Payload is what the phone got.
	Payload json.RawMessage `json:"payload"`
}

// endpoint is a registered device, as SNS keeps it in the cloud.
type endpoint struct {
	MemberID string        `json:"memberId"`
	Platform desk.Platform `json:"platform"`
	Token    string        `json:"token"`
}

// OpenPhones opens the feed that db holds; now is the clock, nil for time.Now.
func OpenPhones(db *bbolt.DB, now func() time.Time) (*Phones, error) {
	if now == nil {
		now = time.Now
	}
	if err := makeBuckets(db, phonesBucket, pushesBucket); err != nil {
		return nil, fmt.Errorf("open push feed: %w", err)
	}
	return &Phones{db: db, now: now, commits: newCommitter(db), changed: make(chan struct{})}, nil
}

// Register implements desk.Phones. The same device of the same member keeps its address.
func (p *Phones) Register(ctx context.Context, memberID string, d desk.Device) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	address := "local:" + memberID + ":" + d.ID
	v, err := json.Marshal(endpoint{MemberID: memberID, Platform: d.Platform, Token: d.Token})
	if err != nil {
		return "", fmt.Errorf("register device: %w", err)
	}
	err = p.commits.do(func(tx *bbolt.Tx) error {
		return tx.Bucket(phonesBucket).Put([]byte(address), v)
	})
	if err != nil {
		return "", fmt.Errorf("register device: %w", err)
	}
	return address, nil
}

// Forget implements desk.Phones.
func (p *Phones) Forget(ctx context.Context, d desk.Device) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := p.commits.do(func(tx *bbolt.Tx) error {
		return tx.Bucket(phonesBucket).Delete([]byte(d.Address))
	})
	if err != nil {
		return fmt.Errorf("forget device: %w", err)
	}
	return nil
}

// Push implements desk.Phones. A device that was forgotten is desk.ErrUnreachable.
func (p *Phones) Push(ctx context.Context, d desk.Device, n desk.Notice) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	e, err := p.endpoint(d.Address)
	if err != nil {
		return fmt.Errorf("push: %w", err)
	}
	payload, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("push: %w", err)
	}
	push := Push{At: p.now().UTC().Truncate(time.Millisecond), DeviceID: d.ID, MemberID: e.MemberID, Platform: e.Platform, Payload: payload}
	if err := p.commits.do(push.append); err != nil {
		return fmt.Errorf("push: %w", err)
	}
	p.announce()
	return nil
}

func (p *Phones) endpoint(address string) (endpoint, error) {
	var e endpoint
	err := p.db.View(func(tx *bbolt.Tx) error {
		v := tx.Bucket(phonesBucket).Get([]byte(address))
		if v == nil {
			return desk.ErrUnreachable
		}
		return json.Unmarshal(v, &e)
	})
	return e, err
}

// append writes the push at the end of the feed and drops what is too old.
func (p Push) append(tx *bbolt.Tx) error {
	b := tx.Bucket(pushesBucket)
	id, err := b.NextSequence()
	if err != nil {
		return err
	}
	p.ID = id
	v, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if err := b.Put(sequenceKey(id), v); err != nil {
		return err
	}
	if id <= keptPushes {
		return nil
	}
	return b.Delete(sequenceKey(id - keptPushes))
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
	found := []Push{}
	err := p.db.View(func(tx *bbolt.Tx) error {
		c := tx.Bucket(pushesBucket).Cursor()
		for k, v := c.Last(); k != nil; k, v = c.Prev() {
			var push Push
			if err := json.Unmarshal(v, &push); err != nil {
				return err
			}
			if deviceID != "" && push.DeviceID != deviceID {
				continue
			}
			if found = append(found, push); len(found) == limit {
				break
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read push feed: %w", err)
	}
	return found, nil
}

// Last returns the number of the newest push, 0 when there has been none.
func (p *Phones) Last() (uint64, error) {
	var last uint64
	err := p.db.View(func(tx *bbolt.Tx) error {
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
	err := p.db.View(func(tx *bbolt.Tx) error {
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
