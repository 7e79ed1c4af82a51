package desk

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/packed"
	"github.com/connectnow/backend/internal/table"
)

// pieceSize is how much of a compressed request one item holds; DynamoDB's limit for
// an item is 400 KB.
const pieceSize = 350 << 10

// envelope is a request as it is kept: whole, compressed, written once.
type envelope struct {
	At      int64   `json:"at"`               // when it arrived, milliseconds
	Size    int     `json:"size,omitempty"`   // of its conversation as an answer has it; 0 of an older one
	Secret  string  `json:"secret,omitempty"` // of its handle; empty of an older one
	Request Request `json:"request"`

	hash string // of the body, where it was read without
}

// newEnvelope is a request that has just arrived.
func (d *Desk) newEnvelope(r Request) (envelope, error) {
	secret, err := d.newSecret()
	return envelope{At: millis(d.Now()), Size: sizeInAnswer(r.Conversation), Secret: secret, Request: r}, err
}

// body is what of a request lies behind its front, as packed. Older ones were the messages
// alone.
type body struct {
	AsSent   map[string]any `json:"asSent,omitempty"`
	Messages []ChatMessage  `json:"messages"`
}

// UnmarshalJSON implements json.Unmarshaler.
func (b *body) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(data, []byte("[")) {
		return json.Unmarshal(data, &b.Messages)
	}
	type plain body
	return json.Unmarshal(data, (*plain)(b))
}

// placed keeps of the departments that were asked for what is none, or not the one that was
// found: the agent reads it beside the conversation, and whoever calls is told.
func (c *change) placed(r Request) (Request, []Adjusted) {
	dep, _ := c.snap.DepartmentOf(r.DepartmentID, r.Department)
	var adjusted []Adjusted
	conversation := &r.Conversation
	for _, said := range []struct{ path, text string }{{"departmentId", r.DepartmentID}, {"department", r.Department}} {
		if said.text == "" || c.snap.Says(said.text, dep) {
			continue
		}
		detail := "is no department of this account; it is kept as it was sent."
		if dep != "" {
			detail = "is not the department that was found; it is kept as it was sent."
		}
		adjusted = append(adjusted, Adjusted{said.path, detail})
		if len(adjusted) == 1 {
			conversation.AsSent = maps.Clone(conversation.AsSent)
		}
		if conversation.AsSent == nil {
			conversation.AsSent = map[string]any{}
		}
		if conversation.AsSent[said.path] == nil {
			conversation.AsSent[said.path] = said.text
		}
	}
	if len(adjusted) == 0 {
		return r, nil
	}
	rest, cut := *conversation, 0
	rest.Messages = []ChatMessage{}
	conversation.Messages, cut = newest(conversation.Messages, mostConversation-sizeInAnswer(rest))
	return r, append(adjusted, leftOut(cut)...)
}

const (
	// longestFront is how much of a request may lie in front, as JSON. The door keeps to half
	// of it.
	longestFront = 16 << 10
	// longestText is how much of each text stays there when all of them are too much.
	longestText = 1000
)

// shortened moves what is too long for the front to AsSent, where it is kept whole. Lists
// and callbacks read the front, and their items have an end.
func (r Request) shortened() Request {
	front := r
	front.Conversation.Messages, front.Conversation.AsSent = nil, nil
	if packed.Size(front) <= longestFront {
		return r
	}
	c := &r.Conversation
	if c.AsSent = maps.Clone(c.AsSent); c.AsSent == nil {
		c.AsSent = map[string]any{}
	}
	if packed.Size(c.Attributes) > longestFront/4 {
		c.AsSent["conversation.attributes"], c.Attributes = c.Attributes, nil
	}
	if r.Connect != nil && len(r.Connect.URL) > longestText { // half a link leads nowhere
		c.AsSent["connect.url"], r.Connect = r.Connect.URL, nil
	}
	for _, f := range []struct {
		path string
		text *string
	}{
		{"conditionId", &r.ConditionID}, {"departmentId", &r.DepartmentID}, {"department", &r.Department},
		{"customer.name", &r.Customer.Name}, {"customer.phone", &r.Customer.PhoneAsGiven}, {"customer.email", &r.Customer.EmailAsGiven},
		{"customer.locale", &r.Customer.Locale}, {"customer.timeZone", &r.Customer.TimeZone},
		{"conversation.summary", &c.Summary}, {"conversation.intent", &c.Intent}, {"conversation.trigger", &c.Trigger},
	} {
		if len(*f.text) > longestText {
			c.AsSent[f.path], *f.text = *f.text, strings.ToValidUTF8((*f.text)[:longestText], "")
		}
	}
	return r
}

// packedRequest is a request as it goes into items: its head, and what lies before it.
type packedRequest struct {
	body   []byte
	hash   string
	pieces [][]byte
}

// packRequest packs a request. The head begins with all but the messages and AsSent, so that lists
// need not read these. The pieces before it carry the hash of that: those of
// another body that died half-way are never mixed in. The head's bytes are
//
//	length of the front · front · number of pieces · hash · the last piece
func (d *Desk) packRequest(env envelope) packedRequest {
	head := env
	c := &head.Request.Conversation
	blob := packed.Encode(body{AsSent: c.AsSent, Messages: c.Messages})
	c.AsSent, c.Messages = nil, nil
	front := packed.Encode(head)
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

// loadHead reads a request without its messages and AsSent; rest is the part of the item from there on.
func (d *Desk) loadHead(ctx context.Context, id string) (env envelope, rest []byte, found bool, err error) {
	it, found, err := d.Table.Get(ctx, keys.Request(id))
	if err != nil || !found {
		return envelope{}, nil, false, wrapRead(err, keys.Request(id))
	}
	env, rest, err = unpackHead(it)
	return env, rest, err == nil, err
}

// unpackHead is loadHead of an item that was read.
func unpackHead(it table.Item) (env envelope, rest []byte, err error) {
	id := it.Key.Partition
	n, used := binary.Uvarint(it.Body)
	if used <= 0 || n > uint64(len(it.Body)-used) {
		return envelope{}, nil, fmt.Errorf("the request of %s is damaged", id)
	}
	end := used + int(n)
	if err := packed.Decode(it.Body[used:end], &env); err != nil {
		return envelope{}, nil, fmt.Errorf("the request of %s: %w", id, err)
	}
	rest = it.Body[end:]
	if _, used := binary.Uvarint(rest); used > 0 && len(rest) >= used+keys.IDLength {
		env.hash = string(rest[used : used+keys.IDLength])
	}
	return env, rest, nil
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
	var b body
	if err := packed.Decode(bytes.Join(append(chunks, rest), nil), &b); err != nil {
		return envelope{}, false, fmt.Errorf("the request of %s: %w", id, err)
	}
	env.Request.Conversation.AsSent, env.Request.Conversation.Messages = b.AsSent, b.Messages
	return env, true, nil
}
