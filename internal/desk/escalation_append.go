package desk

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/packed"
	"github.com/connectnow/backend/internal/table"
)

const (
	// mostConversation is how large a conversation is in the answer to accept, with all that
	// was added. Beyond it the newest messages stay.
	mostConversation = 1 << 20
	// repeatWithin is how long the last addition is known again by its words alone.
	repeatWithin = time.Minute
	// mostDropped is how many items of old additions go in one Write.
	mostDropped = 20
)

// addition is some messages that were added at once, in as many items as they need. Each
// item is
//
//	0 · length of the head · head · a part of the packed messages
//
// and of those stored before: the bytes that were added so far, and all of the messages.
type addition struct {
	additionHead
	first, items int // its number, and how many it has
	blob         []byte
}

// additionHead is the same in each item of an addition, but for Part and More.
type additionHead struct {
	At     int64 `json:"at"`
	Size   int   `json:"s"`           // of its messages as an answer has them
	Stored int   `json:"t"`           // of all additions that are there, this one included
	Ever   int   `json:"c"`           // of all that ever were
	Part   int   `json:"i,omitempty"` // which of its items it is, from 0
	More   int   `json:"p,omitempty"` // items that follow
}

// sizeInAnswer is how many bytes v takes in an answer.
func sizeInAnswer(v any) int {
	var n counter
	e := json.NewEncoder(&n)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(fmt.Sprintf("desk: measuring %T: %v", v, err)) // what is stored marshals
	}
	return int(n) - 1
}

// counter counts what is written to it.
type counter int

// Write implements io.Writer.
func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

// readAdditions puts items, in their order, together to additions. One whose beginning is
// missing is left out: it was on its way out when others were read.
func readAdditions(items []table.Item) ([]addition, error) {
	var list []addition
	open := -1 // how many items of the last addition are to come
	for _, it := range items {
		number := keys.AddedNumber(it.Key)
		head, part, err := readAddition(it)
		if err != nil {
			return nil, fmt.Errorf("decoding %s: %w", keys.Named(it.Key), err)
		}
		last := len(list) - 1
		if open > 0 && head.More == open-1 && list[last].At == head.At && list[last].first+list[last].items == number {
			list[last].blob = append(slices.Clip(list[last].blob), part...)
			list[last].items++
		} else {
			list = append(list, addition{additionHead: head, first: number, items: 1, blob: part})
		}
		open = head.More
	}
	return slices.DeleteFunc(list, func(a addition) bool { return a.Part > 0 || a.items <= a.More }), nil
}

// readAddition reads one item.
func readAddition(it table.Item) (head additionHead, part []byte, err error) {
	n, used := binary.Uvarint(it.Body)
	if used <= 0 {
		return head, nil, errors.New("it is damaged")
	}
	if n > 0 {
		return additionHead{Stored: int(n), Ever: int(n)}, it.Body[used:], nil
	}
	size, more := binary.Uvarint(it.Body[used:])
	used += more
	if more <= 0 || size > uint64(len(it.Body)-used) {
		return head, nil, errors.New("it is damaged")
	}
	err = json.Unmarshal(it.Body[used:used+int(size)], &head)
	return head, it.Body[used+int(size):], err
}

// messages unpacks what was added.
func (a *addition) messages() (list []ChatMessage, err error) {
	return list, packed.Decode(a.blob, &list)
}

// ops are the puts of an addition.
func (a *addition) ops(id string, piece int) []table.Op {
	chunks := slices.Collect(slices.Chunk(a.blob, piece))
	ops := make([]table.Op, len(chunks))
	for i, chunk := range chunks {
		head := a.additionHead
		head.Part, head.More = i, len(chunks)-1-i
		text, err := json.Marshal(head)
		if err != nil {
			panic("desk: encoding an addition: " + err.Error()) // numbers marshal
		}
		body := binary.AppendUvarint([]byte{0}, uint64(len(text)))
		body = append(append(body, text...), chunk...)
		ops[i] = table.Put(table.Item{Key: keys.Added(id, a.first+i), Body: body}, table.Absent)
	}
	return ops
}

