package desk_test

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
)

// noise is text that does not compress well: 6 bits in each byte.
func noise(n int) string {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{7}).Read(b) // never fails
	return base64.StdEncoding.EncodeToString(b)[:n]
}

func TestConversationIsKeptWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	r := w.request(1)
	at := w.clock.Now().Add(-time.Minute)
	r.Conversation.Attributes = map[string]string{"orderId": "1", "größe": "42 <&>"}
	r.Conversation.Messages = nil
	for text := noise(1 << 20); text != ""; text = text[min(len(text), 100_000):] {
		r.Conversation.Messages = append(r.Conversation.Messages, desk.ChatMessage{At: &at, From: "customer", Text: text[:min(len(text), 100_000)]})
	}
	r.Conversation.Messages = append(r.Conversation.Messages, desk.ChatMessage{From: "assistant", Text: "émoji 🙂 \u2028 \x00 <b>"})
	a := w.ring(r)
	again := r // a repeat with another body changes nothing
	again.Conversation = desk.Conversation{Trigger: "?"}
	w.escalate(again)
	e := w.accept(a.Agent.ID, a.EscalationID)
	if diff := cmp.Diff(&r.Conversation, e.Conversation); diff != "" {
		t.Errorf("conversation (-sent +kept), %d bytes of difference", len(diff))
	}
	items, err := w.Table.Query(w.ctx, table.Range{Partition: a.EscalationID, Prefix: "piece/"})
	must(t, err)
	for _, it := range items {
		if size := table.Size(it); size >= table.MaxItemSize {
			t.Errorf("a piece of %d bytes", size)
		}
	}
	if len(items) < 2 {
		t.Errorf("%d pieces: this test wants more", len(items))
	}
}

func TestEmptyConversation(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	r := w.request(1)
	r.Conversation = desk.Conversation{Trigger: "?"}
	a := w.ring(r)
	c := w.view(a.EscalationID).Conversation
	if c == nil || c.Messages == nil || len(c.Messages) != 0 || c.Trigger != "?" {
		t.Errorf("got %+v, want no messages", c)
	}
}

func TestAppend(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	a := w.ring(w.request(1))
	at := func(s int) *time.Time { return ptr(w.clock.Now().Add(time.Duration(s) * time.Second)) }
	want := w.view(a.EscalationID).Conversation.Messages
	add := func(kept bool, messages ...desk.ChatMessage) {
		t.Helper()
		got, err := w.Append(w.ctx, w.acc, a.EscalationID, messages)
		must(t, err)
		if got.EscalationID != a.EscalationID {
			t.Errorf("answer: %+v", got)
		}
		if kept {
			want = append(want, messages...)
		}
		if diff := cmp.Diff(want, w.view(a.EscalationID).Conversation.Messages); diff != "" {
			t.Errorf("messages (-want +got):\n%s", diff)
		}
	}
	first := desk.ChatMessage{At: at(1), From: "customer", Text: "Hello?"}
	second := desk.ChatMessage{At: at(2), From: "customer", Text: "Hello?"}
	timeless := desk.ChatMessage{From: "customer", Text: "Hello?"}
	add(true, first)
	add(false, first) // sent again
	add(true, second) // the same words later
	add(false, first)
	add(true, first, second) // other messages, if not new ones: sent as another append
	add(true, timeless)
	add(true, timeless) // two are two
	add(true, second, timeless)
	add(true, second, timeless)
	add(true)
	w.accept(agent, a.EscalationID)
	add(true, desk.ChatMessage{At: at(3), From: "customer", Text: "in state active"})
	w.complete(agent, a.EscalationID)
	add(true, desk.ChatMessage{At: at(4), From: "customer", Text: "in state completed"})

	_, err := w.Append(w.ctx, w.outsider().AccountID, a.EscalationID, []desk.ChatMessage{timeless})
	wantProblem(t, err, "not-found")
	_, err = w.Append(w.ctx, w.acc, a.EscalationID, []desk.ChatMessage{{From: "customer", Text: noise(500_000)}})
	wantClass(t, err, desk.TooLarge)
	add(true)
}

// Lists do not read the messages, which may be a megabyte each.
func TestListsReadNoMessages(t *testing.T) {
	t.Parallel()
	var read atomic.Int64
	w := newWorld(t, worldOptions{agents: 1, wrap: func(inner table.Table) table.Table {
		return fault.New(inner, fault.Options{Before: func(c fault.Call) error {
			if c.Kind == fault.Get && strings.HasPrefix(c.Key.Sort, "piece/") {
				read.Add(1)
			}
			return nil
		}})
	}})
	w.SetPieceSize(10)
	id := w.escalate(w.request(1)).EscalationID
	l, err := w.Escalations(w.ctx, w.admin, desk.EscalationFilter{}, desk.Page{})
	must(t, err)
	mine, err := w.MyEscalations(w.ctx, w.staff(w.agents[0]))
	must(t, err)
	if read.Load() != 0 || len(l.Items) != 1 || len(mine) != 1 || l.Items[0].Customer != w.request(1).Customer || l.Items[0].Summary == "" {
		t.Errorf("%d pieces read for %+v", read.Load(), l.Items)
	}
	if got := w.accept(w.agents[0], id); read.Load() == 0 || len(got.Conversation.Messages) != 1 {
		t.Errorf("%d pieces read for %+v", read.Load(), got.Conversation)
	}
}

// What is added to an escalation has an end: with the request it must fit into one answer.
func TestAppendTooMuch(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	id := w.escalate(w.request(1)).EscalationID
	text := strings.Repeat("x", 500_000)
	added := 0
	for ; added < 5; added++ {
		_, err := w.Append(w.ctx, w.acc, id, []desk.ChatMessage{{From: "customer", Text: fmt.Sprint(added, text)}})
		if added == 4 {
			p := wantProblem(t, err, "too-large")
			if p.Class != desk.TooLarge || !strings.Contains(p.Detail, "97024 more") {
				t.Errorf("the fifth: %+v", p)
			}
			break
		}
		must(t, err)
	}
	_, err := w.Append(w.ctx, w.acc, id, []desk.ChatMessage{{From: "customer", Text: "Still there?"}})
	must(t, err)
	if got := w.accept(w.agents[0], id).Conversation.Messages; len(got) != 6 || got[5].Text != "Still there?" {
		t.Errorf("%d messages, want 6", len(got))
	}
}

func TestAppendAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	a := w.ring(w.request(1))
	at := w.clock.Now()
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			_, err := w.Append(w.ctx, w.acc, a.EscalationID, []desk.ChatMessage{{At: &at, From: "customer", Text: strings.Repeat("x", 1+i%2)}})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := len(w.view(a.EscalationID).Conversation.Messages); got != 3 {
		t.Errorf("got %d messages, want the first and each of two once", got)
	}
}

func TestCallbackHasWhatWasAppended(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	a := w.ring(w.request(1))
	_, err := w.Append(w.ctx, w.acc, a.EscalationID, []desk.ChatMessage{{From: "customer", Text: "My number is 1."}})
	must(t, err)
	w.decline(a.Agent.ID, a.EscalationID)
	cb := w.callback(w.peek(a.EscalationID).Callback)
	if got := cb.Conversations[0].Messages; len(got) != 2 || got[1].Text != "My number is 1." {
		t.Errorf("got %+v", got)
	}
}
