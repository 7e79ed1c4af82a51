package desk_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// mirror is the model of all callbacks: it sees every Write, knows who does what at that
// time, and says by rules of its own what may become of which entry.
type mirror struct {
	talks  map[string]*talk  // by interaction
	papers map[string]*paper // by callback
	live   map[string]bool   // departments
	act    deed              // what is being done
	order  []string          // callbacks, as they came
	where  map[string]string // the callback of an escalation
	fault  []string
}

// talk is one conversation as its customer had it.
type talk struct {
	id, name, dep string
	who           person
	gave          map[string]bool // contacts, ever
	asked         []string        // escalations
}

// paper is a callback, and slip one entry of it.
type paper struct {
	id, state, joinedTo, holder string
	deps                        []string
	looks                       string // the mark of the last look
	slips                       []*slip
	younger                     []*paper      // for which it goes on
	held                        []string      // who ever did
	given                       desk.Customer // as the head has it
}

type slip struct {
	talk     *talk
	esc, dep string
	mark     byte
	customer desk.Customer
	closedBy string // the escalation that was resolved
}

// deed is one thing that somebody does, or a timer.
type deed struct {
	what     string
	talk     *talk    // of which the assistant speaks
	callback string   // which an agent, or a timer, is about
	esc      string   // which an agent completes
	named    []string // callbacks that an agent closes with it
	seen     int      // entries that an agent saw; 0 for all
	member   string
	at       time.Time
}

func newMirror() *mirror {
	return &mirror{talks: map[string]*talk{}, papers: map[string]*paper{}, where: map[string]string{}, live: map[string]bool{"": true}}
}

func (l *mirror) wrong(format string, args ...any) {
	l.fault = append(l.fault, fmt.Sprintf(format, args...)+fmt.Sprintf(" (while %s %s%s)", l.act.what, l.act.callback, l.act.esc))
}

// storedHead and storedEntry are what the model reads of the items.
type storedHead struct {
	State       string        `json:"s"`
	Marks       string        `json:"mk"`
	Department  string        `json:"d"`
	Departments []string      `json:"ds"`
	Customer    desk.Customer `json:"c"`
	Claimed     *desk.Agent   `json:"cl"`
	JoinedTo    string        `json:"jt"`
	Overdue     string        `json:"od"`
}

type storedEntry struct {
	Escalation  string        `json:"e"`
	Interaction string        `json:"i"`
	Department  string        `json:"d"`
	Customer    desk.Customer `json:"c"`
}

// saw is told of each Write that went through.
func (l *mirror) saw(ops []table.Op) {
	fresh := map[string]*slip{} // entries of this Write, by callback and number
	for _, op := range ops {
		k := op.Item.Key
		if op.Kind == table.OpPut && strings.HasPrefix(k.Partition, "cb_") && strings.HasPrefix(k.Sort, keys.PrefixEntry) {
			var e storedEntry
			l.decode(op, &e)
			fresh[fmt.Sprint(k.Partition, " ", keys.EntryNumber(k))] = l.entry(k.Partition, e)
		}
	}
	heads := map[string]storedHead{}
	for _, op := range ops {
		if k := op.Item.Key; op.Kind == table.OpPut && strings.HasPrefix(k.Partition, "cb_") && k.Sort == "callback" {
			var h storedHead
			l.decode(op, &h)
			heads[k.Partition] = h
			if l.papers[k.Partition] == nil {
				l.papers[k.Partition] = &paper{id: k.Partition, state: "new"}
				l.order = append(l.order, k.Partition)
			}
		}
	}
	for id, h := range heads {
		l.head(l.papers[id], h, fresh)
	}
	for id, h := range heads {
		l.state(l.papers[id], h)
	}
	for at, s := range fresh {
		id, n := "", 0
		_, _ = fmt.Sscan(at, &id, &n)
		l.write(l.papers[id], n, s)
	}
}

func (l *mirror) decode(op table.Op, to any) {
	if err := json.Unmarshal(op.Item.Body, to); err != nil {
		l.wrong("%v: %v", op.Item.Key, err)
	}
}

