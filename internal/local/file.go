package local

import (
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	bberrors "go.etcd.io/bbolt/errors"

	"github.com/connectnow/backend/internal/table"
)

// ErrInUse says that another process has the file open.
var ErrInUse = errors.New("another process has it open")

// File is the one bbolt file that holds the table and, in buckets beside it, what the
// other twins keep. Concurrent changes share commits, whoever makes them, so that the
// cost of reaching the disk is paid once for all that wait for it.
type File struct {
	db *bbolt.DB

	mu     sync.Mutex // guards queue
	queue  []*update  // waiting for the next commit
	commit sync.Mutex // held by the one who commits
	values []byte     // encoded for this commit, which alone has them
}

// mostValues is how many bytes are kept to encode values into.
const mostValues = 1 << 20

// value encodes a record for the transaction that runs, and is good until that ends.
func (f *File) value(r record) []byte {
	from := len(f.values)
	f.values = r.encode(f.values)
	return f.values[from:]
}

// update is a change that waits for a commit.
type update struct {
	do       func(tx *bbolt.Tx) (wrote bool, err error)
	err      error
	panicked any // what do panicked with
	done     chan struct{}
}

// run is do, and takes a panic of it for an error: it belongs to whoever made the change,
// and not to who happens to commit. Else all that wait would do so for ever.
func (u *update) run(tx *bbolt.Tx) (wrote bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			u.panicked, err = p, errors.New("a change panicked")
		}
	}()
	return u.do(tx)
}

// OpenFile opens the file at path and makes it where there is none. One process at a
// time can have it open, others get ErrInUse. noSync leaves writing to the disk to the
// operating system: that is fast, and survives a crash of the process but not of the
// machine.
func OpenFile(path string, noSync bool) (*File, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout:        time.Second,
		NoSync:         noSync,
		NoGrowSync:     noSync,
		NoFreelistSync: true, // found again at open; saves a write per commit
		FreelistType:   bbolt.FreelistMapType,
	})
	if errors.Is(err, bberrors.ErrTimeout) {
		err = ErrInUse
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if err := db.Update(makeBuckets); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), db.Close())
	}
	return &File{db: db}, nil
}

// makeBuckets makes those that the twins need and that are not there.
func makeBuckets(tx *bbolt.Tx) error {
	for _, name := range [][]byte{
		itemsBucket, sweepBucket,
		timersBucket, deadBucket,
		shiftsBucket,
		phonesBucket, pushesBucket,
		usersBucket, sessionsBucket, identityBucket, mailsBucket,
		eventsBucket,
	} {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	return nil
}

// DB returns the file as bbolt has it, for further buckets. Whoever adds one gives it a
// name that none of makeBuckets has.
func (f *File) DB() *bbolt.DB { return f.db }

// Close waits for what is under way and closes the file. Calls after it fail with
// table.ErrUnavailable.
func (f *File) Close() error { return f.db.Close() }

// view runs read on what was last committed.
func (f *File) view(read func(tx *bbolt.Tx) error) error {
	err := f.db.View(read)
	if errors.Is(err, bberrors.ErrDatabaseNotOpen) {
		return fmt.Errorf("%w: %w", table.ErrUnavailable, err)
	}
	return err
}

// update returns when the changes of do are on the disk, or none of them. See change.
func (f *File) update(do func(tx *bbolt.Tx) error) error {
	return f.change(func(tx *bbolt.Tx) (bool, error) { return true, do(tx) })
}

// change is update for a do that says whether it wrote anything; where nobody did there
// is nothing to commit. An error of do stands for what is wrong with the file. What do
// refuses, like an unknown user, it notes before it writes and returns no error. do runs
// again when another of the same commit fails. A panic of do is the caller's own.
//
// Whoever finds the queue empty leads: it waits for the commit under way, during which
// others queue up behind it, and then carries out all of them in one transaction.
func (f *File) change(do func(tx *bbolt.Tx) (wrote bool, err error)) error {
	u := &update{do: do, done: make(chan struct{})}
	f.mu.Lock()
	f.queue = append(f.queue, u)
	leads := len(f.queue) == 1
	f.mu.Unlock()
	if leads {
		f.lead()
	}
	<-u.done
	if u.panicked != nil {
		panic(u.panicked)
	}
	return u.err
}

// lead carries out all that is in the queue once the commit under way is through.
func (f *File) lead() {
	f.commit.Lock()
	runtime.Gosched() // what is asked for at the same moment shares this commit
	f.mu.Lock()
	batch := f.queue
	f.queue = nil
	f.mu.Unlock()
	f.carryOut(batch)
	f.commit.Unlock()
	for _, u := range batch {
		close(u.done)
	}
}

// carryOut does a batch in one transaction. Those who spoil it get their error, and the
// others are done again without them.
func (f *File) carryOut(batch []*update) {
	for {
		spoiler, err := f.try(batch)
		if spoiler != nil {
			spoiler.err = err
			continue
		}
		for _, u := range batch {
			if u.err == nil {
				u.err = err
			}
		}
		return
	}
}

// try does those that have not failed yet, one after the other. It returns the first
// that fails, or nil and what came of all of them.
func (f *File) try(batch []*update) (spoiler *update, err error) {
	tx, err := f.db.Begin(true)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", table.ErrUnavailable, err)
	}
	defer func() { _ = tx.Rollback() }() // does nothing after a commit
	if f.values = f.values[:0]; cap(f.values) > mostValues {
		f.values = nil
	}
	changed := false
	for _, u := range batch {
		if u.err != nil {
			continue
		}
		wrote, err := u.run(tx)
		if err != nil {
			return u, fmt.Errorf("%w: %w", table.ErrUnavailable, err)
		}
		changed = changed || wrote
	}
	if !changed {
		return nil, nil
	}
	if err := tx.Commit(); err != nil {
		if errors.Is(err, bberrors.ErrTxClosed) || errors.Is(err, bberrors.ErrDatabaseNotOpen) {
			return nil, fmt.Errorf("%w: %w", table.ErrUnavailable, err)
		}
		// Whether the last page reached the disk cannot be told.
		return nil, fmt.Errorf("%w: %w", table.ErrOutcomeUnknown, err)
	}
	return nil, nil
}

// sequenceKey makes a key that sorts like n.
func sequenceKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
