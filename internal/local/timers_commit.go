package local

import (
	"encoding/binary"
	"sync"

	"go.etcd.io/bbolt"
)

// committer lets concurrent updates of a file share commits, as Bolt does for the
// table: those that arrive while one is on its way to the disk go together in the next.
type committer struct {
	db *bbolt.DB

	mu     sync.Mutex // guards queue
	queue  []*update
	commit sync.Mutex // held by the one who commits
}

// update is one function that waits for a commit.
type update struct {
	f    func(tx *bbolt.Tx) error
	err  error
	done chan struct{}
}

func newCommitter(db *bbolt.DB) *committer { return &committer{db: db} }

// do returns when f's changes are on the disk. An error of one f fails all that share
// its commit, so f returns errors of the file only, never its own judgement.
func (c *committer) do(f func(tx *bbolt.Tx) error) error {
	u := &update{f: f, done: make(chan struct{})}
	c.mu.Lock()
	c.queue = append(c.queue, u)
	leads := len(c.queue) == 1
	c.mu.Unlock()
	if leads {
		c.lead()
	}
	<-u.done
	return u.err
}

// lead waits for the commit under way, and then carries out all that queued up meanwhile.
func (c *committer) lead() {
	c.commit.Lock()
	defer c.commit.Unlock()
	c.mu.Lock()
	batch := c.queue
	c.queue = nil
	c.mu.Unlock()
	err := c.db.Update(func(tx *bbolt.Tx) error {
		for _, u := range batch {
			if err := u.f(tx); err != nil {
				return err
			}
		}
		return nil
	})
	for _, u := range batch {
		u.err = err
		close(u.done)
	}
}

// makeBuckets creates those that are not there.
func makeBuckets(db *bbolt.DB, names ...[]byte) error {
	return db.Update(func(tx *bbolt.Tx) error {
		for _, name := range names {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		return nil
	})
}

// sequenceKey makes a key that sorts like n.
func sequenceKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
