package roster

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/table"
)

// Candidate is one member in a receipt and why the turn was theirs, or was not: offered,
// offline, off_shift, no_device, on_call, at_capacity, already_offered, not_in_department or
// later_in_rotation.
type Candidate struct {
	MemberID string `json:"memberId"`
	Reason   string `json:"reason"`
	Place    int64  `json:"place"`
}

// Receipt says how one turn was dealt: who got it and why the others did not. It answers an
// agent's "why not me?" weeks later, when desk rows tell nothing of that day any more.
type Receipt struct {
	Offer      int            `json:"offer"` // 0 when nobody could take it
	At         time.Time      `json:"at"`
	Rotation   string         `json:"rotation"` // whose order it was: a department's id, or "everyone"
	Asked      string         `json:"asked"`    // whose members were asked, said alike; not the rotation where the team's order was used
	Overflow   bool           `json:"overflow"` // nobody in the department was free, everyone was asked
	Directed   bool           `json:"directed"` // meant for this member, not the rotation's choice
	Ticket     int64          `json:"ticket"`   // 0 when none was drawn
	Candidates []Candidate    `json:"candidates"`
	Others     map[string]int `json:"others"` // counts by reason of those not listed
}

// The reasons of a receipt; the last five are also those of Availability.Because.
const (
	reasonOffered         = "offered"
	reasonAlreadyOffered  = "already_offered"
	reasonNotInDepartment = "not_in_department"
	ReasonLaterInRotation = "later_in_rotation"
	reasonOffline         = "offline"
	reasonOffShift        = "off_shift"
	reasonNoDevice        = "no_device"
	reasonOnCall          = "on_call"
	reasonAtCapacity      = "at_capacity"
)

// receiptLength is how many members a receipt lists besides the chosen one. Listing a
// thousand would take tens of kilobytes with every offer; the rest is counted by reason.
const receiptLength = 20

// Receipt says how the turn was dealt; chosen is nil when nobody could have it. The
// members of the department that was asked stand first, by place, then the others. Offer and Ticket are left
// to the caller: they are known once the claim has drawn.
func (s *Roster) Receipt(t Turn, w Want, chosen *Row, now time.Time) Receipt {
	rec := Receipt{
		At: now, Rotation: cmp.Or(t.Rotation.Department, everyone), Asked: cmp.Or(t.Asked, everyone),
		Overflow: t.overflow, Directed: w.Member != "", Others: map[string]int{},
	}
	k := t.Rotation.Key()
	front := make([]standing, 0, min(len(s.Rows), receiptLength)+1) // the first of them, in order; all are counted below
	for _, r := range s.Rows {
		if r.Removed || r == chosen {
			continue
		}
		p := standing{!r.In(t.Asked), Candidate{r.ID, cmp.Or(s.whyNot(r, t.Asked, w, now), ReasonLaterInRotation), r.Places[k]}}
		rec.Others[p.Reason]++
		if n := len(front); n == receiptLength && compareStandings(p, front[n-1]) > 0 {
			continue
		}
		i, _ := slices.BinarySearchFunc(front, p, compareStandings)
		front = slices.Insert(front, i, p)
		front = front[:min(len(front), receiptLength)]
	}
	rec.Candidates = make([]Candidate, 0, len(front)+1)
	if chosen != nil {
		rec.Candidates = append(rec.Candidates, Candidate{chosen.ID, reasonOffered, chosen.Places[k]})
	}
	for _, p := range front {
		rec.Candidates = append(rec.Candidates, p.Candidate)
		if rec.Others[p.Reason]--; rec.Others[p.Reason] == 0 {
			delete(rec.Others, p.Reason)
		}
	}
	return rec
}

// standing is where a member stands in a rotation, as receipts sort them.
type standing struct {
	outside bool // not in the department that was asked
	Candidate
}

// compareStandings puts the members of the department first, then the lower place, then the
// lower id: deal goes by the same order.
func compareStandings(a, b standing) int {
	switch {
	case a.outside == b.outside:
		return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.MemberID, b.MemberID))
	case a.outside:
		return 1
	}
	return -1
}

