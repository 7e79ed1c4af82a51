package desk_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
)

// books are what a soak is reckoned by: what customers and agents were told, and what is committed to
// the table, read with eyes of their own. They ask none of the product's counters.
type books struct {
	now func() time.Time

	mu     sync.Mutex
	visits map[string]*visit         // by escalation
	rings  map[string]*standingOffer // what rings now
	open   map[string]bool           // escalations that are not over
	faults []string

	offers, callbacksRead int
	latest                time.Duration // beyond its deadline that anything rang
	diedLatest            time.Duration // and where the process of its timer died
	died                  map[string]bool
}

// visit is one contact of a customer.
type visit struct {
	id, interaction, words string
	person                 int
	taken, gaveUp          bool // the shop said that it has it; nobody came back after an error
	left, asked            bool // the customer left, and asked to be called back
	accepted               map[string]bool
	outcome                string // that an agent gave, and was told that it is kept
}

// standingOffer is an offer that waits for its agent.
type standingOffer struct {
	number int
	until  time.Time // as phones are told
}

// soakState is an escalation as it lies in the table.
type soakState struct {
	State       string `json:"s"`
	Interaction string `json:"i"`
	Outcome     string `json:"out"`
	Callback    string `json:"cb"`
	Offer       *struct {
		Number int   `json:"n"`
		Until  int64 `json:"u"`
	} `json:"o"`
	Assigned *struct{} `json:"as"`
}

// patienceBeyond is how long an offer may ring beyond its deadline, which is three seconds after
// the end that phones are told.
const patienceBeyond = 10 * time.Second

func newBooks(now func() time.Time) *books {
	return &books{now: now, visits: map[string]*visit{}, rings: map[string]*standingOffer{}, open: map[string]bool{}, died: map[string]bool{}}
}

// fault notes what does not add up. The lock is held.
func (b *books) fault(format string, args ...any) {
	b.faults = append(b.faults, fmt.Sprintf(format, args...))
}

// saw takes note of one Write that went through.
func (b *books) saw(ops []table.Op) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, op := range ops {
		k := op.Item.Key
		switch {
		case op.Kind != table.OpPut:
		case k.Sort == "state" && strings.HasPrefix(k.Partition, "esc_"):
			b.sawState(k.Partition, op.Item.Body)
		case strings.HasPrefix(k.Sort, "mem/"):
			b.sawRow(k.Sort, op.Item.Body)
		}
	}
}

func (b *books) sawState(id string, body []byte) {
	e, was := read[soakState](body), b.rings[id]
	if b.open[id] = e.State == "ringing" || e.State == "active"; !b.open[id] {
		delete(b.open, id)
	}
	if was != nil && (e.Offer == nil || e.Offer.Number != was.number) {
		b.rang(id, was)
		delete(b.rings, id)
	}
	if e.Offer != nil && b.rings[id] == nil {
		b.offers++
		b.rings[id] = &standingOffer{e.Offer.Number, time.UnixMilli(e.Offer.Until)}
	}
	if b.visits[id] == nil {
		b.fault("%s is nobody's", id)
	}
}

// rang judges how long an offer rang.
func (b *books) rang(id string, r *standingOffer) {
	beyond := b.now().Sub(r.until.Add(desk.TapTime))
	if b.died[id] {
		b.diedLatest = max(b.diedLatest, beyond)
		return
	}
	b.latest = max(b.latest, beyond)
	if beyond > patienceBeyond {
		b.fault("offer %d of %s rang %v beyond its deadline", r.number, id, beyond)
	}
}

// sawRow holds what a member has against what they take.
func (b *books) sawRow(member string, body []byte) {
	r := read[agentRow](body)
	chats, calls := 0, 0
	for _, w := range r.Work {
		if w.Channel == "call" {
			calls++
		} else {
			chats++
		}
	}
	if calls > 1 || chats > soakChats {
		b.fault("%s has %d calls and %d chats", member, calls, chats)
	}
}

// watch looks every few seconds whether anything rings that should not.
func (b *books) watch(closed context.Context) func() {
	return func() {
		for pause(closed, 5*time.Second) == nil {
			b.mu.Lock()
			for id, r := range b.rings {
				if !b.died[id] && b.now().Sub(r.until.Add(desk.TapTime)) > patienceBeyond {
					b.rang(id, r)
					b.died[id] = true // told once
				}
			}
			b.mu.Unlock()
		}
	}
}

// timerDied notes that the process of an offer's timer died: the queue hands the timer out again
// after half a minute, which no code of ours can shorten.
func (b *books) timerDied(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.died[id] = true
}

func (b *books) alive() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.open)
}

func (b *books) visit(id string, person int, interaction, words string) *visit {
	b.mu.Lock()
	defer b.mu.Unlock()
	v := &visit{id: id, person: person, interaction: interaction, words: words, accepted: map[string]bool{}}
	b.visits[id] = v
	return v
}

// note keeps what somebody was told.
func (b *books) note(id string, keep func(v *visit)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if v := b.visits[id]; v != nil {
		keep(v)
	}
}

