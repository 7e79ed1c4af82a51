package desk

import (
	"context"
	"fmt"
	"slices"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/packed"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// entry is one conversation of a callback as stored. Its mark lies in the head, so that one
// small item ends all of them.
type entry struct {
	At          int64          `json:"t"`
	Escalation  string         `json:"e"`
	Interaction string         `json:"i,omitempty"`
	Department  string         `json:"d,omitempty"`
	Channel     roster.Channel `json:"ch"`
	Reason      Reason         `json:"r"`
	Summary     string         `json:"sum,omitempty"`
	Customer    Customer       `json:"c"`
}

// newEntry is the entry of a request.
func newEntry(id, dep string, env *envelope) entry {
	r := &env.Request
	return entry{
		At: env.At, Escalation: id, Interaction: r.InteractionID, Department: dep,
		Channel: r.Channel, Reason: r.Reason, Summary: r.Conversation.Summary, Customer: r.Customer,
	}
}

func (e *entry) view(mark byte) Entry {
	state := map[byte]string{markOpen: "open", markHelped: "helped", markTaken: "taken_back"}[mark]
	return Entry{
		At: instant(e.At), State: state, EscalationID: e.Escalation, InteractionID: e.Interaction,
		Channel: e.Channel, Reason: e.Reason, Summary: e.Summary, Customer: e.Customer,
	}
}

// mostShown is how many entries and attempts one callback shows.
const mostShown = 50

// numbered is an entry with its number and the version of its item.
type numbered struct {
	stored[entry]
	n int
}

// entries reads the newest most entries, the oldest of them first. What an older version
// has joined has no item: its request tells.
func (d *Desk) entries(ctx context.Context, id string, cb *callback, most int) ([]numbered, error) {
	items, err := d.Table.Query(ctx, table.Range{Partition: id, Prefix: keys.PrefixEntry, Limit: most, Newest: true})
	if err != nil {
		return nil, fmt.Errorf("reading the entries of %s: %w", id, err)
	}
	list := make([]numbered, 0, len(items))
	for _, it := range slices.Backward(items) {
		e, err := decode[entry](it)
		if err != nil {
			return nil, err
		}
		if n := keys.EntryNumber(it.Key); n <= len(cb.Marks) { // else it came after the head was read
			list = append(list, numbered{e, n})
		}
	}
	if cb.Bare == 0 {
		return list, nil
	}
	return d.withBare(ctx, id, cb, list, most)
}

// withBare puts the entries without an item among the others, up to most in all.
func (d *Desk) withBare(ctx context.Context, id string, cb *callback, list []numbered, most int) ([]numbered, error) {
	item := make(map[int]numbered, len(list))
	for _, e := range list {
		item[e.n] = e
	}
	first := max(0, len(cb.Marks)-most)
	bare := make([]numbered, max(0, cb.Bare-first))
	if err := d.bareEntries(ctx, id, cb, bare); err != nil {
		return nil, err
	}
	for i, e := range bare {
		if own, ok := item[e.n]; ok { // written since
			bare[i] = own
		}
	}
	return append(bare, slices.DeleteFunc(list, func(e numbered) bool { return e.n <= cb.Bare })...), nil
}

// bareEntries fills the list with the newest entries that have no item.
func (d *Desk) bareEntries(ctx context.Context, id string, cb *callback, list []numbered) error {
	all, err := d.escalationsOf(ctx, id, cb)
	if err != nil {
		return err
	}
	first := cb.Bare - len(list)
	return inParallel(len(list), func(i int) error {
		list[i].n = first + i + 1
		list[i].value.Escalation = all[first+i]
		env, _, found, err := d.loadHead(ctx, all[first+i])
		if found {
			list[i].value = newEntry(all[first+i], cb.Department, &env)
		}
		return err
	})
}

// escalationsOf gives the escalations of all entries, the oldest first. What is stored may
// have more than the head has room for.
func (d *Desk) escalationsOf(ctx context.Context, id string, cb *callback) ([]string, error) {
	if len(cb.Escalations) == len(cb.Marks) {
		return cb.Escalations, nil
	}
	b, err := d.loadBefore(ctx, id)
	return b.Escalations, err
}

// attempts reads the newest most attempts, the oldest of them first.
func (d *Desk) attempts(ctx context.Context, id string, cb *callback, most int) ([]attempt, error) {
	items, err := d.Table.Query(ctx, table.Range{Partition: id, Prefix: keys.PrefixAttempt, Limit: most, Newest: true})
	if err != nil {
		return nil, fmt.Errorf("reading the attempts of %s: %w", id, err)
	}
	old := cb.Attempts
	if cb.Before && len(items) < most {
		b, err := d.loadBefore(ctx, id)
		if err != nil {
			return nil, err
		}
		old = b.Attempts
	}
	list := slices.Clone(old[max(0, len(old)-(most-len(items))):])
	for _, it := range slices.Backward(items) {
		a, err := decode[attempt](it)
		if err != nil {
			return nil, err
		}
		list = append(list, a.value)
	}
	return list, nil
}

// moved is what lies in the item that an older version's lists were moved to.
type moved struct {
	Escalations []string `json:"e"`
	before
}

func (d *Desk) loadBefore(ctx context.Context, id string) (m moved, err error) {
	k := keys.CallbackBefore(id)
	it, found, err := d.Table.Get(ctx, k)
	if err != nil || !found {
		return m, wrapRead(err, k)
	}
	if err := packed.Decode(it.Body, &m); err != nil {
		return m, fmt.Errorf("decoding %s: %w", keys.Named(k), err)
	}
	return m, nil
}

// maxHead is how many bytes a callback's head and each of its entries have at most.
const maxHead = 8 << 10

// put gives the operations that write the head: with the first of them an older version's
// lists move out of it. It changes the callback to what is written.
func (cb *callback) put(id string, version int64, now int64) []table.Op {
	var ops []table.Op
	if len(cb.Attempts) > 0 || len(cb.Escalations) > maxEntries {
		body := packed.Encode(moved{cb.Escalations, cb.before})
		ops = append(ops, table.Put(table.Item{Key: keys.CallbackBefore(id), Body: body}, table.Condition{}))
		cb.Before = true
	}
	cb.before = before{}
	cb.Escalations = cb.Escalations[max(0, len(cb.Escalations)-maxEntries):]
	cb.Changed = now
	cb.fit()
	return append(ops, put(keys.Callback(id), cb, table.AtVersion(version)))
}

// fit cuts texts until the head is small enough, the note of its end last.
func (cb *callback) fit() {
	cb.Summary = firstOf(cb.Summary, 200)
	cut := cb.Customer.texts()
	cut = append(cut, &cb.Summary)
	if cb.LastTry != nil {
		last := *cb.LastTry
		last.Note = firstOf(last.Note, 200)
		cb.LastTry, cut = &last, append(cut, &last.Note)
	}
	if cb.LastEntry != nil {
		last := *cb.LastEntry
		last.Summary = firstOf(last.Summary, 200)
		cb.LastEntry, cut = &last, append(append(cut, &last.Summary, &last.Interaction), last.Customer.texts()...)
	}
	shorten(cb, maxHead, cut)
	shorten(cb, maxHead, []*string{&cb.Note})
}

// putEntry writes an entry, its longest texts cut to an item's size. The request has them
// whole.
func (e entry) put(id string, n int, c table.Condition) table.Op {
	shorten(&e, maxHead, append(e.Customer.texts(), &e.Summary))
	return put(keys.CallbackEntry(id, n), e, c)
}

// texts are those that may be cut. Half a phone number or e-mail would be another one.
func (c *Customer) texts() []*string {
	return []*string{&c.Name, &c.PhoneAsGiven, &c.EmailAsGiven, &c.Locale, &c.TimeZone}
}

// shorten cuts texts, all to the same length, until v takes less than most bytes.
func shorten(v any, most int, texts []*string) {
	for length := most / 2; length > 0 && packed.Size(v) >= most; length /= 2 {
		for _, s := range texts {
			*s = firstOf(*s, length)
		}
	}
}

// firstOf is the beginning of a text, of so many characters.
func firstOf(s string, characters int) string {
	for i := range s {
		if characters--; characters < 0 {
			return s[:i]
		}
	}
	return s
}
