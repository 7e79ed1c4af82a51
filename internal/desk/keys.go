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

const (
	prefixEsc      = "esc/"
	prefixReceipt  = "receipt/"
	prefixAdded    = "added/"
	prefixCallback = "callback/"
	prefixOpen     = "open/"
)

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

func countersPartition(acc string) string { return acc + "/counters" }

func counterKey(acc, rot string) table.Key {
	return table.Key{Partition: countersPartition(acc), Sort: rot}
}

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

func leftKey(acc string, boundary int64) table.Key {
	return table.Key{Partition: acc + "/left", Sort: sortTime(boundary)}
}

func auditPartition(acc string) string { return acc + "/audit" }

func auditKey(acc, at, hash string) table.Key {
	return table.Key{Partition: auditPartition(acc), Sort: at + "/" + hash}
}

func profileKey(mem string) table.Key { return table.Key{Partition: mem, Sort: "profile"} }

func devicesKey(mem string) table.Key { return table.Key{Partition: mem, Sort: "devices"} }

func keptKey(mem, key string) table.Key { return table.Key{Partition: mem, Sort: "kept/" + key} }

func shiftKey(mem string) table.Key { return table.Key{Partition: mem, Sort: "shift"} }

func markKey(mem, mark string) table.Key {
	return table.Key{Partition: mem, Sort: "password/" + mark}
}

func emailKey(email string) table.Key {
	return table.Key{Partition: "email/" + email, Sort: "member"}
}

func holderKey(address string) table.Key {
	return table.Key{Partition: "push/" + address, Sort: "holder"}
}

func escalationKey(esc string) table.Key { return table.Key{Partition: esc, Sort: "state"} }

func requestKey(esc string) table.Key { return table.Key{Partition: esc, Sort: "request"} }

func followsKey(esc string) table.Key { return table.Key{Partition: esc, Sort: "follows"} }

func pieceKey(esc, hash string, n int) table.Key {
	return table.Key{Partition: esc, Sort: fmt.Sprintf("piece/%s/%03d", hash, n)}
}

func addedKey(esc string, n int) table.Key {
	return table.Key{Partition: esc, Sort: fmt.Sprintf("%s%06d", prefixAdded, n)}
}

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

func listedKey(acc string, created int64, esc string) table.Key {
	return table.Key{Partition: escalationsPartition(acc), Sort: sortTime(created) + "/" + esc}
}

func handledKey(mem string, created int64, esc string) table.Key {
	return table.Key{Partition: mem, Sort: prefixEsc + sortTime(created) + "/" + esc}
}

func interactionPartition(acc, id string) string { return acc + "/interaction/" + id }

func interactionKey(acc, id string) table.Key {
	return table.Key{Partition: interactionPartition(acc, id), Sort: "escalation"}
}

func interactionCallbackKey(acc, id, cb string) table.Key {
	return table.Key{Partition: interactionPartition(acc, id), Sort: prefixCallback + cb}
}

func callbackKey(cb string) table.Key { return table.Key{Partition: cb, Sort: "callback"} }

func callbacksPartition(acc, state string) string {
	return acc + "/callbacks/" + state
}

func callbackListKey(acc, state string, due int64, cb string) table.Key {
	return table.Key{Partition: callbacksPartition(acc, state), Sort: sortTime(due) + "/" + cb}
}

func customerPartition(acc, contact string) string { return acc + "/customer/" + contact }

func openCallbackKey(acc, contact, dep string) table.Key {
	return table.Key{Partition: customerPartition(acc, contact), Sort: prefixOpen + dep}
}

// sortTime writes milliseconds so that strings sort as times do, until the year 2286,
// at lastMillis.
func sortTime(ms int64) string { return fmt.Sprintf("%013d", ms) }

const lastMillis = 9_999_999_999_999

// millis and instant go between times and what is stored.
func millis(t time.Time) int64 { return t.UnixMilli() }

func instant(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

func moment(ms int64) *time.Time {
	if ms == 0 {
		return nil
	}
	t := instant(ms)
	return &t
}

var idAlphabet = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

const idLength = 12 // of base32: 60 bits

func (d *Desk) newID(prefix string) (string, error) {
	var b [8]byte
	if _, err := io.ReadFull(d.Random, b[:]); err != nil {
		return "", fmt.Errorf("making an id: %w", err)
	}
	return prefix + idAlphabet.EncodeToString(b[:])[:idLength], nil
}

// derivedID makes an id that is the same for the same parts, so that a repeated
// request finds what it made the first time.
func derivedID(prefix string, parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return prefix + idAlphabet.EncodeToString(sum[:])[:idLength]
}

// EscalationID is the id that the request of an account gets.
func EscalationID(accountID, requestID string) string {
	return derivedID("esc_", accountID, requestID)
}
