package local

import (
	"context"
	"fmt"
	"strings"

	"go.etcd.io/bbolt"

	"github.com/connectnow/backend/internal/desk"
)

// eventsBucket holds announcements by sequence number, big-endian.
var eventsBucket = []byte("events")

// keptEvents is how many announcements are held before the oldest is dropped.
const keptEvents = 1000

// Announcements is a feed of what other systems would have been told, as by the topic in
// the cloud. It lies in a bucket beside the table.
type Announcements struct{ file *File }

// Event is one entry of the feed: the announcement as it is published, and its number.
type Event struct {
	ID uint64 `json:"id"` // ascending
	desk.Announcement
}

// OpenAnnouncements opens the feed that the file holds.
func OpenAnnouncements(file *File) *Announcements { return &Announcements{file} }

// Publish is a desk.Desk's Announce.
func (p *Announcements) Publish(ctx context.Context, a desk.Announcement) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := p.file.update(func(tx *bbolt.Tx) error {
		return appendNumbered(tx.Bucket(eventsBucket), keptEvents, func(id uint64) any { return Event{id, a} })
	})
	if err != nil {
		return fmt.Errorf("announce: %w", err)
	}
	return nil
}

// Feed returns the newest announcements whose type begins so, newest first. Limit 0 means
// all that are kept.
func (p *Announcements) Feed(prefix string, limit int) ([]Event, error) {
	wanted := func(e Event) bool { return strings.HasPrefix(e.Type, prefix) }
	return newest(p.file, eventsBucket, limit, wanted)
}