// Append keeps what the customer wrote after the escalation. It is taken in every state,
// and never refused for its size: beyond what is kept the oldest words go, and the answer
// tells how much. The same requestID again changes nothing; without one a repeat is what is
// also the last addition and came within a minute.
func (d *Desk) Append(ctx context.Context, accountID, escalationID, requestID string, messages []ChatMessage) (Answer, error) {
	e, err := d.readEscalation(ctx, accountID, escalationID)
	if err != nil {
		return Answer{}, err
	}
	var adjusted []Adjusted
	if len(messages) > 0 {
		kept, cut := newest(messages, mostConversation)
		adjusted = leftOut(cut)
		w, err := d.unansweredBy(escalationID, e, kept)
		if err != nil {
			return Answer{}, err
		}
		ever, err := d.appendMessages(ctx, escalationID, requestID, kept, w)
		if err != nil {
			return Answer{}, err
		}
		if cut == 0 && e.Size > 0 {
			adjusted = leftOut(e.Size + ever - mostConversation)
		}
	}
	d.wakeOverdue(ctx, escalationID, e)
	a, err := d.answer(ctx, escalationID, e, nil)
	a.Adjusted = adjusted
	return a, err
}

// leftOut tells how much of a conversation is not kept.
func leftOut(size int) []Adjusted {
	if size <= 0 {
		return nil
	}
	return []Adjusted{{Field: "messages", Detail: fmt.Sprintf("make the conversation longer than the 1 MiB that is kept; the oldest %d bytes are left out.", size)}}
}

// newest gives the last messages that have a place, and how many bytes have none. Of a
// single one that is too long the end stays.
func newest(messages []ChatMessage, room int) (kept []ChatMessage, cut int) {
	for i := len(messages) - 1; i >= 0; i-- {
		size := sizeInAnswer(messages[i]) + len(",")
		if room -= size; room >= 0 {
			continue
		}
		if i == len(messages)-1 {
			m := messages[i]
			m.Text = strings.ToValidUTF8(m.Text[max(0, len(m.Text)-max(0, room+size)/6):], "") // an escape has six bytes
			return []ChatMessage{m}, -room
		}
		return messages[i+1:], sizeInAnswer(messages[:i+1])
	}
	return messages, 0
}

// appendMessages stores an addition and gives the size of all that ever were.
func (d *Desk) appendMessages(ctx context.Context, id, requestID string, messages []ChatMessage, w *unanswered) (ever int, err error) {
	a := addition{blob: packed.Encode(messages), additionHead: additionHead{At: millis(d.Now()), Size: sizeInAnswer(messages)}}
	tried := map[int]bool{} // numbers of Writes of which no answer came: they may still happen
	err = d.write(ctx, "what is added to "+id, func(failed error) ([]table.Op, error) {
		if errors.Is(failed, table.ErrOutcomeUnknown) {
			tried[a.first] = true
		}
		var last addition
		var done bool
		err := together(
			func() (err error) { last, done, err = d.addedBefore(ctx, id, requestID, &a, tried); return err },
			func() error { return w.read(ctx) },
		)
		ever = max(ever, last.Ever)
		if err != nil || done {
			return nil, err
		}
		a.first, a.Stored, a.Ever = last.first+last.items, last.Stored+a.Size, last.Ever+a.Size
		ever = a.Ever
		drops, freed, err := d.dropAdditions(ctx, id, a.Stored-mostConversation)
		if err != nil {
			return nil, err
		}
		a.Stored -= freed
		ops := append(append(a.ops(id, pieceSize), drops...), w.ops(ctx)...)
		if requestID != "" {
			ops = append(ops, put(keys.AppendRequest(id, requestID), appended{a.first}, table.Absent))
		}
		return ops, nil
	})
	return ever, err
}

