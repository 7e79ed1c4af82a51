package roster

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/table"
)

// TestReceiptListsTheFirst: of many members the chosen one is listed and twenty that come first,
// those of the department before the others, and all others are counted.
func TestReceiptListsTheFirst(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		var rows []*Row
		for _, i := range r.Perm(60) {
			dep := sales
			if r.IntN(10) > 2 {
				dep = support
			}
			row := in(fmt.Sprintf("%02d", i), 0, dep)
			row.Places[salesChats] = int64(r.IntN(30))
			rows = append(rows, row)
		}
		s := team(t, rows...)
		w := Want{Channel: Chat, Department: sales}
		turn := s.Turn(w, monday)
		got := s.Receipt(turn, w, turn.Next, monday)

		var want []string
		slices.SortFunc(rows, func(a, b *Row) int {
			outside := func(r *Row) int { return map[bool]int{true: 0, false: 1}[r.In(sales)] }
			return cmp.Or(outside(a)-outside(b), int(a.Places[salesChats]-b.Places[salesChats]), cmp.Compare(a.ID, b.ID))
		})
		counted := map[string]int{}
		for i, row := range rows {
			switch {
			case i <= 20:
				want = append(want, row.ID)
			case row.In(sales):
				counted["later_in_rotation"]++
			default:
				counted["not_in_department"]++
			}
		}
		var ids []string
		for _, c := range got.Candidates {
			ids = append(ids, c.MemberID)
		}
		if diff := gocmp.Diff(want, ids); diff != "" {
			t.Fatalf("seed %d, listed (-want +got):\n%s", seed, diff)
		}
		if diff := gocmp.Diff(counted, got.Others); diff != "" {
			t.Fatalf("seed %d, counted (-want +got):\n%s", seed, diff)
		}
	}
}

// TestReceiptStored: each receipt reads back as it was, and lies as short as it can.
func TestReceiptStored(t *testing.T) {
	for _, c := range []struct {
		receipt Receipt
		stored  string
	}{
		{
			Receipt{Offer: 1, At: monday, Rotation: sales, Asked: sales, Ticket: 41, Candidates: []Candidate{{"mem_anna", "offered", 0}, {"mem_bela", "later_in_rotation", 41}}, Others: map[string]int{}},
			`{"n":1,"t":1795424400000,"r":"dep_salessalesss","k":41,"c":["o0 anna","l41 bela"]}`,
		},
		{
			Receipt{At: monday, Rotation: "everyone", Asked: "everyone", Overflow: true, Directed: true, Candidates: []Candidate{}, Others: map[string]int{"offline": 7}},
			`{"t":1795424400000,"o":true,"d":true,"x":{"offline":7}}`,
		},
		{
			Receipt{Offer: 2, At: monday, Rotation: "everyone", Asked: sales, Candidates: []Candidate{{"mem_anna", "no_device", 9223372036854775807}}, Others: map[string]int{}},
			`{"n":2,"t":1795424400000,"a":"dep_salessalesss","c":["d9223372036854775807 anna"]}`,
		},
	} {
		body, err := json.Marshal(c.receipt.Stored())
		if err != nil || string(body) != c.stored {
			t.Errorf("stored %s (%v), want %s", body, err, c.stored)
		}
		back, err := DecodeReceipt(table.Item{Body: body})
		if diff := gocmp.Diff(c.receipt, back); err != nil || diff != "" {
			t.Errorf("read again: %v\n%s", err, diff)
		}
	}
	for _, bad := range []string{`{`, `{"c":["l 4"]}`, `{"c":["l41"]}`, `{"c":[" anna"]}`} {
		if r, err := DecodeReceipt(table.Item{Body: []byte(bad)}); err == nil {
			t.Errorf("%s was read as %+v", bad, r)
		}
	}
}

func TestReceiptTellsDirected(t *testing.T) {
	s := team(t, in("anna", 0, sales))
	for _, member := range []string{"", "mem_anna"} {
		w := Want{Channel: Chat, Department: sales, Member: member}
		turn := s.Turn(w, monday)
		if got := s.Receipt(turn, w, turn.Next, monday).Directed; got != (member != "") {
			t.Errorf("for %q: directed %v", member, got)
		}
	}
}

// TestReceiptOfEveryReason: what a letter has meant in a stored receipt it means for ever.
func TestReceiptOfEveryReason(t *testing.T) {
	r, err := DecodeReceipt(table.Item{Body: []byte(`{"c":["o1 x","a1 x","n1 x","l1 x","f1 x","s1 x","d1 x","c1 x","m1 x","z1 x"]}`)})
	if err != nil {
		t.Fatal(err)
	}
	reasons := []string{
		"offered", "already_offered", "not_in_department", "later_in_rotation", "offline", "off_shift", "no_device", "on_call", "at_capacity",
		"", // of a newer version
	}
	for i, c := range r.Candidates {
		if c.Reason != reasons[i] {
			t.Errorf("reason %d is %q, want %q", i, c.Reason, reasons[i])
		}
	}
}
