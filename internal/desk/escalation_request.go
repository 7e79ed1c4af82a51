package desk

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/packed"
	"github.com/connectnow/backend/internal/table"
)

// pieceSize is how much of a compressed request one item holds; DynamoDB's limit for
// an item is 400 KB.
const pieceSize = 350 << 10

// envelope is a request as it is kept: whole, compressed, written once.
type envelope struct {
	At      int64   `json:"at"` // when it arrived, milliseconds
	Request Request `json:"request"`
}

// packedRequest is a request as it goes into items: its head, and what lies before it.
type packedRequest struct {
	body   []byte
	hash   string
	pieces [][]byte
}

// packRequest packs a request. The head begins with all but the messages, so that lists
// need not read these. The pieces before it carry the hash of the messages: those of
// another body that died half-way are never mixed in. The head's bytes are
//
//	length of the front · front · number of pieces · hash · the last piece
func (d *Desk) packRequest(env envelope) packedRequest {
	head := env
	head.Request.Conversation.Messages = nil
	front, blob := packed.Encode(head), packed.Encode(env.Request.Conversation.Messages)
	sum := sha256.Sum256(blob)
	chunks := slices.Collect(slices.Chunk(blob, cmp.Or(d.piece, pieceSize)))
	last := len(chunks) - 1
	p := packedRequest{hash: keys.ID(sum[:]), pieces: chunks[:last]}
	p.body = binary.AppendUvarint(nil, uint64(len(front)))
	p.body = append(p.body, front...)
	p.body = binary.AppendUvarint(p.body, uint64(last))
	p.body = append(p.body, p.hash...)
	p.body = append(p.body, chunks[last]...)
	return p
}

// storeHead makes a request count, unless one is kept under the id already. It returns the
// kept one, without its messages when it is another, and whether it is this one. The pieces
// are stored before: after a crash between them nobody reads these.
func (d *Desk) storeHead(ctx context.Context, id string, env envelope, p packedRequest, more ...table.Op) (kept envelope, own bool, err error) {
	for range maxTries {
		err = d.Table.Write(ctx, append(more, table.Put(table.Item{Key: keys.Request(id), Body: p.body}, table.Absent))...)
		if err == nil {
			return env, true, nil
		}
		if !again(err) {
			return env, false, fmt.Errorf("keeping the request: %w", err)
		}
		if kept, _, found, err := d.loadHead(ctx, id); err != nil || found {
			return kept, false, err
		}
		if err := d.pauseFor(ctx, env.Request.Drill); err != nil {
			return env, false, err
		}
	}
	return env, false, errBusy
}

// storePieces writes the pieces side by side. One that is there already has the same
// bytes, since its key holds the hash of the whole.
func (d *Desk) storePieces(ctx context.Context, id string, p packedRequest) error {
	return inParallel(len(p.pieces), func(i int) error {
		op := table.Put(table.Item{Key: keys.Piece(id, p.hash, i), Body: p.pieces[i]}, table.Condition{})
		return d.write(ctx, "a piece of the request of "+id, func(error) ([]table.Op, error) { return []table.Op{op}, nil })
	})
}

// loadHead reads a request without its messages; rest is the part of the item from there on.
func (d *Desk) loadHead(ctx context.Context, id string) (env envelope, rest []byte, found bool, err error) {
	it, found, err := d.Table.Get(ctx, keys.Request(id))
	if err != nil || !found {
		return envelope{}, nil, false, wrapRead(err, keys.Request(id))
	}
	n, used := binary.Uvarint(it.Body)
	if used <= 0 || n > uint64(len(it.Body)-used) {
		return envelope{}, nil, false, fmt.Errorf("the request of %s is damaged", id)
	}
	end := used + int(n)
	if err := packed.Decode(it.Body[used:end], &env); err != nil {
		return envelope{}, nil, false, fmt.Errorf("the request of %s: %w", id, err)
	}
	return env, it.Body[end:], true, nil
}

