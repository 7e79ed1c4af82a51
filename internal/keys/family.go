package keys

import (
	"slices"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/table"
)

// Family is one kind of items: where they lie, whose personal data is in them, and how
// long they are kept.
//
// In the pattern of a key {…} is an id of ours, a number or a time, up to the next slash;
// {acc}, {mem}, {esc}, {cb}, {dep} and {con} are ids that begin like that. <…> is what came from
// outside, and all behind it: an e-mail, a phone number, a name, the address of a phone.
//
// Errors read the patterns, to name a key without what may be personal in it, and each
// Write of an item that expires reads how long it is kept. To export what is there about a
// person, or to erase it, go by whose data lies in a family.
type Family struct {
	Name      string // what one item is
	Partition string
	Sort      string
	Personal  Personal
	Kept      Retention
}

// Personal says whose data lies in a family, key and value: by name, address or words. Ids
// of ours are none, and say nothing any more once whom they name is gone.
type Personal string

const (
	OfNobody   Personal = "nobody"
	OfCustomer Personal = "customer"
	OfMember   Personal = "member"
	OfBoth     Personal = "customer and member"
)

// Retention is how long items of a family are kept.
type Retention struct {
	Until string
	After time.Duration // from the Write; only of what expires
}

var (
	forEver   = Retention{Until: "for ever"}
	withOwner = Retention{Until: "until what it belongs to is deleted, or has ended"}
)

func expires(after time.Duration) Retention { return Retention{Until: "expires", After: after} }

// families are all that lies in the table. A key that the desk writes is of exactly one.
var families = []Family{
	// What routing reads, in one Query.
	{"settings", "{acc}/desk", "account", OfNobody, forEver},
	{"department", "{acc}/desk", "dep/{dep}", OfNobody, forEver},
	{"desk row", "{acc}/desk", "mem/{mem}", OfMember, withOwner},
	{"ticket counter", "{acc}/counters", "{department}/{channel}", OfNobody, forEver},

	// The account's lists.
	{"listed escalation", "{acc}/escalations", "{created}/{esc}", OfNobody, forEver},
	{"listed callback", "{acc}/callbacks/{state}", "{due}/{cb}", OfNobody, forEver},
	{"who changed what", "{acc}/audit", "{time}/{hash}", OfMember, forEver},
	// What was refused to a name that nobody has: it takes as long to write as an entry of an audit.
	{"refused to nobody", "{mem}/unheard", "{time}/{hash}", OfNobody, expires(time.Hour)},
	// A department's name, folded, or by an older rule in lower case: it is there once.
	{"name", "{acc}/names", "<name>", OfNobody, withOwner},
	// The name of a removed member or department, which stands beside its id.
	{"former name", "{acc}/former", "{id}", OfMember, forEver},
	// It was looked who is left after shifts that ended then.
	{"who is left", "{acc}/left", "{boundary}", OfNobody, expires(24 * time.Hour)},
	// A message was sent that looks who came to shifts that began then.
	{"who came", "{acc}/opened", "{boundary}", OfNobody, expires(24 * time.Hour)},

	// What an account tells its assistant, and the large part of it.
	{"assistant's settings", "{acc}/assistant", "settings", OfNobody, forEver},
	{"piece of the assistant's settings", "{acc}/assistant", "piece/{hash}/{n}", OfNobody, withOwner},

	// The rounds that tell of waiting callbacks; by department, perhaps none.
	{"round", "{acc}/rounds", "dep/{dep?}", OfNobody, forEver},

	// Which gateways, bots, agents and contact centres speak for an account: each by a hash of
	// its kind and name, and in the account's list.
	{"connection", "{con}", "connection", OfNobody, forEver},
	{"listed connection", "{acc}/connections", "{con}", OfNobody, withOwner},

	// How many drills there were within an hour.
	{"drills", "{acc}/drills", "lately", OfNobody, expires(time.Hour)},

	// How often a member or an account has done something lately; most is counted elsewhere.
	{"spent by an account", "{acc}/spent", "{what}", OfNobody, expires(time.Hour)},
	{"spent by a member", "{mem}/spent", "{what}", OfNobody, expires(time.Hour)},

	// Keys for assistants, which say whose they are. Only their hashes are kept.
	{"keys of assistants", "{acc}/assistant", "keys", OfNobody, forEver},
	{"key of an assistant", "assistant-key/{id}", "key", OfNobody, withOwner},

	// What belongs to one call or chat, and to one customer.
	{"escalation of an interaction", "{acc}/interaction/<interaction>", "escalation", OfCustomer, forEver},
	{"request of an interaction", "{acc}/interaction/<interaction>", "request", OfCustomer, forEver},
	{"callback of an interaction", "{acc}/interaction/<interaction>", "callback/{cb}", OfCustomer, forEver},
	// The callback that further ones of the customer join, by department, perhaps none. It may
	// have ended since.
	{"open callback", "{acc}/customer/<contact>", "open/{dep?}", OfCustomer, forEver},
	{"callback of a customer", "{acc}/customer/<contact>", "callback/{created}/{cb}", OfCustomer, forEver},
	{"escalation of a customer", "{acc}/customer/<contact>", "esc/{created}/{esc}", OfCustomer, forEver},

	{"profile", "{mem}", "profile", OfMember, withOwner},
	{"devices", "{mem}", "devices", OfMember, withOwner},
	{"sessions", "{mem}", "sessions", OfMember, withOwner},
	{"told", "{mem}", "told", OfNobody, expires(7 * 24 * time.Hour)},
	{"shift", "{mem}", "shift", OfNobody, withOwner},
	{"handled escalation", "{mem}", "esc/{created}/{esc}", OfNobody, forEver},
	// The answer to a request with an Idempotency-Key.
	{"kept answer", "{mem}", "kept/<key>", OfBoth, expires(24 * time.Hour)},
	// A change of password under way. The timers' dead letters lie for a fortnight, and whoever
	// sends one of them again must still find what is left to do.
	{"password mark", "{mem}", "password/{mark}", OfNobody, expires(15 * 24 * time.Hour)},
	// A code is good for a quarter of an hour, and its tries are counted as long.
	{"code", "{mem}", "code/{kind}", OfMember, expires(15 * time.Minute)},
	// As long as the dead letters of the queue lie.
	{"letter", "{mem}", "letter/{mark}", OfMember, expires(15 * 24 * time.Hour)},
	// Wrong passwords and codes: of the name, and of it from one network and on one device.
	{"tries", "{mem}", "tries/{what}", OfNobody, expires(24 * time.Hour)},
	{"tries from a network", "{mem}", "tries/{what}/network/<network>", OfMember, expires(24 * time.Hour)},
	{"tries on a device", "{mem}", "tries/{what}/device/<device>", OfNobody, expires(24 * time.Hour)},
	{"tries in a network", "network/<network>", "tries", OfNobody, expires(time.Hour)},
	{"e-mail", "email/<e-mail>", "member", OfMember, withOwner},
	// Whose device the address of a phone is.
	{"holder", "push/<address>", "holder", OfMember, withOwner},

	{"escalation", "{esc}", "state", OfBoth, forEver},
	{"request", "{esc}", "request", OfCustomer, forEver},
	{"piece of a request", "{esc}", "piece/{hash}/{n}", OfCustomer, forEver},
	{"addition", "{esc}", "added/{n}", OfCustomer, forEver},
	{"request of an addition", "{esc}", "append/<request>", OfCustomer, forEver},
	// The escalation that people were at when another request for its interaction came.
	{"followed escalation", "{esc}", "follows", OfNobody, forEver},
	{"receipt", "{esc}", "receipt/{n}", OfNobody, forEver},
	{"note of an escalation", "{esc}", "note/{n}", OfBoth, forEver},
	{"history of an escalation", "{esc}", "history/{n}", OfBoth, forEver},
	{"seen offer", "{esc}", "seen/{offer}", OfNobody, forEver},
	// That a customer waits for a word of the agent.
	{"waiting customer", "{esc}", "waits", OfNobody, forEver},

	{"callback", "{cb}", "callback", OfBoth, forEver},
	{"callback entry", "{cb}", "entry/{n}", OfCustomer, forEver},
	{"callback attempt", "{cb}", "attempt/{n}", OfBoth, forEver},
	// The lists of a callback that an older version kept in one item with it.
	{"callback before", "{cb}", "before", OfBoth, forEver},
}

