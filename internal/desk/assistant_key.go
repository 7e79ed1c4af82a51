package desk

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// AssistantKey lets a program in that speaks for an account over MCP. The key itself,
// such as cnk_ius5rzkbfmfh_ and 32 characters more, is told once; what is stored is its
// hash.
type AssistantKey struct {
	ID         string     `json:"id"`
	Name       string     `json:"name"`
	May        []string   `json:"may"`           // of KeyRights, in their order
	Key        string     `json:"key,omitempty"` // the whole, where it is told
	CreatedAt  time.Time  `json:"createdAt"`
	LastUsedAt *time.Time `json:"lastUsedAt"` // to the hour
}

// KeyRights are what a key may be good for: to ask for people, to see how things stand, and
// to end what was asked.
var KeyRights = []string{"escalate", "read", "change"}

// defaultRights are those of a key of which nobody says more. To end what customers were
// promised is not among them.
var defaultRights = KeyRights[:2]

const (
	// mostKeys is how many an account has: one for each platform, and one to change over to.
	mostKeys = 5
	// usedEvery is how often the last use of a key is written.
	usedEvery = time.Hour

	keyPrefix = "cnk_"
)

// storedKey is a key as stored, under its id.
type storedKey struct {
	Account string   `json:"a"`
	Name    string   `json:"n"`
	May     []string `json:"m"`
	Hash    []byte   `json:"h"` // SHA-256 of the secret
	Created int64    `json:"at"`
	Used    int64    `json:"u,omitempty"`
}

// heldKeys are the ids of an account's keys, as stored: whoever makes one more meets others
// there, so that there are never more than five.
type heldKeys struct {
	IDs []string `json:"k"`
}

func (k *storedKey) view(id string) AssistantKey {
	return AssistantKey{ID: id, Name: k.Name, May: k.May, CreatedAt: instant(k.Created), LastUsedAt: moment(k.Used)}
}

// CreateAssistantKey makes a key, which WholeKey tells. May is a part of KeyRights; empty
// stands for the first two. Callers who may ask twice and want one give an id; empty makes a
// new one. Problems are invalid, too-many-keys and too-often.
func (d *Desk) CreateAssistantKey(ctx context.Context, by Caller, id, name string, may []string) (AssistantKey, error) {
	rights, bad := keyRights(may)
	if err := Invalids(append(badName("name", "", &name), bad...)); err != nil {
		return AssistantKey{}, err
	}
	id, err := d.idOr(id, keyPrefix)
	if err != nil {
		return AssistantKey{}, err
	}
	k := storedKey{Account: by.AccountID, Name: name, May: rights, Created: millis(d.Now().Truncate(time.Second))}
	whole, err := d.WholeKey(ctx, k.view(id))
	if err != nil {
		return AssistantKey{}, err
	}
	k.Hash = keyHash(whole)
	spend := sync.OnceValue(func() error { return d.spend(ctx, by, by.AccountID, ofKeys) })
	_, err = update(ctx, d, keys.AssistantKeys(by.AccountID), func(s *stored[heldKeys]) (bool, []table.Op, error) {
		if slices.Contains(s.value.IDs, id) { // asked before, and done
			kept, err := load[storedKey](ctx, d.Table, keys.AssistantKey(id))
			k = kept.value
			return false, nil, err
		}
		if len(s.value.IDs) >= mostKeys {
			return false, nil, d.refused(ctx, by, tooManyOf("too-many-keys", "Too many keys", fmt.Sprintf("There are %d keys. Delete one first.", mostKeys)))
		}
		if err := spend(); err != nil {
			return false, nil, err
		}
		s.value.IDs = append(s.value.IDs, id)
		return true, []table.Op{
			put(keys.AssistantKey(id), k, table.Condition{}),
			d.audit(by.AccountID, by.MemberID, auditKeyMade, id, edited("name", nil, k.Name), edited("may", nil, k.May)),
		}, nil
	})
	return k.view(id), err
}

// keyRights are those that are asked for, in their order.
func keyRights(may []string) (rights []string, bad []FieldError) {
	for i, right := range may {
		if !slices.Contains(KeyRights, right) {
			bad = append(bad, FieldError{fmt.Sprintf("may[%d]", i), "must be one of " + strings.Join(KeyRights, ", ")})
		}
	}
	if len(may) == 0 {
		may = defaultRights
	}
	for _, right := range KeyRights {
		if slices.Contains(may, right) {
			rights = append(rights, right)
		}
	}
	return rights, bad
}

