package local

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
)

// hold has changes queue up as they do behind a commit under way, lets them go when all
// wait, and returns the error of each.
func hold(t *testing.T, f *File, changes []func() error) []error {
	t.Helper()
	type result struct {
		i   int
		err error
	}
	results := make(chan result, len(changes))
	f.commit.Lock()
	for i, change := range changes {
		go func() { results <- result{i, change()} }()
	}
	for queued := 0; queued < len(changes); {
		f.mu.Lock()
		queued = len(f.queue)
		f.mu.Unlock()
	}
	f.commit.Unlock()
	errs := make([]error, len(changes))
	for range changes {
		r := <-results
		errs[r.i] = r.err
	}
	return errs
}

func commits(t *testing.T, f *File) (n int) {
	t.Helper()
	err := f.view(func(tx *bbolt.Tx) error {
		n = tx.ID()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestTwinsShareCommits: while one commit is held up, whoever wants to write gathers
// behind it, from all twins, and all of them go through in the next, each with its own
// answer.
func TestTwinsShareCommits(t *testing.T) {
	ctx := t.Context()
	twins, err := Open(t.TempDir(), Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer twins.Close()
	d, err := twins.Phones.Register(ctx, "mem_asha", desk.Device{ID: "one", Platform: desk.FCM, Token: "t"})
	if err != nil {
		t.Fatal(err)
	}
	put := func(sort string) func() error {
		return func() error {
			return twins.Table.Write(ctx, table.Put(table.Item{Key: boltKey(sort)}, table.Absent))
		}
	}
	kinds := []struct {
		name   string
		change func() error
		want   error
	}{
		{"write", put("free"), nil},
		{"check", func() error {
			return twins.Table.Write(ctx, table.Check(boltKey("nowhere"), table.Absent))
		}, nil},
		{"ticket", func() error { _, _, err := twins.Table.Increment(ctx, boltKey("c"), time.Now()); return err }, nil},
		{"timer", func() error { return twins.Timers.Send(ctx, time.Now(), ring(1)) }, nil},
		{"device", func() error {
			_, err := twins.Phones.Register(ctx, "mem_bilal", desk.Device{ID: "two", Platform: desk.FCM, Token: "u"})
			return err
		}, nil},
		{"push", func() error { return twins.Phones.Push(ctx, d, desk.Notice{Kind: desk.NoticeTest}) }, nil},
		{"sign-out", func() error { return twins.Identity.Revoke(ctx, "token") }, nil},
		{"lost user", func() error { return twins.Identity.SetPassword(ctx, "mem_nobody", "First-Password-1") }, nil},
		{"mail", func() error { return twins.Mails.Send(ctx, desk.Letter{Kind: desk.LetterReset, To: "a@example.com"}) }, nil},
		{"shift", func() error { return twins.Shifts.Start(ctx, execution) }, nil},
		{"event", func() error { return twins.Announcements.Publish(ctx, desk.Announcement{Type: "presence.online"}) }, nil},
	}
	var changes []func() error
	for _, k := range kinds {
		changes = append(changes, k.change)
	}
	before := commits(t, twins.File)
	for i, err := range hold(t, twins.File, changes) {
		if !errors.Is(err, kinds[i].want) {
			t.Errorf("%s: %v, want %v", kinds[i].name, err, kinds[i].want)
		}
	}
	if n := commits(t, twins.File) - before; n != 1 {
		t.Errorf("%d commits, want 1", n)
	}
}

// TestWritesShareCommits: of two that want the same in one commit, one fails.
func TestWritesShareCommits(t *testing.T) {
	b := openBolt(t, boltFile(t), TableOptions{NoSync: true})
	before := commits(t, b.file)
	const writers = 40
	var changes []func() error
	for i := range writers {
		changes = append(changes, func() error {
			return b.Write(t.Context(), table.Put(table.Item{Key: boltKey(strconv.Itoa(i / 2))}, table.Absent))
		})
	}
	failed := 0
	for _, err := range hold(t, b.file, changes) {
		if errors.As(err, new(*table.ConditionError)) {
			failed++
		} else if err != nil {
			t.Error(err)
		}
	}
	if failed != writers/2 {
		t.Errorf("%d writers failed, want %d", failed, writers/2)
	}
	if n := commits(t, b.file) - before; n != 1 {
		t.Errorf("%d commits, want 1", n)
	}
}

// TestSpoilersFailAlone: who finds the file wrong keeps nobody else from writing, and
// leaves nothing of its own.
func TestSpoilersFailAlone(t *testing.T) {
	ctx, b := t.Context(), openBolt(t, boltFile(t), TableOptions{NoSync: true})
	corrupt := errors.New("corrupt")
	var changes []func() error
	for i := range 12 {
		key := boltKey(strconv.Itoa(i))
		changes = append(changes, func() error {
			if i%3 > 0 {
				return b.Write(ctx, table.Put(table.Item{Key: key}, table.Absent))
			}
			return b.file.update(func(tx *bbolt.Tx) error {
				_, err := b.write(tx.Bucket(itemsBucket), []table.Op{table.Put(table.Item{Key: key}, table.Absent)})
				return errors.Join(err, corrupt)
			})
		})
	}
	for i, err := range hold(t, b.file, changes) {
		spoils := i%3 == 0
		if spoils != errors.Is(err, corrupt) || spoils != (err != nil) {
			t.Errorf("change %d: %v", i, err)
		}
		it, found, err := b.Get(ctx, boltKey(strconv.Itoa(i)))
		if err != nil || found == spoils || found && it.Version != 1 {
			t.Errorf("item %d: %+v, %v, %v", i, it, found, err)
		}
	}
}

// TestNothingToCommit: a Write that is refused costs no commit.
func TestNothingToCommit(t *testing.T) {
	b := openBolt(t, boltFile(t), TableOptions{NoSync: true})
	before := commits(t, b.file)
	err := b.Write(t.Context(), table.Put(table.Item{Key: boltKey("a")}, table.Exists))
	if !errors.As(err, new(*table.ConditionError)) {
		t.Errorf("Write = %v, want its condition to fail", err)
	}
	if n := commits(t, b.file) - before; n != 0 {
		t.Errorf("%d commits, want none", n)
	}
}

// TestPanicOfOne: it is that of its caller, and neither the others of its commit nor who
// comes later notice.
func TestPanicOfOne(t *testing.T) {
	b := openBolt(t, boltFile(t), TableOptions{NoSync: true})
	put := func(sort string) func() error {
		return func() error { return b.Write(t.Context(), table.Put(table.Item{Key: boltKey(sort)}, table.Absent)) }
	}
	errPanic := errors.New("panic")
	panics := func() (err error) {
		defer func() {
			if recover() == "broken" {
				err = errPanic
			}
		}()
		return b.file.update(func(*bbolt.Tx) error { panic("broken") })
	}
	for i, err := range hold(t, b.file, []func() error{put("one"), panics, put("two")}) {
		if want := []error{nil, errPanic, nil}[i]; !errors.Is(err, want) {
			t.Errorf("change %d: %v, want %v", i, err, want)
		}
	}
	if err := put("later")(); err != nil {
		t.Errorf("after it: %v", err)
	}
	found, err := b.Query(t.Context(), table.Range{Partition: boltKey("").Partition})
	if err != nil || len(found) != 3 {
		t.Errorf("got %d items, %v, want 3", len(found), err)
	}
}
