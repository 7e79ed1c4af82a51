// Command tz writes the tz database of the product, internal/hours/zones.tz, from a folder
// or zip of zones as systems carry them, and prints whose clocks go otherwise than by the
// release before. `make tz` runs it.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/hours"
)

func main() {
	if err := run(os.Args[1:], time.Now(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "tz:", err)
		os.Exit(1)
	}
}

// run writes the database and tells what changed.
func run(args []string, now time.Time, out io.Writer) error {
	flags := flag.NewFlagSet("tz", flag.ContinueOnError)
	from := flags.String("from", "/usr/share/zoneinfo", "folder or zip with zones, and tzdata.zi or +VERSION")
	source := flags.String("source", "a folder", "what the file says it is from")
	to := flags.String("to", "internal/hours/zones.tz", "file to write")
	if err := flags.Parse(args); err != nil {
		return err
	}
	packed, err := pack(*from, *source)
	if err != nil {
		return err
	}
	fresh, err := hours.OpenDatabase(packed)
	if err != nil {
		return err
	}
	old := hours.BuiltIn()
	if err := mayReplace(old, fresh); err != nil {
		return err
	}
	if err := os.WriteFile(*to, []byte(packed), 0o644); err != nil { // as git has it
		return err
	}
	fmt.Fprintf(out, "%s has release %s with %d zones in %d bytes; before it was %s.\n", *to, fresh.Release(), len(fresh.Names()), len(packed), old.Release())
	return tell(out, old, fresh, now)
}

// pack reads a folder or zip and writes it in our form.
func pack(from, source string) (string, error) {
	release, zones, err := hours.ReadZonesAt(from)
	if err != nil {
		return "", err
	}
	slimmed := map[string][]byte{} // what links share is worked out once
	for name, file := range zones {
		if slimmed[string(file)] == nil {
			if slimmed[string(file)], err = slim(file); err != nil {
				return "", fmt.Errorf("%s: %w", name, err)
			}
		}
		zones[name] = slimmed[string(file)]
	}
	return hours.PackDatabase(release, source, zones), nil
}

// mayReplace refuses a release that is damaged or older, or that lost names: stored
// schedules have them.
func mayReplace(old, fresh *hours.Database) error {
	if err := fresh.Check(); err != nil {
		return err
	}
	if hours.NewerRelease(old.Release(), fresh.Release()) {
		return fmt.Errorf("%s is older than %s, which is there", fresh.Release(), old.Release())
	}
	var gone []string
	for _, name := range old.Names() {
		if _, err := fresh.Location(name); err != nil {
			gone = append(gone, name)
		}
	}
	if len(gone) > 0 {
		return errors.New("these names are gone: " + strings.Join(gone, ", "))
	}
	return nil
}

// tell prints the zones whose clocks go otherwise than before, from a year ago to two
// years ahead; names that share their changes stand together.
func tell(out io.Writer, old, fresh *hours.Database, now time.Time) error {
	from, to := now.UTC().Truncate(time.Hour).AddDate(-1, 0, 0), now.UTC().Truncate(time.Hour).AddDate(2, 0, 0)
	changes, err := hours.Differences(old, fresh, from, to)
	if err != nil {
		return err
	}
	said := map[string]string{} // of each zone
	var order []string          // of what was said
	names := map[string][]string{}
	for _, c := range changes {
		until := "until " + c.To.Format(time.RFC3339)
		if c.To.Equal(to) {
			until = "on"
		}
		said[c.Zone] += fmt.Sprintf("  from %s %s: %s, not %s\n", c.From.Format(time.RFC3339), until, offset(c.Is), offset(c.Was))
	}
	for _, name := range old.Names() {
		text := said[name]
		if text != "" && names[text] == nil {
			order = append(order, text)
		}
		names[text] = append(names[text], name)
	}
	for _, text := range order {
		fmt.Fprintf(out, "%s\n%s", strings.Join(names[text], " "), text)
	}
	if len(order) == 0 {
		fmt.Fprintf(out, "No clock goes otherwise from %s to %s.\n", from.Format(time.DateOnly), to.Format(time.DateOnly))
	}
	return nil
}

// offset writes what a zone adds to UTC, such as -07:00.
func offset(d time.Duration) string {
	return time.Time{}.In(time.FixedZone("", int(d.Seconds()))).Format("-07:00")
}
