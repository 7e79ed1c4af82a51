package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/names"
	"github.com/connectnow/backend/internal/packed"
	"github.com/connectnow/backend/internal/roster"
)

// MemberFilter narrows the list of members; empty fields ask nothing.
type MemberFilter struct {
	DepartmentID string
	Status       string // online or offline
	Text         string // part of a name or an e-mail, as names.Fold compares them
}

// Members lists the members of the caller's account by first name, last name and id, names
// compared by names.Fold. A department that is not there has none.
//
// First names lie in the desk rows, which one Query reads. Profiles have the rest, and are
// read only of the first names that the page shows: by the name of a page's last member, who
// need not be there any more, the next page begins. A search reads profiles until the page
// is full, of 1,000 members at most.
func (d *Desk) Members(ctx context.Context, c Caller, f MemberFilter, p Page) (List[Member], error) {
	none := List[Member]{Items: []Member{}}
	after, err := memberCursor(c.AccountID, p.Cursor)
	if err != nil {
		return none, err
	}
	s, err := d.readDesk(ctx, c.AccountID)
	if err != nil || !s.Has(f.DepartmentID) {
		return none, err
	}
	f.Text = names.Fold(f.Text)
	l := memberList{Desk: d, name: membersOf(c.AccountID), roster: s, filter: f, now: d.Now(), limit: cmp.Or(p.Limit, defaultLimit), after: after, page: none}
	rows := l.rows()
	for seen := 0; len(rows) > 0; {
		if seen >= walkMost {
			l.page.NextCursor = makeCursor(l.name, l.after)
			break
		}
		var some []nameRow
		some, rows = nextNames(rows, l.limit+1)
		if full, err := l.fill(ctx, some); err != nil || full {
			return l.page, err
		}
		seen += len(some)
	}
	return l.page, nil
}

// memberList is a page of members being filled.
type memberList struct {
	*Desk
	name   string // of the list, for its cursors
	roster *roster.Roster
	filter MemberFilter
	now    time.Time
	limit  int
	after  string // the sort key of the last member that was looked at
	size   int
	page   List[Member]
}

// nameRow is a desk row with the first part of its member's sort key.
type nameRow struct {
	first string
	row   *roster.Row
}

// rows are those that the list may have, in the order of first names, from that of the
// cursor on.
func (l *memberList) rows() []nameRow {
	from, _, _ := strings.Cut(l.after, "\x00")
	var rows []nameRow
	for _, r := range l.roster.Rows {
		status := l.filter.Status
		if r.Removed || !r.In(l.filter.DepartmentID) || status != "" && status != r.Status() {
			continue
		}
		if first := sortName(r.FirstName); first >= from {
			rows = append(rows, nameRow{first, r})
		}
	}
	slices.SortFunc(rows, func(a, b nameRow) int { return strings.Compare(a.first, b.first) })
	return rows
}

// nextNames takes so many rows or more: all with the last one's first name, whose order only
// their profiles tell.
func nextNames(rows []nameRow, n int) (some, rest []nameRow) {
	n = min(n, len(rows))
	for n < len(rows) && rows[n].first == rows[n-1].first {
		n++
	}
	return rows[:n], rows[n:]
}

// listed is a member with the sort key.
type listed struct {
	key string
	person
}

// fill adds the members of some rows to the page, and tells whether it is full.
func (l *memberList) fill(ctx context.Context, rows []nameRow) (full bool, err error) {
	people, err := l.people(ctx, rows)
	if err != nil {
		return false, err
	}
	fits := func(p listed) bool { return p.key > l.after && l.filter.matches(&p.profile.value) }
	shown := slices.DeleteFunc(slices.Clone(people), func(p listed) bool { return !fits(p) })
	more := len(shown) > l.limit-len(l.page.Items)
	shown = shown[:min(len(shown), l.limit-len(l.page.Items))]
	views := make([]Member, len(shown))
	err = inParallel(len(shown), func(i int) (err error) {
		views[i], err = l.withDevices(ctx, shown[i].view(l.roster, l.now))
		return err
	})
	if err != nil {
		return false, err
	}
	for i, v := range views {
		if l.size += packed.Size(v); l.size > pageSize && len(l.page.Items) > 0 {
			more = true
			break
		}
		l.page.Items, l.after = append(l.page.Items, v), shown[i].key
	}
	if more {
		l.page.NextCursor = makeCursor(l.name, l.after)
	} else if len(people) > 0 {
		l.after = max(l.after, people[len(people)-1].key)
	}
	return more, nil
}

// people reads the profiles of rows and puts their members in order.
func (l *memberList) people(ctx context.Context, rows []nameRow) ([]listed, error) {
	people := make([]listed, 0, len(rows))
	for chunk := range slices.Chunk(rows, walkChunk) {
		found := make([]listed, len(chunk))
		err := inParallel(len(chunk), func(i int) error {
			prof, err := load[profile](ctx, l.Table, keys.Profile(chunk[i].row.ID))
			key := chunk[i].first + "\x00" + sortName(prof.value.LastName) + "\x00" + chunk[i].row.ID
			found[i] = listed{key, person{chunk[i].row, prof}}
			return err
		})
		if err != nil {
			return nil, err
		}
		people = append(people, found...)
	}
	people = slices.DeleteFunc(people, func(p listed) bool { return !p.profile.value.ready() })
	slices.SortFunc(people, func(a, b listed) int { return strings.Compare(a.key, b.key) })
	return people, nil
}

// matches reports whether the text of a filter is part of the member's name or e-mail.
func (f MemberFilter) matches(p *profile) bool {
	return f.Text == "" || strings.Contains(names.Fold(p.FirstName+" "+p.LastName), f.Text) ||
		strings.Contains(names.Fold(p.Email), f.Text)
}

// longestSortName keeps two names and an id within a cursor. Names of 64 characters may fold
// to thousands; who is the same in so many bytes is put in order by the id.
const longestSortName = 300

// sortName is the form of a name by which members are put in order.
func sortName(name string) string {
	folded := strings.ReplaceAll(names.Fold(name), "\x00", "")
	if len(folded) <= longestSortName {
		return folded
	}
	n := longestSortName
	for !utf8.RuneStart(folded[n]) {
		n--
	}
	return folded[:n]
}

// membersOf is the name of an account's list of members, for its cursors.
func membersOf(acc string) string { return "members\x00" + acc }

// memberCursor reads a cursor of this list: a sort key.
func memberCursor(acc, cursor string) (string, error) {
	if cursor == "" {
		return "", nil
	}
	after, err := readCursor(membersOf(acc), cursor)
	if err == nil && strings.Count(after, "\x00") != 2 {
		return "", badCursor("cursor")
	}
	return after, err
}
