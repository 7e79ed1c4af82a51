// Package table is the narrow storage interface that the whole product stands on.
//
// It is as small as DynamoDB allows and an embedded file can follow: strongly
// consistent reads of one item or of a partition in sort order, an all-or-nothing
// write of whole items under conditions, and an atomic counter. There are no scans
// and no secondary indexes: a second way to find something is a second item that is
// written in the same Write.
//
// The contract is package tabletest, which every engine passes.
package table

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Limits of one Write; they are DynamoDB's for TransactWriteItems and PutItem
// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html).
const (
	MaxOps       = 100       // operations in one Write
	MaxWriteSize = 4 << 20   // bytes of all items in one Write
	MaxItemSize  = 400 << 10 // bytes of one item, names of attributes included
	MaxPartition = 2048      // bytes of a partition key
	MaxSort      = 1024      // bytes of a sort key
)

var (
	// ErrConflict says that another write touched one of the items at the same
	// moment. Nothing was written; reading and deciding again is safe.
	ErrConflict = errors.New("table: conflict with another write")
	// ErrOutcomeUnknown says that no answer came. The write may or may not have
	// happened: read before deciding anything.
	ErrOutcomeUnknown = errors.New("table: outcome unknown")
	// ErrUnavailable says that the engine refused for now (throttled, closed, out of
	// reach before the request was sent). Nothing was written.
	ErrUnavailable = errors.New("table: unavailable")
	// ErrLimit says that a request is beyond the limits of this package: too many
	// operations, too large, one key twice, an empty key. Nothing was written.
	ErrLimit = errors.New("table: beyond the limits")
)

// ConditionError says which operations of a Write found their condition not
// fulfilled. Nothing was written.
type ConditionError struct {
	Failed []int // indexes into the ops of the Write, ascending
}

// Error names the failed operations.
func (e *ConditionError) Error() string {
	return fmt.Sprintf("table: condition of operation %v does not hold", e.Failed)
}

// Key names an item: a partition and a place in its sort order (bytewise).
type Key struct {
	Partition string
	Sort      string
}

// Item is what the table holds under a key.
type Item struct {
	Key Key
	// Version is set by the engine: 1 for an item put where none was or without a
	// condition on the version, one more than before when put AtVersion. Of a counter
	// it is the counter's value.
	Version int64
	// Body is opaque to the engine. Readers must not change it.
	Body []byte
	// Expires is when the item ceases to be there; zero means never. It is kept in
	// whole seconds, a fraction rounded up.
	Expires time.Time
}

// Condition is what must hold of the stored item for an Op to go through. The zero
// value asks nothing.
type Condition struct {
	kind    ConditionKind
	version int64
}

// ConditionKind tells conditions apart for the engines.
type ConditionKind uint8

// The kinds of conditions.
const (
	KindAlways    ConditionKind = iota // nothing is asked
	KindAbsent                         // there is no item, or it has expired
	KindExists                         // there is an item that has not expired
	KindAtVersion                      // there is one, unexpired, of exactly this version
)

// Kind returns the kind and the version asked for, for engines.
func (c Condition) Kind() (ConditionKind, int64) { return c.kind, c.version }

var (
	// Absent asks that there is no item under the key.
	Absent = Condition{kind: KindAbsent}
	// Exists asks that there is an item under the key.
	Exists = Condition{kind: KindExists}
)

// AtVersion asks that the stored item has exactly this version. AtVersion(0) is
// Absent, so that the version of an item that was not found can be passed on.
func AtVersion(v int64) Condition {
	if v == 0 {
		return Absent
	}
	return Condition{kind: KindAtVersion, version: v}
}

// OpKind tells operations apart for the engines.
type OpKind uint8

// The kinds of operations.
const (
	OpPut OpKind = iota
	OpDelete
	OpCheck
)

// Op is one operation of a Write. Make it with Put, Delete or Check.
type Op struct {
	Kind OpKind
	Item Item // only Key for OpDelete and OpCheck
	If   Condition
}

// Put replaces the whole item under it.Key. it.Version is ignored: the engine counts.
// An item that is ever put with another condition than Absent or AtVersion must not
// be compared by version, since its version starts anew at 1; so does that of an item
// that was deleted, or expired, and is put again under the same key. A counter is not
// put: only Increment and Delete may touch it.
func Put(it Item, c Condition) Op { return Op{Kind: OpPut, Item: it, If: c} }

// Delete removes the item under k; without a condition, whether or not it is there.
func Delete(k Key, c Condition) Op { return Op{Kind: OpDelete, Item: Item{Key: k}, If: c} }

// Check changes nothing and makes the Write depend on the condition.
func Check(k Key, c Condition) Op { return Op{Kind: OpCheck, Item: Item{Key: k}, If: c} }

// Range selects items of one partition for Query.
type Range struct {
	Partition string
	Prefix    string // of the sort keys; empty for all
	After     string // sort key after which to go on in the direction asked for; empty for the start
	Limit     int    // most items to return; 0 for all
	Newest    bool   // descending order of sort keys
}

// Table is a store of items. All methods may be called from many goroutines. Besides
// the errors above they return the context's error when it ended before anything was
// sent.
type Table interface {
	// Get returns the item under k, strongly consistent. An item that is not there,
	// or has expired, is found == false and no error.
	Get(ctx context.Context, k Key) (it Item, found bool, err error)
	// Query returns the items of a range in sort order, strongly consistent, expired
	// ones left out. It returns fewer than Limit only when there are no more. Each item
	// is as some Write left it, but the items together are no snapshot: of a Write that
	// goes through meanwhile, one item may be seen and another not yet.
	Query(ctx context.Context, r Range) ([]Item, error)
	// Write does all operations or none; without operations it does nothing. Errors:
	// *ConditionError, ErrConflict, ErrOutcomeUnknown, ErrUnavailable, ErrLimit.
	Write(ctx context.Context, ops ...Op) error
	// Increment adds one to the counter under k, which starts at 0, and returns the
	// new value and the time (milliseconds kept) passed by the previous call; zero
	// for the first. After an error the counter may have moved all the same: a number
	// is never returned twice, but numbers may be missing. Errors are those of Write
	// without *ConditionError.
	Increment(ctx context.Context, k Key, now time.Time) (n int64, previous time.Time, err error)
}
