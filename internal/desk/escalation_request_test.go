package desk_test

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/packed"
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
		got, err := w.Append(w.ctx, w.acc, a.EscalationID, "", messages)
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
	add(false, second)
	add(true, first) // not the last one: they may have been said twice
	add(true, first, second)
	add(true, timeless)
	add(false, timeless) // sent again, within a minute
	w.clock.Advance(time.Minute)
	add(true, timeless) // said again
	add(true)
	w.accept(agent, a.EscalationID)
	add(true, desk.ChatMessage{At: at(3), From: "customer", Text: "in state active"})
	w.complete(agent, a.EscalationID)
	add(true, desk.ChatMessage{At: at(4), From: "customer", Text: "in state completed"})

	_, err := w.Append(w.ctx, w.outsider().AccountID, a.EscalationID, "", []desk.ChatMessage{timeless})
	wantProblem(t, err, "not-found")
	add(true, desk.ChatMessage{From: "customer", Text: noise(900_000)})
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

// What is added is never refused. Beyond 1 MiB the oldest words go, the newest stay, and
// the caller is told.
func TestAppendTooMuch(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		text func(n int) string
	}{
		{"long", func(n int) string { return fmt.Sprint(n, strings.Repeat("x", 300_000)) }},
		{"incompressible", func(n int) string { return fmt.Sprint(n, noise(700_000)) }},
		{"longer than what is kept", func(n int) string { return strings.Repeat("y", 2<<20) + fmt.Sprint(n) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 1})
			id := w.escalate(w.request(1)).EscalationID
			const times = 12
			for n := range times {
				a, err := w.Append(w.ctx, w.acc, id, "", []desk.ChatMessage{{From: "customer", Text: test.text(n)}})
				must(t, err)
				if told := len(a.Adjusted) > 0; n > 3 && !told || n == 0 && told && len(test.text(0)) < 1<<20 {
					t.Errorf("addition %d: adjusted %+v", n, a.Adjusted)
				}
			}
			_, err := w.Append(w.ctx, w.acc, id, "", []desk.ChatMessage{{From: "customer", Text: "Still there?"}})
			must(t, err)
			c := w.accept(w.agents[0], id).Conversation
			body, err := json.Marshal(c)
			must(t, err)
			if n := len(c.Messages); len(body) > 1<<20 || n < 1 || c.Messages[n-1].Text != "Still there?" {
				t.Errorf("%d messages in %d bytes", n, len(body))
			}
			items, err := w.Table.Query(w.ctx, table.Range{Partition: id, Prefix: "added/"})
			must(t, err)
			if len(items) > 9 {
				t.Errorf("%d items of additions are kept", len(items))
			}
		})
	}
}

// Many small additions are beyond what one Write can delete; the view keeps to its size.
func TestAppendMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	r := w.request(1)
	r.Conversation.Messages = []desk.ChatMessage{{From: "customer", Text: strings.Repeat("z", 1_000_000)}}
	id := w.escalate(r).EscalationID
	for n := range 40 {
		_, err := w.Append(w.ctx, w.acc, id, "", []desk.ChatMessage{{From: "customer", Text: fmt.Sprint(n, strings.Repeat("x", 2000))}})
		must(t, err)
	}
	c := w.view(id).Conversation
	if len(c.Messages) != 40 || !strings.HasPrefix(c.Messages[0].Text, "0x") {
		t.Errorf("%d messages, the first %.10q", len(c.Messages), c.Messages[0].Text)
	}
}

// A request to append that has an id is kept once, however much came since.
func TestAppendWithRequestID(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	id := w.escalate(w.request(1)).EscalationID
	add := func(requestID, text string) {
		t.Helper()
		_, err := w.Append(w.ctx, w.acc, id, requestID, []desk.ChatMessage{{From: "customer", Text: text}})
		must(t, err)
	}
	add("first/1", "Hello?")
	for n := range 11 {
		add(fmt.Sprint(n), "Hello?") // another id: said again
	}
	w.pass(time.Hour)
	add("first/1", "Hello?")
	if got := len(w.view(id).Conversation.Messages); got != 1+12 {
		t.Errorf("%d messages, want 13", got)
	}
}

