package table

import "time"

// Names of the attributes in which the DynamoDB engine lays an item out. They count
// towards its size, which is why they are short and why they stand here.
const (
	AttrPartition = "pk"
	AttrSort      = "sk"
	AttrVersion   = "v"
	AttrBody      = "b"
	AttrExpires   = "exp"
	AttrAt        = "at" // of a counter: when it was last drawn from
)

// Size returns the bytes that an item takes by DynamoDB's rules, names of attributes
// included: strings by their UTF-8 bytes, binary by its raw bytes, a number one byte
// per two significant digits and one more.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
//
// The version counts with its own digits where it is known and as one digit where it
// is not (an item about to be put). Of a counter the time of its last draw is left
// out, about ten bytes.
func Size(it Item) int {
	n := len(AttrPartition) + len(it.Key.Partition) +
		len(AttrSort) + len(it.Key.Sort) +
		len(AttrVersion) + numberSize(it.Version)
	if len(it.Body) > 0 {
		n += len(AttrBody) + len(it.Body)
	}
	if exp := it.ExpiresUnix(); exp != 0 {
		n += len(AttrExpires) + numberSize(exp)
	}
	return n
}

// numberSize counts the significant digits of n, trailing zeros trimmed.
func numberSize(n int64) int {
	for n != 0 && n%10 == 0 {
		n /= 10
	}
	digits := 1
	for n /= 10; n != 0; n /= 10 {
		digits++
	}
	return (digits+1)/2 + 1
}

// ExpiresUnix returns Expires in whole seconds, as engines keep it: a fraction rounded
// up, so that an item never goes early, and 0 for never.
func (it Item) ExpiresUnix() int64 {
	if it.Expires.IsZero() {
		return 0
	}
	s := it.Expires.Unix()
	if it.Expires.Nanosecond() > 0 {
		s++
	}
	return max(s, 1) // 0 means never, and no item is that old
}

// Expired says whether an item that expires at exp (ExpiresUnix) is gone at now.
func Expired(exp int64, now time.Time) bool { return exp != 0 && exp <= now.Unix() }

// Holds says whether the condition is met by what is stored: found tells whether there
// is an unexpired item, version is its version.
func (c Condition) Holds(found bool, version int64) bool {
	switch c.kind {
	case KindAbsent:
		return !found
	case KindExists:
		return found
	case KindAtVersion:
		return found && version == c.version
	default:
		return true
	}
}

// NextVersion returns the version of an item that is put under the condition.
func (c Condition) NextVersion() int64 {
	if c.kind == KindAtVersion {
		return c.version + 1
	}
	return 1
}
