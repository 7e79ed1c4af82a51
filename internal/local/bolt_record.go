package local

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/table"
)

// A record is how an item lies in the file:
//
//	flags | version (uvarint) | [expires, seconds (8 bytes)] | [at, ms (8 bytes)] | body
//
// It is made and read for every row of every query, hence no general encoding.
type record struct {
	version int64
	expires int64  // 0 for never
	at      int64  // of a counter: the last draw in milliseconds
	hasAt   bool   // tells a draw at the epoch from none
	body    []byte // points into the file while read
}

const (
	flagExpires = 1 << iota
	flagAt
)

var errCorrupt = errors.New("local: corrupt record")

// encode appends the record to b.
func (r record) encode(b []byte) []byte {
	var flags byte
	if r.expires != 0 {
		flags |= flagExpires
	}
	if r.hasAt {
		flags |= flagAt
	}
	b = binary.AppendUvarint(append(b, flags), uint64(r.version))
	if r.expires != 0 {
		b = binary.BigEndian.AppendUint64(b, uint64(r.expires))
	}
	if r.hasAt {
		b = binary.BigEndian.AppendUint64(b, uint64(r.at))
	}
	return append(b, r.body...)
}

func decodeRecord(b []byte) (r record, err error) {
	if len(b) == 0 {
		return record{}, errCorrupt
	}
	flags, b := b[0], b[1:]
	v, n := binary.Uvarint(b)
	if n <= 0 {
		return record{}, errCorrupt
	}
	r.version, b = int64(v), b[n:]
	fixed := 0
	if flags&flagExpires != 0 {
		fixed += 8
	}
	if flags&flagAt != 0 {
		fixed += 8
	}
	if len(b) < fixed {
		return record{}, errCorrupt
	}
	if flags&flagExpires != 0 {
		r.expires, b = int64(binary.BigEndian.Uint64(b)), b[8:]
	}
	if flags&flagAt != 0 {
		r.at, r.hasAt, b = int64(binary.BigEndian.Uint64(b)), true, b[8:]
	}
	r.body = b
	return r, nil
}

// item copies the record out of the file, whose memory is not ours after the
// transaction.
func (r record) item(k table.Key) table.Item {
	it := table.Item{Key: k, Version: r.version, Body: bytes.Clone(r.body)}
	if len(r.body) == 0 {
		it.Body = nil
	}
	if r.expires != 0 {
		it.Expires = time.Unix(r.expires, 0).UTC()
	}
	return it
}

// row is a record with its sort key, both in the file.
type row struct {
	sort []byte
	record
}

// itemsOf copies rows of a partition out of the file. They share one block for their texts: who
// asks for rows reads them together.
func itemsOf(partition string, rows []row) []table.Item {
	if len(rows) == 0 {
		return nil
	}
	size := 0
	for _, r := range rows {
		size += len(r.sort)
	}
	var sorts strings.Builder
	sorts.Grow(size)
	items := make([]table.Item, len(rows))
	for i, r := range rows {
		from := sorts.Len()
		sorts.Write(r.sort)
		items[i] = r.item(table.Key{Partition: partition, Sort: sorts.String()[from:]})
	}
	return items
}

// itemKey appends the key of an item to b: the partition with its length before it, so
// that no partition's keys lie among another's, then the sort key.
func itemKey(b []byte, partition, sort string) []byte {
	if b == nil {
		b = make([]byte, 0, 2+len(partition)+len(sort))
	}
	b = binary.BigEndian.AppendUint16(b, uint16(len(partition)))
	b = append(b, partition...)
	return append(b, sort...)
}
