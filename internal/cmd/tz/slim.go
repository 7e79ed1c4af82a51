package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"time"
)

// tzif is what a zone's file (RFC 8536) says, of its second block, which counts seconds in
// 64 bits. The first one repeats it for programs of 32 bits.
type tzif struct {
	version byte
	at      []byte // of each transition the instant, eight bytes
	to      []byte // and the type after it, one byte
	types   []byte // six bytes each
	names   []byte // the abbreviations
	footer  []byte // the rule for all time after the last transition, between line breaks
}

// headLength is that of a block: the magic, the version, 15 bytes of nothing, and counts
// of indicators (two kinds), leap seconds, transitions, types and bytes of names.
const headLength = 4 + 1 + 15 + 6*4

// lastLooked is where the comparison of a shortened file ends: three years after the last
// transition that fat files list.
var lastLooked = time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC).Unix()

var errFile = errors.New("not a zone's file of version 2 or later")

// slim writes a zone's file again without the first block, the indicators, which only
// programs that know no rules need, and the transitions that the rule at the end gives.
func slim(file []byte) ([]byte, error) {
	z, err := parse(file)
	if err != nil {
		return nil, err
	}
	whole, err := z.location(len(z.to))
	if err != nil {
		return nil, err
	}
	kept := len(z.to)
	for kept > 0 && z.rules(kept-1, whole) {
		kept--
	}
	if kept < len(z.to) {
		short, err := z.location(kept)
		if err != nil || !same(short, whole, z.last(kept), lastLooked) {
			return nil, errors.New("its rule does not go on from its list")
		}
	}
	return z.write(kept), nil
}

// parse takes a file apart.
func parse(file []byte) (z tzif, err error) {
	counts, length, err := head(file, 4)
	if err != nil || file[4] < '2' {
		return z, errFile
	}
	rest := file[headLength+length:]
	if counts, length, err = head(rest, 8); err != nil || counts[2] != 0 {
		return z, errFile
	}
	block := bytes.NewBuffer(rest[headLength : headLength+length])
	z = tzif{version: file[4], at: block.Next(8 * counts[3]), to: block.Next(counts[3]), types: block.Next(6 * counts[4]), names: block.Next(counts[5])}
	z.footer = rest[headLength+length:]
	if n := len(z.footer); n < 2 || z.footer[0] != '\n' || z.footer[n-1] != '\n' {
		return z, errFile
	}
	return z, nil
}

// head reads the counts of a block whose instants have size bytes, and the length of what
// follows them.
func head(block []byte, size int) (counts [6]int, length int, err error) {
	if len(block) < headLength || string(block[:4]) != "TZif" {
		return counts, 0, errFile
	}
	for i := range counts {
		counts[i] = int(binary.BigEndian.Uint32(block[20+4*i:]))
	}
	length = counts[0] + counts[1] + counts[2]*(size+4) + counts[3]*(size+1) + counts[4]*6 + counts[5]
	if length < 0 || len(block) < headLength+length {
		return counts, 0, errFile
	}
	return counts, length, nil
}

// write makes a file with the first transitions only.
func (z tzif) write(kept int) []byte {
	var b bytes.Buffer
	block := func(transitions, types, names int) {
		b.WriteString("TZif")
		b.WriteByte(z.version)
		b.Write(make([]byte, 15))
		for _, n := range []int{0, 0, 0, transitions, types, names} {
			b.Write(binary.BigEndian.AppendUint32(nil, uint32(n)))
		}
	}
	block(0, 1, 1) // a block needs a type
	b.Write(make([]byte, 6+1))
	block(kept, len(z.types)/6, len(z.names))
	for _, part := range [][]byte{z.at[:8*kept], z.to[:kept], z.types, z.names, z.footer} {
		b.Write(part)
	}
	return b.Bytes()
}

func (z tzif) location(kept int) (*time.Location, error) {
	return time.LoadLocationFromTZData("zone", z.write(kept))
}

// rules reports whether the rule at the end tells the same times as the whole file from
// the transition before the one with this index up to that one.
func (z tzif) rules(i int, whole *time.Location) bool {
	short, err := z.location(i)
	if err != nil {
		return false
	}
	at := z.instant(i)
	return read(short, at) == read(whole, at) && same(short, whole, z.last(i), at)
}

// same compares two zones every 25 hours, and just before the end.
func same(short, whole *time.Location, from, to int64) bool {
	for at := from; at < to; at += 25 * 3600 {
		if read(short, at) != read(whole, at) {
			return false
		}
	}
	return read(short, to-1) == read(whole, to-1)
}

// last is the instant of the last of the first transitions, or one before all.
func (z tzif) last(kept int) int64 {
	if kept == 0 {
		return time.Date(1850, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	}
	return z.instant(kept - 1)
}

// instant is that of a transition.
func (z tzif) instant(i int) int64 { return int64(binary.BigEndian.Uint64(z.at[8*i:])) }

// reading is what a zone says at an instant.
type reading struct {
	name   string
	offset int
	summer bool
}

func read(loc *time.Location, at int64) reading {
	t := time.Unix(at, 0).In(loc)
	name, offset := t.Zone()
	return reading{name, offset, t.IsDST()}
}
