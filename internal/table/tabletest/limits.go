package tabletest

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/connectnow/backend/internal/table"
)

// limited expects ops to be refused as beyond the limits.
func (s *suite) limited(what string, ops ...table.Op) {
	s.Helper()
	if err := s.Write(s.Context(), ops...); !errors.Is(err, table.ErrLimit) {
		s.Errorf("Write of %s: %v, want ErrLimit", what, err)
	}
}

func testLimits(s *suite) {
	var ops []table.Op
	for i := range table.MaxOps + 1 {
		ops = append(ops, table.Put(item(fmt.Sprintf("%03d", i), "x"), table.Absent))
	}
	s.limited("101 operations", ops...)
	s.write(ops[:table.MaxOps]...)
	if items, err := s.Query(s.Context(), table.Range{Partition: "p"}); err != nil || len(items) != table.MaxOps {
		s.Fatalf("Query found %d items, %v, want %d", len(items), err, table.MaxOps)
	}

	s.limited("one key twice", table.Put(item("z", "1"), table.Condition{}), table.Check(key("z"), table.Absent))
	twice := append(ops[:30:30], ops[7])
	s.limited("one key twice among many", twice...)
	for what, k := range map[string]table.Key{
		"no key":             {},
		"no partition":       {Sort: "s"},
		"no sort key":        {Partition: "p"},
		"a long partition":   {Partition: strings.Repeat("p", table.MaxPartition+1), Sort: "s"},
		"a long sort key":    {Partition: "p", Sort: strings.Repeat("s", table.MaxSort+1)},
		"a broken partition": {Partition: "\xff", Sort: "s"},
		"a broken sort key":  {Partition: "p", Sort: "s\xc3"},
	} {
		s.limited(what, table.Put(table.Item{Key: k}, table.Condition{}))
		s.limited(what, table.Check(key("zz"), table.Absent), table.Delete(k, table.Condition{}))
		s.limited(what, table.Check(k, table.Absent))
		if _, _, err := s.Get(s.Context(), k); !errors.Is(err, table.ErrLimit) {
			s.Errorf("Get of %s: %v, want ErrLimit", what, err)
		}
		if _, _, err := s.Increment(s.Context(), k, s.clock.Now()); !errors.Is(err, table.ErrLimit) {
			s.Errorf("Increment of %s: %v, want ErrLimit", what, err)
		}
	}
	for _, r := range []table.Range{
		{},
		{Partition: "p", Limit: -1},
		{Partition: "p", Prefix: strings.Repeat("s", table.MaxSort+1)},
		{Partition: "p", After: strings.Repeat("s", table.MaxSort+1)},
	} {
		if _, err := s.Query(s.Context(), r); !errors.Is(err, table.ErrLimit) {
			s.Errorf("Query(%+v): %v, want ErrLimit", r, err)
		}
	}
	s.absent(key("z"))
	s.absent(key("zz"))
}

func testLimitsOfSize(s *suite) {
	largest := table.Item{Key: key("largest")}
	largest.Body = bytes.Repeat([]byte{'x'}, table.MaxItemSize-table.Size(largest)-len(table.AttrBody))
	s.write(table.Put(largest, table.Absent))
	s.want(largest.Key, string(largest.Body), 1)
	larger := largest
	larger.Body = append(bytes.Clone(largest.Body), 'x')
	s.limited("an item too large", table.Put(larger, table.Condition{}))
	s.limited("an item too large", table.Put(item("z", "1"), table.Condition{}), table.Put(larger, table.Condition{}))

	var ops []table.Op
	for i := range 11 {
		it := table.Item{Key: key(fmt.Sprint(i)), Body: bytes.Repeat([]byte{0xfe}, 390<<10)}
		ops = append(ops, table.Put(it, table.Absent))
	}
	s.limited("over 4 MB", ops...)
	s.absent(key("0"))
	s.write(ops[:10]...) // 3.8 MB
	s.sorts(table.Range{Partition: "p", Limit: 2}, "0", "1")
}
