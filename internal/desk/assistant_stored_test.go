package desk_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/conditions"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
)

// assistantItems are all that the assistant's settings lie in.
func (w *world) assistantItems() []table.Item {
	w.t.Helper()
	items, err := w.Table.Query(w.ctx, table.Range{Partition: keys.Assistant(w.acc)})
	must(w.t, err)
	account, _, err := w.Table.Get(w.ctx, keys.Account(w.acc))
	must(w.t, err)
	return append(items, account)
}

// writtenElsewhere puts items in the place of those of now, as another process does: nothing
// of it goes through this one.
func (w *world) writtenElsewhere(items []table.Item) {
	w.t.Helper()
	stay := map[table.Key]bool{}
	var ops []table.Op
	for _, it := range items {
		stay[it.Key] = true
		ops = append(ops, table.Put(table.Item{Key: it.Key, Body: it.Body}, table.Condition{}))
	}
	for _, it := range w.assistantItems() {
		if !stay[it.Key] {
			ops = append(ops, table.Delete(it.Key, table.Condition{}))
		}
	}
	must(w.t, w.Table.Write(w.ctx, ops...))
}

// What another process has set holds at the next call of this one, whether this one has read
// it before or not.
func TestSettingsOfAnotherProcessHold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	w.SetPieceSize(200)
	said := conditions.Signals{Message: "refund my money", Confidence: ptr(0.5), InteractionID: "conv-1"}
	states := []struct {
		name string
		desk.Assistant
		want  string // rule and condition
		items []table.Item
	}{
		{name: "nothing", Assistant: desk.Assistant{Enabled: true}, want: "none "},
		{name: "a phrase", Assistant: desk.Assistant{Enabled: true, Conditions: []conditions.Condition{phrases("c1", "", "refund*")}}, want: "condition c1"},
		{name: "another", Assistant: desk.Assistant{Enabled: true, Conditions: []conditions.Condition{phrases("c2", "", "money")}}, want: "condition c2"},
		{name: "an order", Assistant: desk.Assistant{Enabled: true, Conditions: []conditions.Condition{phrases("c2", "", "money"), phrases("c1", "", "refund*")}}, want: "condition c2"},
		{name: "a threshold alone", Assistant: desk.Assistant{Enabled: true, ConfidenceThreshold: ptr(0.6), Conditions: []conditions.Condition{phrases("c2", "", "money")}}, want: "confidence "},
		{name: "off", Assistant: desk.Assistant{Enabled: false, Conditions: []conditions.Condition{phrases("c2", "", "money")}}, want: "off "},
		{name: "many", Assistant: many(40), want: "condition c39"},
	}
	for i := range states {
		w.putAssistant(states[i].Assistant)
		states[i].items = w.assistantItems()
	}
	for _, known := range []bool{true, false} {
		for i := range 2 * len(states) {
			s := states[i*3%len(states)]
			w.writtenElsewhere(s.items)
			if !known {
				desk.ForgetRules()
			}
			if d := w.decide(said); fmt.Sprint(d.Rule, " ", d.ConditionID) != s.want {
				t.Errorf("%s (known %t): %+v, want %s", s.name, known, d, s.want)
			}
		}
	}
}

// many are conditions of which the last is met by "money".
func many(n int) desk.Assistant {
	a := desk.Assistant{Enabled: true}
	for i := range n {
		word := fmt.Sprintf("%x", i*7919)
		if i == n-1 {
			word = "money"
		}
		a.Conditions = append(a.Conditions, phrases(fmt.Sprint("c", i), "", word))
	}
	return a
}

// Of settings in which nothing large has changed the pieces stay as they are, also where a
// later version makes larger or smaller ones.
func TestPiecesStay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	for i, size := range []int{200, 100, 600} {
		a := many(100 + i)
		w.SetPieceSize(size)
		w.putAssistant(a)
		before := w.assistantItems()
		w.SetPieceSize(150)
		a.ConfidenceThreshold = ptr(0.5)
		put := w.putAssistant(a)
		after := w.assistantItems()
		if len(before) < 4 || !cmp.Equal(before[:len(before)-2], after[:len(after)-2]) {
			t.Errorf("made of %d bytes: %d items became %d, or others", size, len(before), len(after))
		}
		desk.ForgetRules()
		read, err := w.Assistant(w.ctx, w.admin)
		if diff := cmp.Diff(put, read); err != nil || diff != "" {
			t.Errorf("made of %d bytes: %v (-put +read):\n%s", size, err, diff)
		}
	}
}

// meets is a world in which something happens just before the next call that is of a kind.
func meets(t *testing.T, is func(fault.Call) bool) (w *world, before func(happens func(bare *world))) {
	var next atomic.Pointer[func(*world)]
	w = newWorld(t, worldOptions{agents: 1, wrap: func(inner table.Table) table.Table {
		return fault.New(inner, fault.Options{Before: func(c fault.Call) error {
			if !is(c) {
				return nil
			}
			if happens := next.Swap(nil); happens != nil {
				bare, d := *w, *w.Desk
				d.Table, bare.Desk = inner, &d
				(*happens)(&bare)
			}
			return nil
		}})
	}})
	return w, func(happens func(*world)) { next.Store(&happens) }
}

// Who sets at the same moment as another loses nothing of theirs without a word, nor of the
// account's own settings.
func TestSettingsMeet(t *testing.T) {
	t.Parallel()
	w, before := meets(t, func(c fault.Call) bool { return c.Kind == fault.Write })
	seen, err := w.Assistant(w.ctx, w.admin)
	must(t, err)
	before(func(bare *world) { bare.putAssistant(many(3)) })
	_, err = w.PutAssistant(w.ctx, w.admin, many(5), func(now desk.Assistant) error {
		if !cmp.Equal(now, seen) {
			return &desk.Problem{Name: "stale"}
		}
		return nil
	})
	wantProblem(t, err, "stale")
	if now, err := w.Assistant(w.ctx, w.admin); err != nil || len(now.Conditions) != 3 {
		t.Errorf("%d conditions, %v; want the 3 of the other", len(now.Conditions), err)
	}
	german := "de"
	before(func(bare *world) { bare.settings(desk.AccountPatch{Language: &german}) })
	w.putAssistant(desk.Assistant{Enabled: false})
	if a, err := w.Account(w.ctx, w.admin); err != nil || a.Language != german {
		t.Errorf("the account's language is %q, %v; want that of the other", a.Language, err)
	}
}

// Settings that are replaced while they are read are read anew.
func TestReadingMeetsAnEdit(t *testing.T) {
	t.Parallel()
	w, before := meets(t, func(c fault.Call) bool { return c.Kind == fault.Get && strings.HasPrefix(c.Key.Sort, "piece/") })
	w.putAssistant(many(3))
	desk.ForgetRules()
	before(func(bare *world) { bare.putAssistant(many(5)) })
	if d := w.decide(conditions.Signals{Message: "money"}); d.ConditionID != "c4" {
		t.Errorf("decided %+v, want c4 of those that are there now", d)
	}
}

// A process knows the settings of few accounts at a time.
func TestFewSettingsAreKnown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	for n := range 40 {
		w.putAssistant(many(n + 1))
		w.decide(conditions.Signals{})
		if known := desk.KnownRules(); known > 16 {
			t.Fatalf("%d are known", known)
		}
	}
}
