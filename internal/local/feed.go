package local

import (
	"encoding/json"
	"fmt"

	"go.etcd.io/bbolt"
)

// appendNumbered writes an entry under the next number at the end of a bucket, and drops
// the oldest where more than kept would be there.
func appendNumbered(b *bbolt.Bucket, kept uint64, entry func(id uint64) any) error {
	id, err := b.NextSequence()
	if err != nil {
		return err
	}
	if err := putJSON(b, sequenceKey(id), entry(id)); err != nil || id <= kept {
		return err
	}
	return b.Delete(sequenceKey(id - kept))
}

// newest returns the entries of such a bucket that are wanted, newest first, and at most
// limit where that is not 0.
func newest[T any](f *File, bucket []byte, limit int, wanted func(T) bool) ([]T, error) {
	found := []T{}
	err := f.view(func(tx *bbolt.Tx) error {
		c := tx.Bucket(bucket).Cursor()
		for k, v := c.Last(); k != nil; k, v = c.Prev() {
			var entry T
			if err := json.Unmarshal(v, &entry); err != nil {
				return err
			}
			if !wanted(entry) {
				continue
			}
			if found = append(found, entry); len(found) == limit { // never with limit 0
				break
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", bucket, err)
	}
	return found, nil
}
