package desk

import (
	"fmt"
	"io"
	"time"

	"github.com/connectnow/backend/internal/keys"
)

// millis and instant go between times and what is stored.
func millis(t time.Time) int64 { return t.UnixMilli() }

func instant(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// moment is instant for a time that may be absent: 0 is null in JSON.
func moment(ms int64) *time.Time {
	if ms == 0 {
		return nil
	}
	t := instant(ms)
	return &t
}

// newID makes an id that nobody can guess, such as mem_ius5rzkbfmfh.
func (d *Desk) newID(prefix string) (string, error) {
	var b [8]byte
	if _, err := io.ReadFull(d.Random, b[:]); err != nil {
		return "", fmt.Errorf("making an id: %w", err)
	}
	return prefix + keys.ID(b[:]), nil
}

// idOr is the id that a caller gave who may ask twice, or else a new one.
func (d *Desk) idOr(given, prefix string) (string, error) {
	if given != "" {
		return given, nil
	}
	return d.newID(prefix)
}