// What an older version added is read, counted and repeated as before.
func TestFormerAdditions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	id := w.escalate(w.request(1)).EscalationID
	total := 0
	for n, text := range []string{"one", strings.Repeat("two", 200_000)} {
		messages := []desk.ChatMessage{{From: "customer", Text: text}}
		total += packed.Size(messages)
		body := append(binary.AppendUvarint(nil, uint64(total)), packed.Encode(messages)...)
		must(t, w.Table.Write(w.ctx, table.Put(table.Item{Key: keys.Added(id, n), Body: body}, table.Absent)))
	}
	for range 4 {
		_, err := w.Append(w.ctx, w.acc, id, "", []desk.ChatMessage{{From: "customer", Text: "three"}})
		must(t, err)
	}
	c := w.view(id).Conversation
	if n := len(c.Messages); n != 4 || c.Messages[1].Text != "one" || c.Messages[n-1].Text != "three" {
		t.Errorf("%d messages", n)
	}
}

// What is too long for the front is kept behind it, and nothing is too long to be stored.
func TestLongFront(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	r := w.request(1)
	r.Conversation.Summary = noise(60_000)
	r.Conversation.Attributes = map[string]string{"blob": noise(9_000)}
	r.Customer.Name = noise(300_000)
	r.Conversation.AsSent = map[string]any{"extra": map[string]any{"a": "b"}}
	a := w.miss(r)
	e := w.view(a.EscalationID)
	sent := e.Conversation.AsSent
	if len(e.Summary) > 1000 || len(e.Customer.Name) > 1000 || sent["conversation.summary"] != r.Conversation.Summary || sent["customer.name"] != r.Customer.Name {
		t.Errorf("summary of %d bytes, name of %d; kept beside are %d", len(e.Summary), len(e.Customer.Name), len(sent))
	}
	if diff := cmp.Diff(map[string]any{"blob": r.Conversation.Attributes["blob"]}, sent["conversation.attributes"]); diff != "" {
		t.Errorf("attributes: %.100s", diff)
	}
	if diff := cmp.Diff(map[string]any{"a": "b"}, sent["extra"]); diff != "" {
		t.Error(diff)
	}
	if again := w.escalate(r); len(again.Adjusted) != 0 {
		t.Errorf("the same again: %+v", again.Adjusted)
	}
}

// Requests of an older version have their messages alone behind the front.
func TestFormerRequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	id := w.escalate(w.request(1)).EscalationID
	must(t, w.StoreAsBefore(w.ctx, id, w.request(1)))
	if got := w.view(id).Conversation.Messages; len(got) != 1 || got[0].Text != w.request(1).Conversation.Messages[0].Text {
		t.Errorf("messages %+v", got)
	}
}

func TestAppendAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	a := w.ring(w.request(1))
	at := w.clock.Now()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			_, err := w.Append(w.ctx, w.acc, a.EscalationID, "", []desk.ChatMessage{{At: &at, From: "customer", Text: "Hello?"}})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := len(w.view(a.EscalationID).Conversation.Messages); got != 2 {
		t.Errorf("got %d messages, want the first and the one that came four times", got)
	}
}

func TestCallbackHasWhatWasAppended(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	a := w.ring(w.request(1))
	_, err := w.Append(w.ctx, w.acc, a.EscalationID, "", []desk.ChatMessage{{From: "customer", Text: "My number is 1."}})
	must(t, err)
	w.decline(a.Agent.ID, a.EscalationID)
	cb := w.callback(w.peek(a.EscalationID).Callback)
	if got := cb.Conversations[0].Messages; len(got) != 2 || got[1].Text != "My number is 1." {
		t.Errorf("got %+v", got)
	}
}
