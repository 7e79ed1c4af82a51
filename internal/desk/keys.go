package desk

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/names"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// All keys of the table are built in this file, as families says.
//
// For example, acc_f7lmw5qcqyje/escalations has under 1795428000000/esc_2qnfeay2umpk an
// empty item: the key says all. Times are milliseconds of 13 digits, so that keys sort as
// times do.
//
// A key that is built otherwise finds nothing of what is stored, and no error tells. So a
// new form is written beside the old one and both are read, as depNameKeys does.

const (
	prefixEsc      = "esc/"
	prefixReceipt  = "receipt/"
	prefixAdded    = "added/"
	prefixCallback = "callback/"
	prefixOpen     = "open/"
)

// deskPartition holds all that a claim reads, so that one Query is enough. What changes
// often and routing does not need stays out of it: each item costs every claim its size.
func deskPartition(acc string) string { return acc + "/desk" }

func accountKey(acc string) table.Key {
	return table.Key{Partition: deskPartition(acc), Sort: roster.SortAccount}
}

func rowKey(acc, mem string) table.Key {
	return table.Key{Partition: deskPartition(acc), Sort: roster.PrefixMem + mem}
}

func depKey(acc, dep string) table.Key {
	return table.Key{Partition: deskPartition(acc), Sort: roster.PrefixDep + dep}
}

// countersPartition holds all counters of an account, since a fresh place needs several at
// once. A counter is the version of an item without a body, drawn by Increment.
func countersPartition(acc string) string { return acc + "/counters" }

func counterKey(acc, rot string) table.Key {
	return table.Key{Partition: countersPartition(acc), Sort: rot}
}

// depNameKey is where a department's name is taken: Ärzte and ärzte meet in one item.
func depNameKey(acc, name string) table.Key {
	return table.Key{Partition: acc + "/names", Sort: short(names.Fold(name))}
}

// depNameKeys are where a name's item may lie: by today's rule first, then, where that
// differs, by the one of before.
func depNameKeys(acc, name string) []table.Key {
	before := table.Key{Partition: acc + "/names", Sort: strings.ToLower(name)}
	if k := depNameKey(acc, name); k != before {
		return []table.Key{k, before}
	}
	return []table.Key{before}
}

// longestNameKey is the most bytes of a name that stand in a key as they are. A key has
// room for 1,024, and folding makes 18 characters of one.
const longestNameKey = 512

// short makes a name that is too long for a key a hash, which is longer than names are.
func short(folded string) string {
	if len(folded) <= longestNameKey {
		return folded
	}
	return fmt.Sprintf("#%x", sha256.Sum256([]byte(folded)))
}

// leftKey is the mark that somebody looked who is left at this boundary of shifts.
func leftKey(acc string, boundary int64) table.Key {
	return table.Key{Partition: acc + "/left", Sort: sortTime(boundary)}
}

func auditPartition(acc string) string { return acc + "/audit" }

func auditKey(acc, at, hash string) table.Key {
	return table.Key{Partition: auditPartition(acc), Sort: at + "/" + hash}
}

func profileKey(mem string) table.Key { return table.Key{Partition: mem, Sort: "profile"} }

func devicesKey(mem string) table.Key { return table.Key{Partition: mem, Sort: "devices"} }

// keptKey is per member: two members may choose the same idempotency key.
func keptKey(mem, key string) table.Key { return table.Key{Partition: mem, Sort: "kept/" + key} }

func shiftKey(mem string) table.Key { return table.Key{Partition: mem, Sort: "shift"} }

func markKey(mem, mark string) table.Key {
	return table.Key{Partition: mem, Sort: "password/" + mark}
}

func emailKey(email string) table.Key {
	return table.Key{Partition: "email/" + email, Sort: "member"}
}

// holderKey leads from an address of pushes to the one member whose it is.
func holderKey(address string) table.Key {
	return table.Key{Partition: "push/" + address, Sort: "holder"}
}

func escalationKey(esc string) table.Key { return table.Key{Partition: esc, Sort: "state"} }

func requestKey(esc string) table.Key { return table.Key{Partition: esc, Sort: "request"} }

// followsKey is where a request without an escalation of its own says which one it got.
func followsKey(esc string) table.Key { return table.Key{Partition: esc, Sort: "follows"} }

// pieceKey has the hash of the whole in it: pieces of two bodies under one id never mix.
func pieceKey(esc, hash string, n int) table.Key {
	return table.Key{Partition: esc, Sort: fmt.Sprintf("piece/%s/%03d", hash, n)}
}

