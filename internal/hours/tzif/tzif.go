// Package tzif reads and writes the files of time zones (RFC 9636), strictly. Package time
// takes a file whose last bytes are missing and then has winter time for ever, and one that
// counts leap seconds, by which every shift begins half a minute late. A release of the tz
// database decides whose phones ring at night, so it has no such file.
package tzif

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// File is what a zone's file says, of its second block, which counts seconds in 64 bits. The
// first one repeats it for programs of 32 bits.
type File struct {
	Version byte
	At      []byte // of each transition the instant, eight bytes
	To      []byte // and the type after it, one byte
	Types   []byte // six bytes each
	Names   []byte // the abbreviations
	Rule    string // for all time after the last transition; empty where nobody knows
}

// headLength is that of a block: the magic, the version, 15 bytes of nothing, and counts
// of indicators (two kinds), leap seconds, transitions, types and bytes of names.
const headLength = 4 + 1 + 15 + 6*4

// typeLength is that of a type: seconds east, whether it is summer, where its name begins.
const typeLength = 4 + 1 + 1

// The bounds of what a type adds to UTC, in seconds, as the RFC has them.
const (
	farWest = -25 * 3600
	farEast = 26 * 3600
)

// Parse takes a file apart. Its error says what is wrong with it.
func Parse(file []byte) (File, error) {
	_, length, err := head(file, 4)
	if err != nil {
		return File{}, err
	}
	if file[4] < '2' {
		return File{}, errors.New("its version is 1, which ends in 2037")
	}
	rest := file[headLength+length:]
	counts, length, err := head(rest, 8)
	if err != nil {
		return File{}, err
	}
	if counts[2] != 0 {
		return File{}, errors.New("it counts leap seconds")
	}
	block := bytes.NewBuffer(rest[headLength : headLength+length])
	f := File{Version: file[4], At: block.Next(8 * counts[3]), To: block.Next(counts[3]), Types: block.Next(typeLength * counts[4]), Names: block.Next(counts[5])}
	footer := rest[headLength+length:]
	if n := len(footer); n < 2 || footer[0] != '\n' || bytes.IndexByte(footer[1:], '\n') != n-2 {
		return File{}, errors.New("it has no end")
	}
	f.Rule = string(footer[1 : len(footer)-1])
	return f, f.check()
}

// head reads the counts of a block whose instants have size bytes, and the length of what
// follows them.
func head(block []byte, size int) (counts [6]int, length int, err error) {
	if len(block) < headLength || string(block[:4]) != "TZif" {
		return counts, 0, errors.New("it has no head")
	}
	for i := range counts {
		counts[i] = int(binary.BigEndian.Uint32(block[20+4*i:]))
	}
	length = counts[0] + counts[1] + counts[2]*(size+4) + counts[3]*(size+1) + counts[4]*typeLength + counts[5]
	if length < 0 || len(block) < headLength+length {
		return counts, 0, errors.New("it is cut")
	}
	return counts, length, nil
}

// check looks whether what the file says fits together.
func (f File) check() error {
	types := len(f.Types) / typeLength
	if types == 0 || len(f.Names) == 0 || f.Names[len(f.Names)-1] != 0 {
		return errors.New("it has no types, or no end of their names")
	}
	for i := range types {
		if east := f.east(i); east < farWest || east > farEast || int(f.Types[typeLength*i+5]) >= len(f.Names) {
			return fmt.Errorf("its type %d is none", i)
		}
	}
	for i, to := range f.To {
		if int(to) >= types || i > 0 && f.Instant(i) <= f.Instant(i-1) {
			return fmt.Errorf("its transition %d is none", i)
		}
	}
	return f.checkRule()
}

// checkRule looks whether the rule is one, and tells of the last transition what the list does.
// It asks package time, which goes by the last type where it does not understand a rule: so
// the last type is one that no rule has.
func (f File) checkRule() error {
	if f.Rule == "" {
		return nil
	}
	const none = "?"
	alone := File{Version: '3', Types: make([]byte, typeLength), Names: []byte(none + "\x00"), Rule: f.Rule}
	at := time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	n := len(f.To)
	if n > 0 {
		at = f.Instant(n - 1)
		alone.At, alone.To = f.At[8*(n-1):], []byte{0}
	}
	loc, err := alone.Location(len(alone.To))
	if err != nil {
		return err
	}
	name, east := time.Unix(at, 0).In(loc).Zone()
	if name == none || east < farWest || east > farEast {
		return fmt.Errorf("its rule %q is none", f.Rule)
	}
	if n > 0 && east != f.east(int(f.To[n-1])) {
		return fmt.Errorf("its rule %q does not go on from its list", f.Rule)
	}
	return nil
}

// east is what a type adds to UTC, in seconds.
func (f File) east(kind int) int {
	return int(int32(binary.BigEndian.Uint32(f.Types[typeLength*kind:])))
}

// Write makes a file with the first transitions only, without the first block and the
// indicators, which only programs that know no rules need.
func (f File) Write(kept int) []byte {
	var b bytes.Buffer
	block := func(transitions, types, names int) {
		b.WriteString("TZif")
		b.WriteByte(f.Version)
		b.Write(make([]byte, 15))
		for _, n := range []int{0, 0, 0, transitions, types, names} {
			b.Write(binary.BigEndian.AppendUint32(nil, uint32(n)))
		}
	}
	block(0, 1, 1) // a block needs a type
	b.Write(make([]byte, typeLength+1))
	block(kept, len(f.Types)/typeLength, len(f.Names))
	for _, part := range [][]byte{f.At[:8*kept], f.To[:kept], f.Types, f.Names} {
		b.Write(part)
	}
	b.WriteString("\n" + f.Rule + "\n")
	return b.Bytes()
}

// Location is the zone with the first transitions only, for package time.
func (f File) Location(kept int) (*time.Location, error) {
	return time.LoadLocationFromTZData("zone", f.Write(kept))
}

// Instant is that of a transition.
func (f File) Instant(i int) int64 { return int64(binary.BigEndian.Uint64(f.At[8*i:])) }