// loadRequest reads a request whole. A piece that is missing is an error: half a
// conversation would pass for a whole one.
func (d *Desk) loadRequest(ctx context.Context, id string) (envelope, bool, error) {
	env, rest, found, err := d.loadHead(ctx, id)
	if err != nil || !found {
		return env, false, err
	}
	n, used := binary.Uvarint(rest)
	if used <= 0 || len(rest) < used+keys.IDLength {
		return envelope{}, false, fmt.Errorf("the request of %s is damaged", id)
	}
	hash, rest := string(rest[used:used+keys.IDLength]), rest[used+keys.IDLength:]
	chunks := make([][]byte, n, n+1)
	err = inParallel(int(n), func(i int) error {
		p, found, err := d.Table.Get(ctx, keys.Piece(id, hash, i))
		if err == nil && !found {
			err = fmt.Errorf("piece %d of the request of %s is missing", i, id)
		}
		chunks[i] = p.Body
		return err
	})
	if err != nil {
		return envelope{}, false, err
	}
	if err := packed.Decode(bytes.Join(append(chunks, rest), nil), &env.Request.Conversation.Messages); err != nil {
		return envelope{}, false, fmt.Errorf("the request of %s: %w", id, err)
	}
	return env, true, nil
}

// conversation is the stored one with all that was appended, in its order.
func (d *Desk) conversation(ctx context.Context, id string, env envelope) (*Conversation, error) {
	items, err := d.Table.Query(ctx, table.Range{Partition: id, Prefix: keys.PrefixAdded})
	if err != nil {
		return nil, fmt.Errorf("reading what was added to %s: %w", id, err)
	}
	c := env.Request.Conversation
	c.Messages = slices.Clone(c.Messages)
	for _, it := range items {
		var more []ChatMessage
		_, blob := added(it)
		if err := packed.Decode(blob, &more); err != nil {
			return nil, fmt.Errorf("decoding %s: %w", keys.Named(it.Key), err)
		}
		c.Messages = append(c.Messages, more...)
	}
	if c.Messages == nil {
		c.Messages = []ChatMessage{}
	}
	return &c, nil
}

const (
	// recentAdded is how many of the last additions are compared with a repeated one.
	recentAdded = 10
	// mostAdded is how many bytes may be added in all, as JSON: with the largest request
	// they still fit into one answer of Lambda, which has at most 6 MB.
	mostAdded = 2 << 20
)

// added splits an addition into how many bytes were added up to it, itself included, and
// its compressed messages.
func added(it table.Item) (total int, blob []byte) {
	n, used := binary.Uvarint(it.Body)
	return int(n), it.Body[max(used, 0):]
}

// appendMessages keeps further messages behind those that are there. The same messages
// with the same times, sent again soon, are kept once; without times two equal
// messages are two. Problem too-large, which says how much may still come.
func (d *Desk) appendMessages(ctx context.Context, id string, messages []ChatMessage) error {
	blob, size := packed.Encode(messages), packed.Size(messages)
	if len(blob) > pieceSize {
		return tooMuch(fmt.Sprintf("The messages take %d bytes when compressed; %d can be kept at a time.", len(blob), pieceSize))
	}
	timed := !slices.ContainsFunc(messages, func(m ChatMessage) bool { return m.At == nil })
	n := 0                // number of this try's Write
	unsure := math.MaxInt // number of the first Write of which no answer came: it may still happen
	return d.write(ctx, "what is added to "+id, func(failed error) ([]table.Op, error) {
		if errors.Is(failed, table.ErrOutcomeUnknown) {
			unsure = min(unsure, n)
		}
		items, err := d.Table.Query(ctx, table.Range{Partition: id, Prefix: keys.PrefixAdded, Newest: true, Limit: recentAdded})
		if err != nil {
			return nil, fmt.Errorf("reading what was added to %s: %w", id, err)
		}
		total := 0
		if len(items) > 0 {
			n = keys.AddedNumber(items[0].Key) + 1
			total, _ = added(items[0])
		}
		if slices.ContainsFunc(items, func(it table.Item) bool {
			_, other := added(it)
			return (timed || keys.AddedNumber(it.Key) >= unsure) && bytes.Equal(other, blob)
		}) {
			return nil, nil
		}
		if total+size > mostAdded {
			return nil, tooMuch(fmt.Sprintf("The messages have %d bytes; %d more can be added to this escalation.", size, max(0, mostAdded-total)))
		}
		body := append(binary.AppendUvarint(nil, uint64(total+size)), blob...)
		return []table.Op{table.Put(table.Item{Key: keys.Added(id, n), Body: body}, table.Absent)}, nil
	})
}

func tooMuch(detail string) *Problem {
	return &Problem{Class: TooLarge, Name: "too-large", Title: "Too many messages", Detail: detail}
}
