package main

import (
	"errors"
	"time"

	"github.com/connectnow/backend/internal/hours/tzif"
)

// lastLooked is where the comparison of a shortened file ends: three years after the last
// transition that fat files list.
var lastLooked = time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC).Unix()

// slim writes a zone's file again without the first block, the indicators, which only
// programs that know no rules need, and the transitions that the rule at the end gives.
func slim(file []byte) ([]byte, error) {
	f, err := tzif.Parse(file)
	if err != nil {
		return nil, err
	}
	whole, err := f.Location(len(f.To))
	if err != nil {
		return nil, err
	}
	kept := len(f.To)
	for kept > 0 && rules(f, kept-1, whole) {
		kept--
	}
	if kept < len(f.To) {
		short, err := f.Location(kept)
		if err != nil || !same(short, whole, last(f, kept), lastLooked) {
			return nil, errors.New("its rule does not go on from its list")
		}
	}
	return f.Write(kept), nil
}

// rules reports whether the rule at the end tells the same times as the whole file from
// the transition before the one with this index up to that one.
func rules(f tzif.File, i int, whole *time.Location) bool {
	short, err := f.Location(i)
	if err != nil {
		return false
	}
	at := f.Instant(i)
	return read(short, at) == read(whole, at) && same(short, whole, last(f, i), at)
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
func last(f tzif.File, kept int) int64 {
	if kept == 0 {
		return time.Date(1850, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	}
	return f.Instant(kept - 1)
}

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
