package desk

import (
	"bytes"
	"context"
	"fmt"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// Kept is an answer that a request with a key got, as stored. It stays for a day.
type Kept struct {
	// Print tells the request from others: equal requests have equal ones.
	Print []byte `json:"p"`
	// Answer is opaque here: package api keeps status and body in it.
	Answer []byte `json:"a"`
}

// KeptAnswer finds the answer that the caller's request with this key got in the last
// 24 hours; nil when there is none. Problem idempotency-key-reused when the key came
// with another request.
func (d *Desk) KeptAnswer(ctx context.Context, c Caller, key string, print []byte) ([]byte, error) {
	k, err := load[Kept](ctx, d.Table, keys.KeptAnswer(c.MemberID, key))
	if err != nil || !k.found() {
		return nil, err
	}
	if !bytes.Equal(k.value.Print, print) {
		return nil, &Problem{
			Class: Invalid, Name: "idempotency-key-reused", Title: "The key was used before",
			Detail: "This Idempotency-Key came with another request. Use a new one.",
		}
	}
	return k.value.Answer, nil
}

// KeepAnswer keeps an answer for KeptAnswer. The first one stays: of two equal requests at
// once both callers must be told the same.
func (d *Desk) KeepAnswer(ctx context.Context, c Caller, key string, print, answer []byte) error {
	op := d.expiring(put(keys.KeptAnswer(c.MemberID, key), Kept{Print: print, Answer: answer}, table.Absent))
	if err := d.Table.Write(ctx, op); err != nil && !isCondition(err) {
		return fmt.Errorf("keeping the answer: %w", err)
	}
	return nil
}

// KeyedID makes the id of what a request with a key creates: the same for the same
// key, so that the request creates one thing even when its first answer was lost.
// Without a key it is empty.
func KeyedID(prefix string, c Caller, key string) string {
	if key == "" {
		return ""
	}
	return keys.DerivedID(prefix, c.MemberID, key)
}