// addedKey numbers what was appended from 0, in six digits so that keys sort as numbers do.
func addedKey(esc string, n int) table.Key {
	return table.Key{Partition: esc, Sort: fmt.Sprintf("%s%06d", prefixAdded, n)}
}

// addedNumber is the number in an addedKey.
func addedNumber(k table.Key) int {
	n, err := strconv.Atoi(strings.TrimPrefix(k.Sort, prefixAdded))
	if err != nil {
		return 0
	}
	return n
}

func receiptKey(esc string, n int) table.Key {
	return table.Key{Partition: esc, Sort: fmt.Sprintf("%s%03d", prefixReceipt, n)}
}

func seenKey(esc string, offer int) table.Key {
	return table.Key{Partition: esc, Sort: fmt.Sprintf("seen/%03d", offer)}
}

func escalationsPartition(acc string) string { return acc + "/escalations" }

// listedKey is an escalation's entry in the account's list. It is written once and holds no
// state: one that did would have to be moved with every change.
func listedKey(acc string, created int64, esc string) table.Key {
	return table.Key{Partition: escalationsPartition(acc), Sort: sortTime(created) + "/" + esc}
}

// handledKey is the entry in the list of one member, from their accept on.
func handledKey(mem string, created int64, esc string) table.Key {
	return table.Key{Partition: mem, Sort: prefixEsc + sortTime(created) + "/" + esc}
}

func interactionPartition(acc, id string) string { return acc + "/interaction/" + id }

func interactionKey(acc, id string) table.Key {
	return table.Key{Partition: interactionPartition(acc, id), Sort: "escalation"}
}

// interactionCallbackKey leads from a conversation to each callback that it became.
func interactionCallbackKey(acc, id, cb string) table.Key {
	return table.Key{Partition: interactionPartition(acc, id), Sort: prefixCallback + cb}
}

func callbackKey(cb string) table.Key { return table.Key{Partition: cb, Sort: "callback"} }

func callbacksPartition(acc, state string) string {
	return acc + "/callbacks/" + state
}

// callbackListKey is a callback's entry in the list of its state; callback.move moves it.
func callbackListKey(acc, state string, due int64, cb string) table.Key {
	return table.Key{Partition: callbacksPartition(acc, state), Sort: sortTime(due) + "/" + cb}
}

func customerPartition(acc, contact string) string { return acc + "/customer/" + contact }

// openCallbackKey leads to the callback that further ones of the customer join.
func openCallbackKey(acc, contact, dep string) table.Key {
	return table.Key{Partition: customerPartition(acc, contact), Sort: prefixOpen + dep}
}

// sortTime writes milliseconds so that strings sort as times do, until the year 2286, at
// lastMillis: 10:00 on 23 November 2026 is 1795428000000.
func sortTime(ms int64) string { return fmt.Sprintf("%013d", ms) }

const lastMillis = 9_999_999_999_999

// millis and instant go between times and what is stored.
func millis(t time.Time) int64 { return t.UnixMilli() }

func instant(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// moment is instant for a time that may be absent: 0 is null in JSON.
func moment(ms int64) *time.Time {
	if ms == 0 {
		return nil
	}
	t := instant(ms)
	return &t
}

// idAlphabet has no capitals and no 0, 1, 8 or 9, so that an id can be read out and typed.
var idAlphabet = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

const idLength = 12 // of base32: 60 bits

// newID makes an id that nobody can guess, such as mem_ius5rzkbfmfh.
func (d *Desk) newID(prefix string) (string, error) {
	var b [8]byte
	if _, err := io.ReadFull(d.Random, b[:]); err != nil {
		return "", fmt.Errorf("making an id: %w", err)
	}
	return prefix + idAlphabet.EncodeToString(b[:])[:idLength], nil
}

// idOr is the id that a caller gave who may ask twice, or else a new one.
func (d *Desk) idOr(given, prefix string) (string, error) {
	if given != "" {
		return given, nil
	}
	return d.newID(prefix)
}

// derivedID makes an id that is the same for the same parts, so that a repeated
// request finds what it made the first time.
func derivedID(prefix string, parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return prefix + idAlphabet.EncodeToString(sum[:])[:idLength]
}

// EscalationID is the id of an account's request. The hash needs no table: the assistant's
// client, a test or a repeated call knows the id before the first answer.
func EscalationID(accountID, requestID string) string {
	return derivedID("esc_", accountID, requestID)
}