func (b *books) taken(v *visit)  { b.note(v.id, func(v *visit) { v.taken = true }) }
func (b *books) gaveUp(v *visit) { b.note(v.id, func(v *visit) { v.gaveUp = true }) }
func (b *books) left(v *visit, callback bool) {
	b.note(v.id, func(v *visit) { v.left, v.asked = true, v.asked || callback })
}
func (b *books) accepted(id, member string) { b.note(id, func(v *visit) { v.accepted[member] = true }) }
func (b *books) completed(id, outcome string) {
	b.note(id, func(v *visit) { v.outcome = outcome })
}

// read holds a callback that an agent reads against what its customers said.
func (b *books) read(cb desk.CallbackDetail) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.callbacksRead++
	_ = b.sameCustomer(cb)
}

// sameCustomer wants a callback to be of one person, and each conversation in it to be theirs, word
// for word. It reports whether that is so.
func (b *books) sameCustomer(cb desk.CallbackDetail) (same bool) {
	person, before := -1, len(b.faults)
	for _, e := range cb.Entries {
		v := b.visits[e.EscalationID]
		switch {
		case v == nil || v.interaction != e.InteractionID || e.Summary != v.words:
			b.fault("%s has an entry of %s with the words %q of %s", cb.ID, e.EscalationID, e.Summary, e.InteractionID)
			continue
		case e.Customer.Name != fmt.Sprint("Person ", v.person):
			b.fault("%s calls person %d %q", cb.ID, v.person, e.Customer.Name)
		case person >= 0 && person != v.person:
			b.fault("%s is of persons %d and %d", cb.ID, person, v.person)
		}
		person = v.person
	}
	for _, c := range cb.Conversations {
		v := b.visits[c.EscalationID]
		if v == nil || v.person != person || c.Summary != v.words || len(c.Messages) == 0 || c.Messages[0].Text != v.words {
			b.fault("%s has a conversation of %s that is not its own: %+v", cb.ID, c.EscalationID, c.Conversation)
		}
	}
	return len(b.faults) == before
}

// reckoning is what a soak comes to.
type reckoning struct {
	customers, refused    int
	ended                 map[string]int // how, and how many so
	offers, callbacks     int
	callbacksEnded        map[string]int
	joined, right, read   int // conversations in callbacks, and with the right customer; callbacks that agents read
	latest, diedLatest    time.Duration
	calls, broken, deaths int
	faults                map[string]int
	sent, again           int
	wrong                 []string
	virtual               time.Duration
}

// add adds another shop's.
func (r *reckoning) add(o reckoning) {
	r.customers, r.refused, r.offers, r.callbacks = r.customers+o.customers, r.refused+o.refused, r.offers+o.offers, r.callbacks+o.callbacks
	r.joined, r.right, r.read, r.calls, r.broken, r.deaths = r.joined+o.joined, r.right+o.right, r.read+o.read, r.calls+o.calls, r.broken+o.broken, r.deaths+o.deaths
	r.sent, r.again, r.virtual = r.sent+o.sent, r.again+o.again, r.virtual+o.virtual
	r.latest, r.diedLatest = max(r.latest, o.latest), max(r.diedLatest, o.diedLatest)
	r.wrong = append(r.wrong, o.wrong...)
	for _, m := range []struct{ to, from *map[string]int }{{&r.ended, &o.ended}, {&r.callbacksEnded, &o.callbacksEnded}, {&r.faults, &o.faults}} {
		if *m.to == nil {
			*m.to = map[string]int{}
		}
		for k, n := range *m.from {
			(*m.to)[k] += n
		}
	}
}

// counts lists numbers by name, the largest first.
func counts(m map[string]int) string {
	names := slices.SortedFunc(maps.Keys(m), func(a, b string) int { return cmp.Or(m[b]-m[a], strings.Compare(a, b)) })
	var list []string
	for _, name := range names {
		list = append(list, fmt.Sprintf("%s %d", name, m[name]))
	}
	return strings.Join(list, ", ")
}

// String prints it.
func (r *reckoning) String() string {
	sum := func(m map[string]int) (n int) {
		for _, of := range m {
			n += of
		}
		return n
	}
	var b strings.Builder
	fmt.Fprintf(&b, "in %d = ended well %d + refused aloud and not stored %d\n", r.customers, sum(r.ended), r.refused)
	fmt.Fprintf(&b, "ended: %s\n", counts(r.ended))
	fmt.Fprintf(&b, "callbacks: %d with %d conversations, %d with the right customer and words; %s; read by agents %d times\n", r.callbacks, r.joined, r.right, counts(r.callbacksEnded), r.read)
	fmt.Fprintf(&b, "offers: %d; the longest rang %v beyond its deadline, of at most %v", r.offers, r.latest.Round(time.Millisecond), patienceBeyond)
	if r.diedLatest > 0 {
		fmt.Fprintf(&b, "; %v where the process of its timer died", r.diedLatest.Round(time.Millisecond))
	}
	fmt.Fprintf(&b, "\nfaults: %d of %d calls (%.1f %%), and %d processes that died; %s\n", r.broken, r.calls, 100*float64(r.broken)/float64(max(1, r.calls)), r.deaths, counts(r.faults))
	fmt.Fprintf(&b, "timers: %d sent, %d handed out again by the queue; %v of the shops' time\n", r.sent, r.again, r.virtual.Round(time.Minute))
	for _, w := range r.wrong[:min(len(r.wrong), 50)] {
		fmt.Fprintf(&b, "WRONG: %s\n", w)
	}
	return b.String()
}
