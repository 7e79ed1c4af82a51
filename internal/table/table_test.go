package table_test

import (
	"errors"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/table"
)

func TestSize(t *testing.T) {
	k := table.Key{Partition: "ab", Sort: "cdé"} // 2+2 and 2+4
	tests := []struct {
		name string
		it   table.Item
		want int
	}{
		{"key and version", table.Item{Key: k, Version: 1}, 13},
		{"two digits", table.Item{Key: k, Version: 99}, 13},
		{"three digits", table.Item{Key: k, Version: 101}, 14},
		{"trailing zeros", table.Item{Key: k, Version: 120_000}, 13},
		{"body", table.Item{Key: k, Version: 1, Body: []byte("12345")}, 13 + 6},
		{"expiry", table.Item{Key: k, Version: 1, Expires: time.Unix(1_772_442_001, 0)}, 13 + 3 + 6},
	}
	for _, test := range tests {
		if got := table.Size(test.it); got != test.want {
			t.Errorf("%s: Size = %d, want %d", test.name, got, test.want)
		}
	}
}

func TestExpiresUnix(t *testing.T) {
	for _, test := range []struct {
		at   time.Time
		want int64
	}{
		{time.Time{}, 0},
		{time.Unix(100, 0), 100},
		{time.Unix(100, 1), 101},
		{time.Unix(0, 0), 1},
		{time.Unix(-5, 0), 1},
	} {
		if got := (table.Item{Expires: test.at}).ExpiresUnix(); got != test.want {
			t.Errorf("ExpiresUnix of %v = %d, want %d", test.at, got, test.want)
		}
	}
}

func TestConditionError(t *testing.T) {
	var err error = &table.ConditionError{Failed: []int{1, 4}}
	if got, want := err.Error(), "table: condition of operation [1 4] does not hold"; got != want {
		t.Errorf("Error = %q, want %q", got, want)
	}
	if errors.Is(err, table.ErrConflict) {
		t.Error("a failed condition is no conflict")
	}
}
