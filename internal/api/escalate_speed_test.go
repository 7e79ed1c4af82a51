package api

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/assistant"
	"github.com/connectnow/backend/internal/desk"
)

// strictMessages reads messages as members' bodies are read, each of them, and refuses what
// is not as agreed. The assistant's requests were read so once.
func strictMessages(o *object) []desk.ChatMessage {
	messages := []desk.ChatMessage{}
	o.text("action", longestName, required)
	o.id("accountId", "acc", required)
	o.object("conversation", required, func(o *object) {
		o.each("messages", required, func(o *object) {
			at := desk.ChatMessage{}.At
			if when, _ := instant(o.text("at", longestName, optional)); !when.IsZero() {
				at = &when
			}
			messages = append(messages, desk.ChatMessage{
				At:   at,
				From: enum(o, "from", required, "customer", "assistant", "agent"),
				Text: o.anyText("text", 1<<20, required),
			})
		})
	})
	return messages
}

// stored is what keeping messages costs beside.
func stored(t *testing.T, messages []desk.ChatMessage) {
	t.Helper()
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.DefaultCompression)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.NewEncoder(w).Encode(messages); err != nil {
		t.Fatal(err)
	}
}

// processorTime is what a thing costs, whoever else is at work in this process and on the
// machine: the least of so many tries.
func processorTime(t *testing.T, tries int, do func()) time.Duration {
	t.Helper()
	used := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			t.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	least := time.Hour
	for range tries {
		runtime.GC() // what was thrown away before is no part of it
		before := used()
		do()
		least = min(least, used()-before)
	}
	return least
}

// Of a conversation that is far too long only what is kept costs anything: a tenth of what
// it cost when every message was looked at.
func TestLongConversationsAreCheap(t *testing.T) {
	if raced {
		t.Skip("the race detector has prices of its own; make test runs it without")
	}
	body := []byte(strings.Replace(`{"action":"escalate","accountId":"acc_a","conversation":{"messages":[]}}`,
		"[]", "["+strings.Repeat(`{"text":""},`, 349_999)+`{"text":""}]`, 1))
	times := 4
	if testing.Short() {
		times = 1
	}
	strict, kind := time.Hour, time.Hour
	for range times { // in turns: a machine that is slow for a while is so for both
		strict = min(strict, processorTime(t, 1, func() {
			messages, _ := decode(body, strictMessages)
			stored(t, messages)
		}))
		kind = min(kind, processorTime(t, 5, func() {
			r, err := readMachine(body, assistant.Options{})
			if err != nil {
				t.Fatal(err)
			}
			q, _ := r.Request("IN")
			stored(t, q.Conversation.Messages)
		}))
	}
	t.Logf("%d bytes: %v, read strictly %v", len(body), kind, strict)
	if kind > strict/10 {
		t.Errorf("%v, more than a tenth of %v", kind, strict)
	}
}