// appended is which addition a request made, as stored.
type appended struct {
	Number int `json:"n"`
}

// addedBefore gives the last addition, and whether a is among those that are there.
func (d *Desk) addedBefore(ctx context.Context, id, requestID string, a *addition, tried map[int]bool) (last addition, done bool, err error) {
	var items []table.Item
	var known bool
	err = together(
		func() (err error) {
			items, err = d.Table.Query(ctx, table.Range{Partition: id, Prefix: keys.PrefixAdded, Newest: true, Limit: 4})
			return err
		},
		func() (err error) {
			if requestID != "" {
				_, known, err = d.Table.Get(ctx, keys.AppendRequest(id, requestID))
			}
			return err
		},
	)
	if err != nil {
		return last, false, fmt.Errorf("reading what was added to %s: %w", id, err)
	}
	slices.Reverse(items)
	list, err := readAdditions(items)
	if err != nil {
		return last, false, err
	}
	if len(list) > 0 {
		last = list[len(list)-1]
	}
	if known {
		return last, true, nil
	}
	for n := range tried {
		it, found, err := d.Table.Get(ctx, keys.Added(id, n))
		if err != nil {
			return last, false, err
		}
		if head, part, err := readAddition(it); found && err == nil && head.At == a.At && bytes.HasPrefix(a.blob, part) {
			return last, true, nil
		}
	}
	soon := a.At-last.At < repeatWithin.Milliseconds()
	return last, requestID == "" && soon && bytes.Equal(last.blob, a.blob), nil
}

// dropAdditions deletes the oldest additions until so many bytes are free. What does not go
// at once goes with a later one; views pass it by.
func (d *Desk) dropAdditions(ctx context.Context, id string, over int) (ops []table.Op, freed int, err error) {
	if over <= 0 {
		return nil, 0, nil
	}
	items, err := d.Table.Query(ctx, table.Range{Partition: id, Prefix: keys.PrefixAdded, Limit: mostDropped})
	if err != nil {
		return nil, 0, fmt.Errorf("reading what was added to %s: %w", id, err)
	}
	list, err := readAdditions(items)
	if err != nil {
		return nil, 0, err
	}
	for i, a := range list {
		if freed >= over || i == len(list)-1 {
			break // the last one read may have more items; the newest stays anyway
		}
		if a.Size == 0 { // stored before
			messages, err := a.messages()
			if err != nil {
				return nil, 0, err
			}
			a.Size = sizeInAnswer(messages)
		}
		for n := range a.items {
			ops = append(ops, table.Delete(keys.Added(id, a.first+n), table.Condition{}))
		}
		freed += a.Size
	}
	return ops, freed, nil
}

// additions reads what was appended to a conversation.
func (d *Desk) additions(ctx context.Context, id string) ([]table.Item, error) {
	items, err := d.Table.Query(ctx, table.Range{Partition: id, Prefix: keys.PrefixAdded})
	if err != nil {
		err = fmt.Errorf("reading what was added to %s: %w", id, err)
	}
	return items, err
}

// conversation is the stored one with all that was appended, in its order. The newest of it
// stay where it is more than an answer holds.
func conversation(id string, env envelope, added []table.Item) (*Conversation, error) {
	list, err := readAdditions(added)
	if err != nil {
		return nil, err
	}
	c := env.Request.Conversation
	c.Messages = slices.Clone(c.Messages)
	ever := 0
	for _, a := range list {
		more, err := a.messages()
		if err != nil {
			return nil, fmt.Errorf("decoding what was added to %s: %w", id, err)
		}
		c.Messages, ever = append(c.Messages, more...), a.Ever
	}
	if ever > 0 && (env.Size == 0 || env.Size+ever > mostConversation) {
		rest := c
		rest.Messages = []ChatMessage{}
		c.Messages, _ = newest(c.Messages, mostConversation-sizeInAnswer(rest))
	}
	if c.Messages == nil {
		c.Messages = []ChatMessage{}
	}
	return &c, nil
}
