package desk

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/connectnow/backend/internal/conditions"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/packed"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// assistantHead is the assistant's settings as stored, but for what may be large. That lies
// packed in pieces, by the hash of the whole: thousands of phrases are read once by each
// process, and again when the head names another hash.
//
//	{"below":0.6,"langs":["en"],"hash":"f7lmw5qcqyje","n":1}
type assistantHead struct {
	Threshold *float64 `json:"below,omitempty"`
	Languages []string `json:"langs,omitempty"`
	Hash      string   `json:"hash,omitempty"` // empty: there is nothing in pieces
	Pieces    int      `json:"n,omitempty"`
}

// assistantBody is what lies in the pieces, as answers have it.
type assistantBody struct {
	Duties     []Duty                       `json:"duties,omitempty"`
	Conditions []conditions.Condition       `json:"conditions,omitempty"`
	Words      map[string]map[string]string `json:"words,omitempty"`
}

func (b assistantBody) empty() bool {
	return len(b.Duties)+len(b.Conditions)+len(b.Words) == 0
}

// assistantRules is a body that was read; nobody changes it.
type assistantRules struct {
	assistantBody
	compiled *conditions.Rules
}

// assistantState is all that the assistant's settings are made of.
type assistantState struct {
	acc         string
	account     stored[roster.Account]
	head        stored[assistantHead]
	rules       *assistantRules
	departments map[string]roster.Department
}

// readAssistant reads the settings of an account; problem not-found when there is none. The
// account's row is as stored, and may be written again.
func (d *Desk) readAssistant(ctx context.Context, acc string) (*assistantState, error) {
	s := &assistantState{acc: acc}
	err := together(
		func() (err error) {
			s.account, err = load[roster.Account](ctx, d.Table, keys.Account(acc))
			return err
		},
		func() (err error) {
			s.head, s.rules, err = d.readAssistantRules(ctx, acc)
			return err
		},
		func() (err error) {
			s.departments, err = d.readDepartments(ctx, acc)
			return err
		},
	)
	if err == nil && !s.account.found() {
		err = notFound("account")
	}
	return s, err
}

// errPieceGone says that the settings were replaced between the reads of their parts.
var errPieceGone = errors.New("a piece of the assistant's settings is gone")

// readAssistantRules reads the head, always, and what it leads to where this process has not
// read that before.
func (d *Desk) readAssistantRules(ctx context.Context, acc string) (head stored[assistantHead], rules *assistantRules, err error) {
	for range maxTries {
		if head, err = load[assistantHead](ctx, d.Table, keys.AssistantSettings(acc)); err != nil {
			return head, nil, err
		}
		if rules, err = d.rulesOf(ctx, acc, &head.value); !errors.Is(err, errPieceGone) {
			return head, rules, err
		}
	}
	return head, nil, fmt.Errorf("reading the assistant's settings of %s: %w", acc, err)
}

// rulesOf reads and compiles what the head leads to.
func (d *Desk) rulesOf(ctx context.Context, acc string, head *assistantHead) (*assistantRules, error) {
	if head.Hash == "" {
		return noRules, nil
	}
	known := acc + "/" + head.Hash
	if r := compiledRules.get(known); r != nil {
		return r, nil
	}
	chunks := make([][]byte, head.Pieces)
	err := inParallel(len(chunks), func(i int) error {
		k := keys.AssistantPiece(acc, head.Hash, i)
		it, found, err := d.Table.Get(ctx, k)
		if err == nil && !found {
			err = errPieceGone
		}
		chunks[i] = it.Body
		return wrapRead(err, k)
	})
	if err != nil {
		return nil, err
	}
	r := &assistantRules{}
	if err := packed.Decode(bytes.Join(chunks, nil), &r.assistantBody); err != nil {
		return nil, fmt.Errorf("the assistant's settings of %s: %w", acc, err)
	}
	r.compiled = conditions.Compile(r.Conditions)
	compiledRules.put(known, r)
	return r, nil
}

// noRules are those of an account that never set any.
var noRules = &assistantRules{compiled: conditions.Compile(nil)}

// assistantOps are the operations that put the next settings in the place of those of now.
// All is in one Write, so that nobody finds a head without its pieces.
func (d *Desk) assistantOps(now, next *assistantState) []table.Op {
	acc := next.acc
	var ops []table.Op
	if before, after := &now.account.value, &next.account.value; before.AssistantOff != after.AssistantOff || before.OwnWords != after.OwnWords {
		ops = append(ops, put(keys.Account(acc), next.account.value, table.AtVersion(now.account.version)))
	}
	head, old := &next.head.value, now.head.value
	if body := next.rules.assistantBody; !body.empty() {
		blob := packed.Encode(body)
		sum := sha256.Sum256(blob)
		head.Hash, head.Pieces = keys.ID(sum[:]), old.Pieces // which stay, however large pieces are made by now
		if head.Hash != old.Hash {
			chunks := slices.Collect(slices.Chunk(blob, cmp.Or(d.piece, pieceSize)))
			head.Pieces = len(chunks)
			for i, chunk := range chunks {
				ops = append(ops, table.Put(table.Item{Key: keys.AssistantPiece(acc, head.Hash, i), Body: chunk}, table.Condition{}))
			}
		}
	}
	if old.Hash != head.Hash {
		for i := range old.Pieces {
			ops = append(ops, table.Delete(keys.AssistantPiece(acc, old.Hash, i), table.Condition{}))
		}
	}
	return append(ops, put(keys.AssistantSettings(acc), head, table.AtVersion(now.head.version)))
}

// compiledRules are settings that this process has read, by account and hash: what a hash
// names never changes.
var compiledRules rulesCache

// mostCompiled is how many accounts' settings a process keeps. Ten thousand phrases take some
// megabytes.
const mostCompiled = 16

type rulesCache struct {
	mu  sync.Mutex
	all map[string]*assistantRules
}

func (c *rulesCache) get(known string) *assistantRules {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.all[known]
}

// put keeps settings, in the place of any others when there are too many.
func (c *rulesCache) put(known string, r *assistantRules) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all == nil {
		c.all = map[string]*assistantRules{}
	}
	for k := range c.all {
		if len(c.all) < mostCompiled {
			break
		}
		delete(c.all, k)
	}
	c.all[known] = r
}