// entry is a slip of what is stored: its conversation gave all that it says.
func (l *mirror) entry(cb string, e storedEntry) *slip {
	t := l.talks[e.Interaction]
	if t == nil || !slices.Contains(t.asked, e.Escalation) {
		l.wrong("%s has an entry of %s, %s, which nobody asked for", cb, e.Interaction, e.Escalation)
		t = &talk{}
	}
	for _, c := range contacts(e.Customer) {
		if !t.gave[c] {
			l.wrong("%s has %s in the entry of %s, who never gave it", cb, c, t.id)
		}
	}
	return &slip{talk: t, esc: e.Escalation, dep: e.Department, mark: 'o', customer: e.Customer}
}

func contacts(c desk.Customer) (list []string) {
	for _, s := range []string{c.Phone, c.Email} {
		if s != "" {
			list = append(list, s)
		}
	}
	return list
}

// head judges what has become of the entries of a callback.
func (l *mirror) head(p *paper, h storedHead, fresh map[string]*slip) {
	if len(h.Marks) < len(p.slips) {
		l.wrong("%s has lost entries", p.id)
		return
	}
	before := len(p.slips)
	for i := range len(h.Marks) {
		if i < before {
			continue
		}
		s := fresh[fmt.Sprint(p.id, " ", i+1)]
		if s == nil || h.Marks[i] != 'o' {
			l.wrong("%s has entry %d without an item, or one that is not open", p.id, i+1)
			s = &slip{talk: &talk{}}
		}
		if i > 0 && !l.joins(p, s) {
			l.wrong("%s of %s joined %s, and has nothing in common with it", s.esc, s.talk.id, p.id)
		}
		p.slips = append(p.slips, s)
		if was := l.where[s.esc]; was != "" {
			l.wrong("%s is an entry of %s and of %s", s.esc, was, p.id)
		}
		l.where[s.esc] = p.id
	}
	for i, s := range p.slips[:before] {
		if to := h.Marks[i]; to != s.mark {
			if !l.may(p, i, to) {
				l.wrong("entry %d of %s, of %s, went from %c to %c", i+1, p.id, s.talk.id, s.mark, to)
			}
			s.mark = to
			if s.closedBy = ""; to == 'h' && l.act.what == "resolve" {
				s.closedBy = l.act.esc
			}
		}
	}
	for _, c := range contacts(h.Customer) {
		if !p.slips[0].talk.gave[c] {
			l.wrong("%s is to be called at %s, which its customer %s never gave", p.id, c, p.slips[0].talk.id)
		}
	}
	p.given = h.Customer
}

// family is the callback with the younger ones that it goes on for.
func (l *mirror) family(p *paper) []*paper {
	list := []*paper{p}
	for _, q := range p.younger {
		to := q.joinedTo
		if to == p.id || slices.ContainsFunc(p.younger, func(r *paper) bool { return r.id == to }) {
			list = append(list, q)
		}
	}
	return list
}

// joins reports whether an entry has its conversation or a contact in common with a callback.
func (l *mirror) joins(p *paper, s *slip) bool {
	for _, q := range l.family(p) {
		for _, other := range q.slips {
			if other.talk == s.talk || common(other.talk, s.talk) {
				return true
			}
		}
	}
	return false
}

func common(a, b *talk) bool {
	for c := range a.gave {
		if b.gave[c] {
			return true
		}
	}
	return false
}

// may reports whether what is being done may change an entry's mark.
func (l *mirror) may(p *paper, i int, to byte) bool {
	a, s := &l.act, p.slips[i]
	switch {
	case s.mark == 'o' && to == 't':
		return a.what == "withdraw" && s.talk == a.talk
	case s.mark == 'o' && to == 'h':
		about := func(id string) bool { return id == p.id || l.leadsTo(p, id) }
		unseen := a.seen > 0 && p.id == a.callback && len(p.younger) == 0 && i >= a.seen
		return (a.what == "complete" || a.what == "dismiss") && about(a.callback) && !unseen ||
			a.what == "resolve" && (slices.ContainsFunc(a.named, about) || l.own(s))
	case to == 'o' && a.what == "contact":
		return s.talk == a.talk && l.brings(p)
	case to == 'o' && a.what == "correct":
		return s.mark == 'h' && s.closedBy == a.esc
	}
	return false
}

