package local

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/webphones"
)

// Options are the options of Open; the zero value suits the sandbox.
type Options struct {
	// Now is the clock of the desk and of all twins; nil for time.Now.
	Now func() time.Time
	// Log is told of failures; nil for slog.Default.
	Log *slog.Logger
	// NoSync is that of OpenFile.
	NoSync bool
	// Origin is where the pages are that browsers ring for; empty for http://localhost:8080.
	Origin string
	// PasswordMemory is the Memory of IdentityOptions.
	PasswordMemory uint32
}

// FileName is how Open calls the file.
const FileName = "connectnow.db"

// Twins are a desk and all that plays the cloud for it. Whoever needs another table,
// sleep or phone puts it into the desk before the first call.
type Twins struct {
	Desk          *desk.Desk
	File          *File
	Table         *Bolt
	Timers        *Timers
	Phones        *Phones
	Identity      *Identity
	Shifts        *Shifts
	Mails         *Mails
	Announcements *Announcements
	Metrics       *Metrics
}

// Open makes a desk as cloud.Desk does, on twins that share one file in dir; it makes
// both where there are none. Timers and shifts wait until Start.
func Open(dir string, o Options) (*Twins, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Log, o.Origin = cmp.Or(o.Log, slog.Default()), cmp.Or(o.Origin, "http://localhost:8080")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	file, err := OpenFile(filepath.Join(dir, FileName), o.NoSync)
	if err != nil {
		return nil, err
	}
	t := &Twins{File: file, Phones: OpenPhones(file, o.Now), Mails: OpenMails(file, o.Now), Announcements: OpenAnnouncements(file), Metrics: &Metrics{}}
	if err := t.load(o); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	t.Desk = desk.New(t.Table, t.Timers, t.Phones, t.Identity, t.Shifts)
	t.Desk.Clients = desk.Clients{Members: MemberClient, Released: ReleasedClient, Machine: MachineClient}
	t.Desk.Now, t.Desk.Log, t.Desk.Secrets = o.Now, o.Log, t.Identity
	t.Phones.web = webphones.New(o.Origin, true, t.Desk.VAPIDSecret, o.Now)
	t.Desk.WebPushKey = t.Phones.web.Key
	t.Desk.Mail = t.Mails
	t.Desk.Metrics, t.Desk.Announce = t.Metrics.Emit, t.Announcements.Publish
	return t, nil
}

// load opens the twins that read from the file what they go on with.
func (t *Twins) load(o Options) (err error) {
	if t.Table, err = openTable(t.File, o.Now); err != nil {
		return err
	}
	if t.Timers, err = OpenTimers(t.File, TimersOptions{Now: o.Now, Log: o.Log}); err != nil {
		return err
	}
	if t.Identity, err = OpenIdentity(t.File, IdentityOptions{Now: o.Now, Memory: o.PasswordMemory}); err != nil {
		return err
	}
	t.Shifts, err = OpenShifts(t.File, ShiftsOptions{Now: o.Now, Log: o.Log})
	return err
}

// Start delivers timers to the desk, has shifts tick, those from before included, and tells of
// pushes that fail late, until Close. It is called once.
func (t *Twins) Start() {
	t.Timers.Start(t.Desk.Wake)
	t.Phones.Start(t.Desk.PushFailed)
	t.Shifts.Run(t.Desk.TickShift)
}

// Close ends what Start began, waits for it and closes the file.
func (t *Twins) Close() error {
	t.Phones.Close()
	t.Shifts.Close()
	return errors.Join(t.Timers.Close(), t.File.Close())
}
