package desk

import (
	"strings"
	"time"

	"github.com/connectnow/backend/internal/table"
)

// family is one kind of items: where they lie, whose personal data is in them, and how
// long they are kept.
//
// In the pattern of a key {…} is an id of ours, a number or a time, up to the next slash;
// {acc}, {mem}, {esc}, {cb} and {dep} are ids that begin like that. <…> is what came from
// outside, and all behind it: an e-mail, a phone number, a name, the address of a phone.
//
// Errors read the patterns, to name a key without what may be personal in it, and each
// Write of an item that expires reads how long it is kept. To export what is there about a
// person, or to erase it, go by whose data lies in a family.
type family struct {
	name      string // what one item is
	partition string
	sort      string
	personal  personal
	kept      kept
}

// personal says whose data lies in a family, key and value: by name, address or words. Ids
// of ours are none, and say nothing any more once whom they name is gone.
type personal string

const (
	ofNobody   personal = "nobody"
	ofCustomer personal = "customer"
	ofMember   personal = "member"
	ofBoth     personal = "customer and member"
)

// kept is how long items of a family are kept.
type kept struct {
	until string
	after time.Duration // from the Write; only of what expires
}

var (
	forEver   = kept{until: "for ever"}
	withOwner = kept{until: "until what it belongs to is deleted, or has ended"}
)

func expires(after time.Duration) kept { return kept{until: "expires", after: after} }

// families are all that lies in the table. A key that the desk writes is of exactly one.
var families = []family{
	// What routing reads, in one Query.
	{"settings", "{acc}/desk", "account", ofNobody, forEver},
	{"department", "{acc}/desk", "dep/{dep}", ofNobody, forEver},
	{"desk row", "{acc}/desk", "mem/{mem}", ofMember, withOwner},
	{"ticket counter", "{acc}/counters", "{department}/{channel}", ofNobody, forEver},

	// The account's lists.
	{"listed escalation", "{acc}/escalations", "{created}/{esc}", ofNobody, forEver},
	{"listed callback", "{acc}/callbacks/{state}", "{due}/{cb}", ofNobody, forEver},
	{"who changed what", "{acc}/audit", "{time}/{hash}", ofNobody, forEver},
	// A department's name, folded, or by an older rule in lower case: it is there once.
	{"name", "{acc}/names", "<name>", ofNobody, withOwner},
	// It was looked who is left after shifts that ended then.
	{"who is left", "{acc}/left", "{boundary}", ofNobody, expires(24 * time.Hour)},

	// What belongs to one call or chat, and to one customer.
	{"escalation of an interaction", "{acc}/interaction/<interaction>", "escalation", ofCustomer, forEver},
	{"callback of an interaction", "{acc}/interaction/<interaction>", "callback/{cb}", ofCustomer, forEver},
	// The callback that further ones of the customer join; by department, perhaps none.
	{"open callback", "{acc}/customer/<contact>", "open/{dep?}", ofCustomer, withOwner},

	{"profile", "{mem}", "profile", ofMember, withOwner},
	{"devices", "{mem}", "devices", ofMember, withOwner},
	{"shift", "{mem}", "shift", ofNobody, withOwner},
	{"handled escalation", "{mem}", "esc/{created}/{esc}", ofNobody, forEver},
	// The answer to a request with an Idempotency-Key.
	{"kept answer", "{mem}", "kept/<key>", ofBoth, expires(24 * time.Hour)},
	// A change of password under way; kept that long should its message never have been sent.
	{"password mark", "{mem}", "password/{mark}", ofNobody, expires(24 * time.Hour)},
	{"e-mail", "email/<e-mail>", "member", ofMember, withOwner},
	// Whose device the address of a phone is.
	{"holder", "push/<address>", "holder", ofMember, withOwner},

	{"escalation", "{esc}", "state", ofBoth, forEver},
	{"request", "{esc}", "request", ofCustomer, forEver},
	{"piece of a request", "{esc}", "piece/{hash}/{n}", ofCustomer, forEver},
	{"addition", "{esc}", "added/{n}", ofCustomer, forEver},
	// The escalation that people were at when another request for its interaction came.
	{"followed escalation", "{esc}", "follows", ofNobody, forEver},
	{"receipt", "{esc}", "receipt/{n}", ofNobody, forEver},
	{"seen offer", "{esc}", "seen/{offer}", ofNobody, forEver},

	{"callback", "{cb}", "callback", ofBoth, forEver},
}

// familyOf finds the family of a key; nil when it has none.
func familyOf(k table.Key) *family {
	for i := range families {
		if families[i].has(k) {
			return &families[i]
		}
	}
	return nil
}

func (f *family) has(k table.Key) bool { return fits(f.sort, k.Sort) && fits(f.partition, k.Partition) }

// fits reports whether half of a key is of a pattern.
func fits(pattern, half string) bool {
	for {
		part, patterns, more := strings.Cut(pattern, "/")
		if strings.HasPrefix(part, "<") {
			return true
		}
		value, rest, slash := strings.Cut(half, "/")
		switch part {
		case "{acc}", "{mem}", "{esc}", "{cb}", "{dep}":
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

// named names a key in errors, which end in logs: without what came from outside.
func named(k table.Key) string {
	f := familyOf(k)
	if f == nil {
		return "a key of no family"
	}
	return redacted(f.partition, k.Partition) + " " + redacted(f.sort, k.Sort)
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

// expiring has an item expire as its family says, which every key has: tests see to that.
func (d *Desk) expiring(op table.Op) table.Op {
	op.Item.Expires = d.Now().Add(familyOf(op.Item.Key).kept.after)
	return op
}
