package roster

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/connectnow/backend/internal/table"
)

// TestRowText holds the quick way to read a row against encoding/json.
func TestRowText(t *testing.T) {
	word := rapid.OneOf(rapid.StringMatching(`[a-z]{0,12}`), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		r := Row{
			FirstName: word.Draw(t, "name"), Online: rapid.Bool().Draw(t, "online"), OfflineFor: word.Draw(t, "off"),
			Departments: rapid.SliceOfN(word, 0, 3).Draw(t, "departments"), Calls: rapid.IntRange(-1, 12).Draw(t, "calls"),
			Chats: rapid.Ptr(rapid.Int(), true).Draw(t, "chats"), Places: rapid.MapOfN(word, rapid.Int64(), 0, 3).Draw(t, "places"),
			Schedule: rapid.SampledFrom([]string{"", dayShift, lateShift}).Draw(t, "hours"), Missed: rapid.IntRange(0, 11).Draw(t, "missed"), Removed: rapid.Bool().Draw(t, "gone"),
			Unreached: rapid.IntRange(0, 2).Draw(t, "unreached"), CountedUntil: rapid.Int64Range(0, 1<<41).Draw(t, "counted"),
			Devices: rapid.Ptr(rapid.IntRange(0, 10), true).Draw(t, "devices"), PageUntil: rapid.Int64Range(0, 1<<41).Draw(t, "page"),
		}
		for range rapid.IntRange(0, 2).Draw(t, "works") {
			r.Work = append(r.Work, work{word.Draw(t, "escalation"), Channel(word.Draw(t, "channel"))})
		}
		body, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if rapid.IntRange(0, 3).Draw(t, "damage") == 0 { // then both must refuse, or agree
			at := rapid.IntRange(0, len(body)-1).Draw(t, "at")
			body[at] = rapid.SampledFrom([]byte(`{}[]",:0aw\ `)).Draw(t, "byte")
		}
		var want Row
		wantErr := json.Unmarshal(body, &want)
		got, err := DecodeRow(table.Item{Body: body}, nil)
		if (err == nil) != (wantErr == nil) && (wantErr != nil || want.Schedule == r.Schedule) {
			t.Fatalf("%s: %v, encoding/json says %v", body, err, wantErr)
		}
		if err == nil {
			got.Hours = nil
			if diff := cmp.Diff(want, *got, cmp.AllowUnexported(Row{})); diff != "" {
				t.Fatalf("%s (-want +got):\n%s", body, diff)
			}
		}
	})
}

// BenchmarkDesk is what a claim computes of the rows of a large team.
func BenchmarkDesk(b *testing.B) {
	s, items := team(b), []table.Item{}
	for i := range 1000 {
		r := in(fmt.Sprintf("%012d", i), int64(1+i*37%1000), sales)
		r.Schedule = dayShift
		body, err := json.Marshal(r)
		if err != nil {
			b.Fatal(err)
		}
		items = append(items, table.Item{Key: table.Key{Partition: "acc_abcdefghijkl/desk", Sort: PrefixMem + r.ID}, Version: 1, Body: body})
	}
	w := Want{Channel: Chat, Department: sales}
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			desk, err := Read("acc_abcdefghijkl", items)
			if err != nil {
				b.Fatal(err)
			}
			s.Rows = desk.Rows
		}
	})
	b.Run("choose", func(b *testing.B) {
		for b.Loop() {
			t := s.Turn(w, monday)
			s.Newest(t.Rotation)
		}
	})
	b.Run("receipt", func(b *testing.B) {
		t := s.Turn(w, monday)
		for b.Loop() {
			s.Receipt(t, w, t.Next, monday)
		}
	})
}
