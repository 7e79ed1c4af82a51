package desk

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/connectnow/backend/internal/packed"
	"github.com/connectnow/backend/internal/table"
)

// Lists look at so many entries at a time, and give up filling a page after so many. A
// filter that matches little thus costs a bounded read; the cursor goes on.
const (
	walkChunk = 100
	walkMost  = 1000
)

// pageSize is how many bytes one page has: Lambda answers with 6 MB at most.
const pageSize = 4 << 20

// defaultLimit is that of the contract, for a Page without one.
const defaultLimit = 50

// entries are what a list is read from: small items in the order of the list.
type entries struct {
	table.Range
	until string   // of a list with the newest first: where it ends, itself included
	also  []string // further partitions with the same sort keys, to be merged in
}

// name tells a list from all others, of every account: the partitions in which it lies, in
// whatever order they are named, and where in them.
func (r entries) name() string {
	return strings.Join(append(slices.Sorted(slices.Values(append([]string{r.Partition}, r.also...))), r.Prefix), "\x00")
}

// walk reads a page of a list whose entries lead to items of their own. look gives the item
// of an entry, or nil when it does not belong to the list, or no longer. So an entry that a
// crash left behind is passed by and shown nowhere.
//
// The problem invalid names a cursor that was not given out. After 1,000 entries the page
// ends as it is, perhaps empty, with a cursor.
func walk[T any](ctx context.Context, d *Desk, r entries, p Page, look func(context.Context, table.Item) (*T, error)) (List[T], error) {
	list := List[T]{Items: []T{}}
	if p.Cursor != "" {
		after, err := readCursor(r.name(), p.Cursor)
		if err != nil || !strings.HasPrefix(after, r.Prefix) {
			return list, badCursor("cursor")
		}
		r.After = after
	}
	size, limit := 0, cmp.Or(p.Limit, defaultLimit)
	r.Limit = min(walkChunk, max(limit, 10)+1)
	for seen := 0; seen < walkMost; {
		items, last, err := d.nextEntries(ctx, r)
		if err != nil {
			return list, err
		}
		found := make([]*T, len(items))
		err = inParallel(len(items), func(i int) (err error) {
			found[i], err = look(ctx, items[i])
			return err
		})
		if err != nil {
			return list, err
		}
		for i, v := range found {
			if v != nil {
				size += packed.Size(v)
			}
			if v != nil && (len(list.Items) == limit || size > pageSize && len(list.Items) > 0) {
				list.NextCursor = makeCursor(r.name(), r.After)
				return list, nil
			}
			if v != nil {
				list.Items = append(list.Items, *v)
			}
			r.After = items[i].Key.Sort
		}
		if last {
			return list, nil
		}
		seen += len(items)
		r.Limit = walkChunk // the filter matches little: look at more at a time
	}
	list.NextCursor = makeCursor(r.name(), r.After)
	return list, nil
}

// nextEntries reads the next entries and says whether they are the last.
func (d *Desk) nextEntries(ctx context.Context, r entries) (items []table.Item, last bool, err error) {
	lists := make([][]table.Item, 1+len(r.also))
	err = inParallel(len(lists), func(i int) (err error) {
		part := r.Range
		if i > 0 {
			part.Partition = r.also[i-1]
		}
		lists[i], err = d.Table.Query(ctx, part)
		return err
	})
	if err != nil {
		return nil, false, fmt.Errorf("reading a list: %w", err)
	}
	items = slices.Concat(lists...)
	if len(lists) > 1 {
		slices.SortFunc(items, func(a, b table.Item) int { return strings.Compare(a.Key.Sort, b.Key.Sort) })
	}
	last = len(items) < r.Limit
	items = items[:min(len(items), r.Limit)]
	past := func(it table.Item) bool { return it.Key.Sort < r.until }
	if end := slices.IndexFunc(items, past); end >= 0 {
		items, last = items[:end], true
	}
	return items, last, nil
}

// cursorMark is how many bytes of a cursor tell of which list it is.
const cursorMark = 8

// makeCursor makes a cursor of the last sort key that was looked at. The next page begins
// after it, so what is created meanwhile shifts no page. The name of its list goes along, as a
// hash: a cursor of one list, or of one account, leads nowhere in another.
func makeCursor(list, after string) string {
	mark := sha256.Sum256([]byte(list))
	return base64.RawURLEncoding.EncodeToString(append(mark[:cursorMark], after...))
}

// readCursor gives the sort key that a cursor of a list was made of. A cursor is no secret and
// proves nothing: who makes one up gets a page of a list that they may read anyway.
func readCursor(list, cursor string) (string, error) {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(b) < cursorMark {
		return "", badCursor("cursor")
	}
	after := string(b[cursorMark:])
	if makeCursor(list, after) != cursor || len(after) > table.MaxSort || !utf8.ValidString(after) {
		return "", badCursor("cursor")
	}
	return after, nil
}

// badCursor is the problem of a cursor that this list has not given out.
func badCursor(field string) error {
	return Invalids([]FieldError{{field, "is not one that was given out"}})
}

// afterSlash is the id at the end of a sort key: esc_2qnfeay2umpk of
// 1795428000000/esc_2qnfeay2umpk.
func afterSlash(s string) string { return s[strings.LastIndexByte(s, '/')+1:] }