// WholeKey is the key as programs show it. Its secret, of 160 bits, is made of the
// deployment's and of what the key is: so whoever asks for one twice is told the same, and
// it need not lie anywhere in between. One made again under an old id is another one.
func (d *Desk) WholeKey(ctx context.Context, k AssistantKey) (string, error) {
	secret, err := d.key(ctx, "assistant key")
	if err != nil {
		return "", err
	}
	h := hmac.New(sha256.New, secret)
	fmt.Fprintf(h, "%s %d", k.ID, k.CreatedAt.Unix())
	return k.ID + "_" + keys.Secret(h.Sum(nil)[:20]), nil
}

// keyHash is what of a key is stored. It is as random as long, so that a plain hash is as
// good as a slow one.
func keyHash(whole string) []byte {
	sum := sha256.Sum256([]byte(whole))
	return sum[:]
}

// AssistantKeys lists the keys of the caller's account in the order in which they were made.
func (d *Desk) AssistantKeys(ctx context.Context, c Caller) ([]AssistantKey, error) {
	held, err := load[heldKeys](ctx, d.Table, keys.AssistantKeys(c.AccountID))
	if err != nil {
		return nil, err
	}
	found := make([]stored[storedKey], len(held.value.IDs))
	err = inParallel(len(found), func(i int) (err error) {
		found[i], err = load[storedKey](ctx, d.Table, keys.AssistantKey(held.value.IDs[i]))
		return err
	})
	list := make([]AssistantKey, 0, len(found))
	for i, k := range found {
		if k.found() { // else deleted meanwhile
			list = append(list, k.value.view(held.value.IDs[i]))
		}
	}
	return list, err
}

// DeleteAssistantKey takes a key back: the next call with it is refused. Problem not-found.
func (d *Desk) DeleteAssistantKey(ctx context.Context, by Caller, id string) error {
	tried := false
	_, err := update(ctx, d, keys.AssistantKeys(by.AccountID), func(s *stored[heldKeys]) (bool, []table.Op, error) {
		i := slices.Index(s.value.IDs, id)
		switch {
		case i < 0 && tried:
			return false, nil, nil // by the try before, of which no answer came
		case i < 0:
			return false, nil, notFound("key")
		}
		k, err := load[storedKey](ctx, d.Table, keys.AssistantKey(id))
		if err != nil {
			return false, nil, err
		}
		s.value.IDs, tried = slices.Delete(s.value.IDs, i, i+1), true
		return true, []table.Op{
			table.Delete(keys.AssistantKey(id), table.Condition{}),
			d.audit(by.AccountID, by.MemberID, auditKeyGone, id, edited("name", k.value.Name, nil)),
		}, nil
	})
	return err
}

// KeyHolder is whom a key lets in.
type KeyHolder struct {
	AccountID string
	KeyID     string
	May       []string
}

// errNoKey is the answer to whatever is no key of anybody.
var errNoKey = &Problem{Class: Unauthorized, Name: "unauthorized", Title: "No such key", Detail: "The key is none, or was deleted."}

// KeyID is the id in the form of a key, and empty in what has not that form.
func KeyID(key string) string {
	rest, ours := strings.CutPrefix(key, keyPrefix)
	code, secret, whole := strings.Cut(rest, "_")
	if !ours || !whole || len(code) != keys.IDLength || !keys.Plain(code) || len(secret) != 32 {
		return ""
	}
	return keyPrefix + code
}

// HolderOf tells whom a key lets in. It reads each time, so that a key that was deleted lets
// nobody in any more. Problem unauthorized, in the same words whatever is wrong.
func (d *Desk) HolderOf(ctx context.Context, key string) (KeyHolder, error) {
	id := KeyID(key)
	if id == "" {
		return KeyHolder{}, errNoKey
	}
	k, err := load[storedKey](ctx, d.Table, keys.AssistantKey(id))
	if err != nil {
		return KeyHolder{}, err
	}
	if !k.found() || subtle.ConstantTimeCompare(k.value.Hash, keyHash(key)) != 1 {
		return KeyHolder{}, errNoKey
	}
	d.used(ctx, id, k)
	return KeyHolder{AccountID: k.value.Account, KeyID: id, May: k.value.May}, nil
}

// used writes that a key was used, once an hour. When that fails the next use does it.
func (d *Desk) used(ctx context.Context, id string, k stored[storedKey]) {
	now := d.Now()
	if k.value.Used != 0 && now.Sub(instant(k.value.Used)) < usedEvery {
		return
	}
	k.value.Used = millis(now)
	if err := d.Table.Write(ctx, put(keys.AssistantKey(id), k.value, table.AtVersion(k.version))); err != nil && !again(err) {
		d.Log.WarnContext(ctx, "use of a key not written: the next use does it", "key", id, "error", err)
	}
}
