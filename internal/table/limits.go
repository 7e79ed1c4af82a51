package table

import (
	"fmt"
	"unicode/utf8"
)

// Validate says whether ops keep to the limits of one Write; the error wraps ErrLimit.
// Every engine asks it first, so that all of them refuse the same requests.
func Validate(ops []Op) error {
	if len(ops) > MaxOps {
		return fmt.Errorf("%w: %d operations, at most %d", ErrLimit, len(ops), MaxOps)
	}
	total := 0
	for i := range ops {
		op := &ops[i]
		if err := op.Item.Key.Validate(); err != nil {
			return fmt.Errorf("operation %d: %w", i, err)
		}
		if op.Kind > OpCheck {
			return fmt.Errorf("%w: operation %d is of unknown kind %d", ErrLimit, i, op.Kind)
		}
		if op.Kind != OpPut {
			continue
		}
		size := Size(op.Item)
		if size > MaxItemSize {
			return fmt.Errorf("%w: item of operation %d has %d bytes, at most %d", ErrLimit, i, size, MaxItemSize)
		}
		total += size
	}
	if total > MaxWriteSize {
		return fmt.Errorf("%w: %d bytes in one Write, at most %d", ErrLimit, total, MaxWriteSize)
	}
	return distinct(ops)
}

// distinct refuses a key that is used twice. Writes are small, so comparing pairs is
// cheaper than a map for nearly all of them.
func distinct(ops []Op) error {
	if len(ops) > 16 {
		seen := make(map[Key]int, len(ops))
		for i := range ops {
			if j, twice := seen[ops[i].Item.Key]; twice {
				return fmt.Errorf("%w: operations %d and %d have one key", ErrLimit, j, i)
			}
			seen[ops[i].Item.Key] = i
		}
		return nil
	}
	for i := range ops {
		for j := range i {
			if ops[i].Item.Key == ops[j].Item.Key {
				return fmt.Errorf("%w: operations %d and %d have one key", ErrLimit, j, i)
			}
		}
	}
	return nil
}

// Validate says whether an item can lie under k; the error wraps ErrLimit.
func (k Key) Validate() error {
	if k.Sort == "" {
		return fmt.Errorf("%w: empty sort key", ErrLimit)
	}
	return validateText(k.Partition, k.Sort, "")
}

// Validate says whether the range can be queried; the error wraps ErrLimit.
func (r Range) Validate() error {
	if r.Limit < 0 {
		return fmt.Errorf("%w: negative limit", ErrLimit)
	}
	return validateText(r.Partition, r.Prefix, r.After)
}

func validateText(partition string, sorts ...string) error {
	switch {
	case partition == "":
		return fmt.Errorf("%w: empty partition key", ErrLimit)
	case len(partition) > MaxPartition:
		return fmt.Errorf("%w: partition key of %d bytes, at most %d", ErrLimit, len(partition), MaxPartition)
	case !utf8.ValidString(partition):
		return fmt.Errorf("%w: partition key is not UTF-8", ErrLimit)
	}
	for _, s := range sorts {
		if len(s) > MaxSort {
			return fmt.Errorf("%w: sort key of %d bytes, at most %d", ErrLimit, len(s), MaxSort)
		}
		if !utf8.ValidString(s) {
			return fmt.Errorf("%w: sort key is not UTF-8", ErrLimit)
		}
	}
	return nil
}