// receiptItem is a receipt as stored. It is written with every offer, and short so that it
// stays below one kilobyte, which is what a write unit pays for. For example
//
//	{"n":1,"t":1795428000000,"r":"dep_zqexjwiisgya","k":1,"c":["o0 ius5rzkbfmfh","l0 q4mxl5orusgm"]}
//
// is the first offer in a department, with its ticket 1 and one other who comes later.
type receiptItem struct {
	Offer      int            `json:"n,omitempty"`
	At         int64          `json:"t"`
	Rotation   string         `json:"r,omitempty"` // department; empty for everyone
	Asked      string         `json:"a,omitempty"` // empty: the rotation's
	Overflow   bool           `json:"o,omitempty"`
	Directed   bool           `json:"d,omitempty"`
	Ticket     int64          `json:"k,omitempty"`
	Candidates []string       `json:"c,omitempty"` // see candidateText
	Others     map[string]int `json:"x,omitempty"`
}

const (
	everyone     = "everyone" // Receipt.Rotation of the rotation of everyone
	memberPrefix = "mem_"
)

// reasonLetters stand for the reasons in stored receipts. A letter is never given to
// another reason: old receipts would tell what did not happen.
var reasonLetters = map[string]string{
	reasonOffered: "o", reasonAlreadyOffered: "a", reasonNotInDepartment: "n", ReasonLaterInRotation: "l",
	reasonOffline: "f", reasonOffShift: "s", reasonNoDevice: "d", reasonOnCall: "c", reasonAtCapacity: "m",
}

// reasonsByLetter turns reasonLetters around, for reading.
var reasonsByLetter = func() map[string]string {
	reasons := map[string]string{}
	for reason, letter := range reasonLetters {
		reasons[letter] = reason
	}
	return reasons
}()

// candidateText is a candidate as stored: the letter of the reason, the place, a blank and
// the id without its prefix. "l41 q4mxl5orusgm" is mem_q4mxl5orusgm, whose turn comes
// later, with the place 41.
func candidateText(c Candidate) string {
	return reasonLetters[c.Reason] + strconv.FormatInt(c.Place, 10) + " " + strings.TrimPrefix(c.MemberID, memberPrefix)
}

// parseCandidate reads what candidateText wrote. A letter that a newer version added reads
// as an empty reason, and the receipt stays readable.
func parseCandidate(s string) (Candidate, error) {
	place, id, ok := strings.Cut(s, " ")
	if !ok || place == "" {
		return Candidate{}, fmt.Errorf("candidate %q", s)
	}
	n, err := strconv.ParseInt(place[1:], 10, 64)
	return Candidate{MemberID: memberPrefix + id, Reason: reasonsByLetter[place[:1]], Place: n}, err
}

// Stored is the receipt as it is kept, for json.Marshal: about 20 bytes a candidate, and at
// most 1 KB.
func (r *Receipt) Stored() any {
	it := receiptItem{
		Offer: r.Offer, At: r.At.UnixMilli(), Rotation: r.Rotation, Overflow: r.Overflow, Directed: r.Directed,
		Ticket: r.Ticket, Others: r.Others,
	}
	if r.Asked != r.Rotation {
		it.Asked = r.Asked
	}
	if it.Rotation == everyone {
		it.Rotation = ""
	}
	it.Candidates = make([]string, 0, len(r.Candidates))
	for _, c := range r.Candidates {
		it.Candidates = append(it.Candidates, candidateText(c))
	}
	return it
}

// DecodeReceipt reads a stored receipt. Others is never nil, an absent rotation is
// everyone's, and without a department that was asked it was the rotation's.
func DecodeReceipt(it table.Item) (Receipt, error) {
	var v receiptItem
	if err := json.Unmarshal(it.Body, &v); err != nil {
		return Receipt{}, fmt.Errorf("decoding a receipt: %w", err)
	}
	r := Receipt{
		Offer: v.Offer, At: time.UnixMilli(v.At).UTC(), Rotation: cmp.Or(v.Rotation, everyone), Asked: cmp.Or(v.Asked, v.Rotation, everyone),
		Overflow: v.Overflow, Directed: v.Directed,
		Ticket: v.Ticket, Candidates: make([]Candidate, len(v.Candidates)), Others: v.Others,
	}
	if r.Others == nil {
		r.Others = map[string]int{}
	}
	for i, text := range v.Candidates {
		var err error
		if r.Candidates[i], err = parseCandidate(text); err != nil {
			return Receipt{}, fmt.Errorf("decoding a receipt: %w", err)
		}
	}
	return r, nil
}