// Families lists all that lies in the table, for whoever exports, erases or checks it.
func Families() []Family { return slices.Clone(families) }

// FamilyOf finds the family of a key; nil when it has none.
func FamilyOf(k table.Key) *Family {
	for i := range families {
		if families[i].Has(k) {
			return &families[i]
		}
	}
	return nil
}

// Has reports whether a key is of the family.
func (f *Family) Has(k table.Key) bool { return fits(f.Sort, k.Sort) && fits(f.Partition, k.Partition) }

// fits reports whether half of a key is of a pattern.
func fits(pattern, half string) bool {
	for {
		part, patterns, more := strings.Cut(pattern, "/")
		if strings.HasPrefix(part, "<") {
			return true
		}
		value, rest, slash := strings.Cut(half, "/")
		switch part {
		case "{acc}", "{mem}", "{esc}", "{cb}", "{dep}", "{con}":
			if !strings.HasPrefix(value, strings.Trim(part, "{}")+"_") {
				return false
			}
		default:
			if part != value && !strings.HasPrefix(part, "{") {
				return false
			}
		}
		if more != slash || !more {
			return more == slash
		}
		pattern, half = patterns, rest
	}
}

// Named names a key in errors, which end in logs: without what came from outside.
func Named(k table.Key) string {
	f := FamilyOf(k)
	if f == nil {
		return "a key of no family"
	}
	return redacted(f.Partition, k.Partition) + " " + redacted(f.Sort, k.Sort)
}

// redacted leaves out of half a key what its pattern has as <…>.
func redacted(pattern, half string) string {
	before, _, outside := strings.Cut(pattern, "<")
	if !outside {
		return half
	}
	parts := strings.Split(half, "/")
	return strings.Join(append(parts[:strings.Count(before, "/")], "…"), "/")
}
