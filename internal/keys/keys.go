package keys

import (
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"

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
// new form is written beside the old one and both are read, as DepartmentNames does.

const (
	PrefixEsc      = "esc/"
	PrefixReceipt  = "receipt/"
	PrefixAdded    = "added/"
	PrefixNote     = "note/"
	PrefixHistory  = "history/"
	PrefixCallback = "callback/"
	PrefixOpen     = "open/"
	PrefixDep      = "dep/"
	PrefixEntry    = "entry/"
	PrefixAttempt  = "attempt/"
	PrefixTries    = "tries/"

	prefixSeen = "seen/"
)

// Desk holds all that a claim reads, so that one Query is enough. What changes
// often and routing does not need stays out of it: each item costs every claim its size.
func Desk(acc string) string { return acc + "/desk" }

// Account has the settings of an account, at the version that a change is written on.
func Account(acc string) table.Key {
	return table.Key{Partition: Desk(acc), Sort: roster.SortAccount}
}

// Row has a member's desk row.
func Row(acc, mem string) table.Key {
	return table.Key{Partition: Desk(acc), Sort: roster.PrefixMem + mem}
}

// Department has a department, or its tombstone.
func Department(acc, dep string) table.Key {
	return table.Key{Partition: Desk(acc), Sort: roster.PrefixDep + dep}
}

// Counters holds all counters of an account, since a fresh place needs several at
// once. A counter is the version of an item without a body, drawn by Increment.
func Counters(acc string) string { return acc + "/counters" }

// Counter is drawn from by Increment; rotation is like 7qz3aaaaaaaa/chat, or */call for everyone.
func Counter(acc, rot string) table.Key {
	return table.Key{Partition: Counters(acc), Sort: rot}
}

// DepartmentName is where a department's name is taken: Ärzte and ärzte meet in one item.
func DepartmentName(acc, name string) table.Key {
	return table.Key{Partition: acc + "/names", Sort: short(names.Fold(name))}
}

// DepartmentNames are where a name's item may lie: by today's rule first, then, where that
// differs, by the one of before.
func DepartmentNames(acc, name string) []table.Key {
	before := table.Key{Partition: acc + "/names", Sort: strings.ToLower(name)}
	if k := DepartmentName(acc, name); k != before {
		return []table.Key{k, before}
	}
	return []table.Key{before}
}

// longestNameKey is the most bytes of a name that stand in a key as they are. A key has
// room for 1,024, and folding makes 18 characters of one.
const longestNameKey = 512

// short makes a hash of a name that a key cannot hold: one that is too long, and the empty
// one, to which names of invisible characters fold. The hash is longer than names are.
func short(folded string) string {
	if folded != "" && len(folded) <= longestNameKey {
		return folded
	}
	return fmt.Sprintf("#%x", sha256.Sum256([]byte(folded)))
}

// Former has the name that a removed member or department leaves behind.
func Former(acc, id string) table.Key { return table.Key{Partition: acc + "/former", Sort: id} }

// Left is the mark that somebody looked who is left at this boundary of shifts.
func Left(acc string, boundary int64) table.Key {
	return table.Key{Partition: acc + "/left", Sort: SortTime(boundary)}
}

// Opened is the mark that a message was sent which looks who came to the shifts that began
// at this boundary.
func Opened(acc string, boundary int64) table.Key {
	return table.Key{Partition: acc + "/opened", Sort: SortTime(boundary)}
}

// Rounds has the marks of rounds that tell of waiting callbacks.
func Rounds(acc string) string { return acc + "/rounds" }

// Round is the mark of one department's rounds; an empty one stands for none.
func Round(acc, dep string) table.Key {
	return table.Key{Partition: Rounds(acc), Sort: PrefixDep + dep}
}

// AuditTrail has who changed what, by time.
func AuditTrail(acc string) string { return acc + "/audit" }

// Audit has one change; at is SortTime with six digits of nanoseconds behind.
func Audit(acc, at, hash string) table.Key {
	return table.Key{Partition: AuditTrail(acc), Sort: at + "/" + hash}
}

// Unheard is what is written for a name that nobody has, in the place of an entry of an audit.
func Unheard(mem, at, hash string) table.Key {
	return table.Key{Partition: mem + "/unheard", Sort: at + "/" + hash}
}

// Connection says for which account a gateway, bot, agent or contact centre speaks.
func Connection(con string) table.Key { return table.Key{Partition: con, Sort: "connection"} }

// Connections lists the connections of an account.
func Connections(acc string) string { return acc + "/connections" }

// ListedConnection is a connection's entry in the list of its account.
func ListedConnection(acc, con string) table.Key {
	return table.Key{Partition: Connections(acc), Sort: con}
}

// Assistant holds what an account tells its assistant. No claim reads it.
func Assistant(acc string) string { return acc + "/assistant" }

// AssistantSettings has the small part of that, and says where the rest is.
func AssistantSettings(acc string) table.Key {
	return table.Key{Partition: Assistant(acc), Sort: "settings"}
}

// AssistantPiece has a part of the rest, by the hash of the whole of it.
func AssistantPiece(acc, hash string, n int) table.Key {
	return table.Key{Partition: Assistant(acc), Sort: fmt.Sprintf("piece/%s/%03d", hash, n)}
}

// AssistantKeys has the ids of an account's keys for assistants.
func AssistantKeys(acc string) table.Key {
	return table.Key{Partition: Assistant(acc), Sort: "keys"}
}

// AssistantKey has one of them: whoever comes with a key names no account.
func AssistantKey(id string) table.Key {
	return table.Key{Partition: "assistant-key/" + id, Sort: "key"}
}

// Spent has how much somebody, a member or an account, has spent of something lately.
func Spent(who, what string) table.Key {
	return table.Key{Partition: who + "/spent", Sort: what}
}

// Drills has how many drills there were lately.
func Drills(acc string) table.Key { return table.Key{Partition: acc + "/drills", Sort: "lately"} }

// Profile has what routing does not need of a member.
func Profile(mem string) table.Key { return table.Key{Partition: mem, Sort: "profile"} }

// Devices has a member's devices, all in one item.
func Devices(mem string) table.Key { return table.Key{Partition: mem, Sort: "devices"} }

// Sessions has where a member is signed in, all in one item.
func Sessions(mem string) table.Key { return table.Key{Partition: mem, Sort: "sessions"} }

// KeptAnswer is per member: two members may choose the same idempotency key.
func KeptAnswer(mem, key string) table.Key { return table.Key{Partition: mem, Sort: "kept/" + key} }

// Told has what was told a member of callbacks, and what is kept for when they are free.
func Told(mem string) table.Key { return table.Key{Partition: mem, Sort: "told"} }

// Shift has what ticks have noticed of working hours.
func Shift(mem string) table.Key { return table.Key{Partition: mem, Sort: "shift"} }

// PasswordMark stands while a change of password is under way.
func PasswordMark(mem, mark string) table.Key {
	return table.Key{Partition: mem, Sort: "password/" + mark}
}

// Code has the last code of one kind that a member, or nobody, asked for.
func Code(mem, kind string) table.Key { return table.Key{Partition: mem, Sort: "code/" + kind} }

// Letter has a letter that goes out with a change, until it is sent.
func Letter(mem, mark string) table.Key {
	return table.Key{Partition: mem, Sort: "letter/" + mark}
}

// TriesOfName counts tries of a member's password or codes, or of what stands for nobody.
func TriesOfName(mem, what string) table.Key {
	return table.Key{Partition: mem, Sort: PrefixTries + what}
}

// TriesOfNetwork counts those from one network, which may be unknown.
func TriesOfNetwork(mem, what, network string) table.Key {
	return table.Key{Partition: mem, Sort: PrefixTries + what + "/network/" + network}
}

// TriesOfDevice counts those on a device that is known.
func TriesOfDevice(mem, what, device string) table.Key {
	return table.Key{Partition: mem, Sort: PrefixTries + what + "/device/" + device}
}

// TriesIn counts wrong tries from a network, whoever's name was tried.
func TriesIn(network string) table.Key {
	return table.Key{Partition: "network/" + network, Sort: "tries"}
}

// Email leads from an e-mail to who signs in with it.
func Email(email string) table.Key {
	return table.Key{Partition: "email/" + email, Sort: "member"}
}

// Holder leads from an address of pushes to the one member whose it is.
func Holder(address string) table.Key {
	return table.Key{Partition: "push/" + address, Sort: "holder"}
}

// Escalation has the part of an escalation that changes.
func Escalation(esc string) table.Key { return table.Key{Partition: esc, Sort: "state"} }

// Request has what was asked: it makes the request count, and is written last.
func Request(esc string) table.Key { return table.Key{Partition: esc, Sort: "request"} }

// Follows is where a request without an escalation of its own says which one it got.
func Follows(esc string) table.Key { return table.Key{Partition: esc, Sort: "follows"} }

// Piece has the hash of the whole in it: pieces of two bodies under one id never mix.
func Piece(esc, hash string, n int) table.Key {
	return table.Key{Partition: esc, Sort: fmt.Sprintf("piece/%s/%03d", hash, n)}
}

// Added numbers what was appended from 0, in six digits so that keys sort as numbers do.
func Added(esc string, n int) table.Key {
	return table.Key{Partition: esc, Sort: fmt.Sprintf("%s%06d", PrefixAdded, n)}
}

// AppendRequest tells that a request to append was done.
func AppendRequest(esc, requestID string) table.Key {
	return table.Key{Partition: esc, Sort: "append/" + inKey(requestID)}
}

// AddedNumber is the number in an addedKey.
func AddedNumber(k table.Key) int {
	n, err := strconv.Atoi(strings.TrimPrefix(k.Sort, PrefixAdded))
	if err != nil {
		return 0
	}
	return n
}

// Receipt has how one turn was dealt, numbered from 1.
func Receipt(esc string, n int) table.Key {
	return table.Key{Partition: esc, Sort: fmt.Sprintf("%s%03d", PrefixReceipt, n)}
}

// Waits marks that the customer waits for a word of the agent.
func Waits(esc string) table.Key { return table.Key{Partition: esc, Sort: "waits"} }

// Seen tells that an offer arrived.
func Seen(esc string, offer int) table.Key {
	return table.Key{Partition: esc, Sort: fmt.Sprintf("%s%03d", prefixSeen, offer)}
}

// Looked has what a look at an escalation tells: what was asked, which offers were seen, its
// state, and whether its customer waits. These lie next to each other behind all else, so that one
// Query reads them and leaves the pieces of a conversation and what was added to it.
func Looked(esc string) table.Range {
	return table.Range{Partition: esc, After: PrefixReceipt + "~"}
}

// SeenOffer is the number in a key of Seen; 0 of another key.
func SeenOffer(k table.Key) int {
	n, err := strconv.Atoi(strings.TrimPrefix(k.Sort, prefixSeen))
	if err != nil {
		return 0
	}
	return n
}

// Note has a long note of the history, numbered from 1.
func Note(esc string, n int) table.Key {
	return table.Key{Partition: esc, Sort: fmt.Sprintf("%s%06d", PrefixNote, n)}
}

// NoteNumber is the number in a key of Note.
func NoteNumber(k table.Key) int {
	n, err := strconv.Atoi(strings.TrimPrefix(k.Sort, PrefixNote))
	if err != nil {
		return 0
	}
	return n
}

// History has events for which the escalation's own item has no room any more, numbered
// from 1.
func History(esc string, n int) table.Key {
	return table.Key{Partition: esc, Sort: fmt.Sprintf("%s%06d", PrefixHistory, n)}
}

// Escalations lists the escalations of an account by when they began.
func Escalations(acc string) string { return acc + "/escalations" }

// Listed is an escalation's entry in the account's list. It is written once and holds no
// state: one that did would have to be moved with every change.
func Listed(acc string, created int64, esc string) table.Key {
	return table.Key{Partition: Escalations(acc), Sort: SortTime(created) + "/" + esc}
}

// Handled is the entry in the list of one member, from their accept on, or from the end of an
// offer that went on to others.
func Handled(mem string, created int64, esc string) table.Key {
	return table.Key{Partition: mem, Sort: PrefixEsc + SortTime(created) + "/" + esc}
}

// Interaction has what belongs to one call or chat of the platform.
func Interaction(acc, id string) string { return acc + "/interaction/" + inKey(id) }

// InteractionRequest has the interaction's last request, which may not have begun yet.
func InteractionRequest(acc, id string) table.Key {
	return table.Key{Partition: Interaction(acc, id), Sort: "request"}
}

// InteractionEscalation leads to the escalation that people were at last.
func InteractionEscalation(acc, id string) table.Key {
	return table.Key{Partition: Interaction(acc, id), Sort: "escalation"}
}

// InteractionCallback leads from a conversation to each callback that it became.
func InteractionCallback(acc, id, cb string) table.Key {
	return table.Key{Partition: Interaction(acc, id), Sort: PrefixCallback + cb}
}

// Callback has a callback.
func Callback(cb string) table.Key { return table.Key{Partition: cb, Sort: "callback"} }

// CallbackBefore has, packed, the lists that versions before this one kept in the callback.
func CallbackBefore(cb string) table.Key { return table.Key{Partition: cb, Sort: "before"} }

// CallbackEntry has one conversation of a callback, numbered from 1.
func CallbackEntry(cb string, n int) table.Key {
	return table.Key{Partition: cb, Sort: fmt.Sprintf("%s%03d", PrefixEntry, n)}
}

// EntryNumber is the number in the key of an entry.
func EntryNumber(k table.Key) int {
	n, err := strconv.Atoi(strings.TrimPrefix(k.Sort, PrefixEntry))
	if err != nil {
		return 0
	}
	return n
}

// CallbackAttempt has one try to reach a customer, numbered from 1.
func CallbackAttempt(cb string, n int) table.Key {
	return table.Key{Partition: cb, Sort: fmt.Sprintf("%s%06d", PrefixAttempt, n)}
}

// Callbacks lists the callbacks of an account in one state, by when they are due.
func Callbacks(acc, state string) string {
	return acc + "/callbacks/" + state
}

// ListedCallback is a callback's entry in the list of its state; callback.move moves it.
func ListedCallback(acc, state string, due int64, cb string) table.Key {
	return table.Key{Partition: Callbacks(acc, state), Sort: SortTime(due) + "/" + cb}
}

// DueOf is when a callback is due by the key of its entry in a list; 0 of another key.
func DueOf(k table.Key) int64 {
	due, _, _ := strings.Cut(k.Sort, "/")
	ms, err := strconv.ParseInt(due, 10, 64)
	if err != nil {
		return 0
	}
	return ms
}

// Customer has what is known under one phone number or e-mail.
func Customer(acc, contact string) string { return acc + "/customer/" + contact }

// OpenCallback leads to the callback that further ones of the customer join.
func OpenCallback(acc, contact, dep string) table.Key {
	return table.Key{Partition: Customer(acc, contact), Sort: PrefixOpen + dep}
}

// CustomerCallback is a callback's entry in the list of one of its customers' contacts.
func CustomerCallback(acc, contact string, created int64, cb string) table.Key {
	return table.Key{Partition: Customer(acc, contact), Sort: PrefixCallback + SortTime(created) + "/" + cb}
}

// CustomerEscalation is the entry of an escalation in the list of a customer's.
func CustomerEscalation(acc, contact string, created int64, esc string) table.Key {
	return table.Key{Partition: Customer(acc, contact), Sort: PrefixEsc + SortTime(created) + "/" + esc}
}

// SortTime writes milliseconds so that strings sort as times do, until the year 2286, at
// lastMillis: 10:00 on 23 November 2026 is 1795428000000.
func SortTime(ms int64) string { return fmt.Sprintf("%013d", ms) }

const LastMillis = 9_999_999_999_999
