package tabletest

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/table"
)

func (s *suite) fill(sorts ...string) {
	s.Helper()
	for some := range slices.Chunk(sorts, table.MaxOps) {
		var ops []table.Op
		for _, sort := range some {
			ops = append(ops, table.Put(item(sort, sort), table.Absent))
		}
		s.write(ops...)
	}
}

func testQuery(s *suite) {
	s.sorts(table.Range{Partition: "p"})
	s.fill("a#1", "a#2", "a#3", "b#1", "b#2", "c")
	s.write(table.Put(table.Item{Key: table.Key{Partition: "p2", Sort: "a#9"}}, table.Absent))
	s.write(table.Put(table.Item{Key: table.Key{Partition: "o", Sort: "a#0"}}, table.Absent))

	s.sorts(table.Range{Partition: "p"}, "a#1", "a#2", "a#3", "b#1", "b#2", "c")
	s.sorts(table.Range{Partition: "p", Newest: true}, "c", "b#2", "b#1", "a#3", "a#2", "a#1")
	s.sorts(table.Range{Partition: "p", Prefix: "a#"}, "a#1", "a#2", "a#3")
	s.sorts(table.Range{Partition: "p", Prefix: "a#", Newest: true}, "a#3", "a#2", "a#1")
	s.sorts(table.Range{Partition: "p", Prefix: "c"}, "c")
	s.sorts(table.Range{Partition: "p", Prefix: "c", Newest: true}, "c")
	s.sorts(table.Range{Partition: "p", Prefix: "x"})
	s.sorts(table.Range{Partition: "p", Prefix: "x", Newest: true})
	s.sorts(table.Range{Partition: "nobody"})
	s.sorts(table.Range{Partition: "p2"}, "a#9")
	s.sorts(table.Range{Partition: "p2", Newest: true}, "a#9")
}

func testQueryPages(s *suite) {
	s.fill("a#1", "a#2", "a#3", "b#1", "b#2", "c")

	s.sorts(table.Range{Partition: "p", Limit: 2}, "a#1", "a#2")
	s.sorts(table.Range{Partition: "p", Limit: 2, After: "a#2"}, "a#3", "b#1")
	s.sorts(table.Range{Partition: "p", Limit: 9, After: "b#1"}, "b#2", "c")
	s.sorts(table.Range{Partition: "p", Limit: 6}, "a#1", "a#2", "a#3", "b#1", "b#2", "c")
	s.sorts(table.Range{Partition: "p", After: "c"})
	s.sorts(table.Range{Partition: "p", Limit: 2, Newest: true}, "c", "b#2")
	s.sorts(table.Range{Partition: "p", Limit: 2, Newest: true, After: "b#2"}, "b#1", "a#3")
	s.sorts(table.Range{Partition: "p", Newest: true, After: "a#1"})
	s.sorts(table.Range{Partition: "p", Prefix: "a#", After: "a#1"}, "a#2", "a#3")
	s.sorts(table.Range{Partition: "p", Prefix: "a#", After: "a#3", Newest: true, Limit: 1}, "a#2")
	s.sorts(table.Range{Partition: "p", Prefix: "c", After: "c"})
	s.sorts(table.Range{Partition: "p", Prefix: "c", After: "c", Newest: true})

	// After need not be there, nor lie in the range.
	s.sorts(table.Range{Partition: "p", After: "a#2x", Limit: 1}, "a#3")
	s.sorts(table.Range{Partition: "p", After: "a#2x", Limit: 1, Newest: true}, "a#2")
	s.sorts(table.Range{Partition: "p", Prefix: "b#", After: "a#2"}, "b#1", "b#2")
	s.sorts(table.Range{Partition: "p", Prefix: "b#", After: "b"}, "b#1", "b#2")
	s.sorts(table.Range{Partition: "p", Prefix: "b#", After: "x"})
	s.sorts(table.Range{Partition: "p", Prefix: "b#", After: "x", Newest: true}, "b#2", "b#1")
	s.sorts(table.Range{Partition: "p", Prefix: "b#", After: "a#2", Newest: true})
	s.sorts(table.Range{Partition: "p", Prefix: "b#", After: "b", Newest: true})
}

// testQueryOrder compares the order with Go's, which is bytewise: also for characters
// that UTF-16 sorts differently.
func testQueryOrder(s *suite) {
	sorts := []string{
		"\x00", "\x00\x00", "\x01", " ", "#", "-1", "0", "00", "1", "10", "2", "A", "Z", "a", "aa", "z", "~",
		"\x7f", "é", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0010ffff", "\U0010ffff\U0010ffff",
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		sorts = append(sorts, fmt.Sprintf("%x", r.Uint64()>>r.IntN(60)))
	}
	slices.Sort(sorts)
	sorts = slices.Compact(sorts)
	shuffled := slices.Clone(sorts)
	r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	s.fill(shuffled...)

	s.sorts(table.Range{Partition: "p"}, sorts...)
	for _, after := range sorts {
		i := slices.Index(sorts, after)
		s.sorts(table.Range{Partition: "p", After: after, Limit: 3}, sorts[i+1:min(i+4, len(sorts))]...)
	}
	// Each with all that begin with it, the latest first.
	for _, prefix := range sorts {
		var want []string
		for _, sort := range sorts {
			if strings.HasPrefix(sort, prefix) {
				want = append(want, sort)
			}
		}
		slices.SortFunc(want, func(a, b string) int { return cmp.Compare(b, a) })
		s.sorts(table.Range{Partition: "p", Prefix: prefix, Newest: true}, want...)
	}
}

// testQueryLarge reads a partition of several megabytes, which DynamoDB hands out in
// pages of one.
func testQueryLarge(s *suite) {
	var all []string
	for i := range 13 {
		sort := fmt.Sprintf("%02d", i)
		all = append(all, sort)
		s.write(table.Put(table.Item{Key: key(sort), Body: bytes.Repeat([]byte{byte('a' + i)}, 300_000)}, table.Absent))
	}
	reversed := slices.Clone(all)
	slices.Reverse(reversed)
	s.sorts(table.Range{Partition: "p"}, all...)
	s.sorts(table.Range{Partition: "p", Newest: true}, reversed...)
	s.sorts(table.Range{Partition: "p", Limit: 10}, all[:10]...)
	s.sorts(table.Range{Partition: "p", Limit: 10, After: "01", Newest: true}, "00")
	s.sorts(table.Range{Partition: "p", Limit: 10, After: "12", Newest: true}, reversed[1:11]...)
}

// testQueryExpired wants a full page although most of what lies there has expired.
func testQueryExpired(s *suite) {
	soon := s.clock.Now().Add(time.Minute)
	var alive []string
	var ops []table.Op
	for i := range 90 {
		it := item(fmt.Sprintf("%02d", i), "x")
		if i%9 != 4 {
			it.Expires = soon
		} else {
			alive = append(alive, it.Key.Sort)
		}
		ops = append(ops, table.Put(it, table.Absent))
	}
	s.write(ops...)
	s.clock.Advance(time.Minute)
	s.sorts(table.Range{Partition: "p"}, alive...)
	s.sorts(table.Range{Partition: "p", Limit: 4}, alive[:4]...)
	s.sorts(table.Range{Partition: "p", Limit: 4, After: alive[3]}, alive[4:8]...)
	s.sorts(table.Range{Partition: "p", Limit: 1, Newest: true}, alive[len(alive)-1])
	s.sorts(table.Range{Partition: "p", Limit: 99}, alive...)
	s.sorts(table.Range{Partition: "p", Prefix: "00"})
}