func (l *mirror) leadsTo(p *paper, id string) bool {
	for p.joinedTo != "" {
		if p = l.papers[p.joinedTo]; p.id == id {
			return true
		}
	}
	return false
}

// own reports whether who resolved their work helped that entry's customer, too.
func (l *mirror) own(s *slip) bool {
	t := l.act.talk
	if t == nil || t == s.talk {
		return t != nil
	}
	dep := t.dep
	if !l.live[dep] {
		dep = ""
	}
	names := t.name == "" || s.talk.name == "" || strings.EqualFold(t.name, s.talk.name)
	return names && common(t, s.talk) && (s.dep == t.dep || s.dep == dep)
}

// brings reports whether the conversation gave a contact that the callback does not have.
func (l *mirror) brings(p *paper) bool {
	known := contacts(p.given)
	for _, s := range p.slips {
		known = append(known, contacts(s.customer)...)
	}
	for c := range l.act.talk.gave {
		if !slices.Contains(known, c) {
			return true
		}
	}
	return false
}

// state judges how a callback went from one state to another.
func (l *mirror) state(p *paper, h storedHead) {
	open, a := strings.Contains(h.Marks, "o"), l.act.what
	was, led := p.state, p.joinedTo
	p.state, p.joinedTo, p.holder, p.looks = h.State, h.JoinedTo, "", h.Overdue
	if p.deps = h.Departments; p.deps == nil {
		p.deps = []string{h.Department}
	}
	if h.Claimed != nil {
		p.holder = h.Claimed.ID
		p.held = append(p.held, p.holder)
	}
	if p.ended() && p.joinedTo == "" && open {
		l.wrong("%s is %s, and an entry of it is open", p.id, p.state)
	}
	if p.state == was && p.joinedTo == led {
		return
	}
	ok := false
	switch was + " " + p.state {
	case "new open":
		ok = true
	case "open claimed":
		ok = a == "claim"
	case "claimed open":
		ok = a == "release" || a == "wake due"
	case "open done", "claimed done":
		ok = a == "complete" || a == "withdraw" || a == "resolve" || a == "contact" && p.joinedTo != "" && was == "open"
	case "open dismissed", "claimed dismissed":
		ok = a == "dismiss"
	case "done open", "dismissed open":
		ok = a == "contact" || a == "correct"
	case "dismissed done", "done done":
		ok = a == "contact" && p.joinedTo != "" // opened again, and another one goes on for it
	}
	if !ok {
		l.wrong("%s went from %s to %s", p.id, was, p.state)
	}
	older := l.papers[p.joinedTo]
	if older == nil {
		return
	}
	older.younger = append(append(older.younger, p), p.younger...)
	p.younger = nil
	if !slices.ContainsFunc(p.slips, func(s *slip) bool { return l.joins(older, s) }) {
		l.wrong("%s goes on in %s, and they have nothing in common", p.id, older.id)
	}
}

func (p *paper) ended() bool { return p.state == "done" || p.state == "dismissed" }

// write keeps what an entry says of its customer, whom only they may change.
func (l *mirror) write(p *paper, n int, s *slip) {
	if p == nil || n > len(p.slips) {
		l.wrong("entry %d is of no callback", n)
		return
	}
	own := p.slips[n-1]
	if own.talk != s.talk || own.esc != s.esc || own != s && (l.act.what != "contact" || l.act.talk != s.talk) {
		l.wrong("entry %d of %s, of %s, is written over", n, p.id, own.talk.id)
	}
	own.customer = s.customer
}

// unsettled counts the open entries of a conversation, or with nil of all, in a callback.
func (p *paper) unsettled(t *talk) (n int) {
	for _, s := range p.slips {
		if s.mark == 'o' && (t == nil || s.talk == t) {
			n++
		}
	}
	return n
}
