package tabletest

import (
	"time"

	"github.com/connectnow/backend/internal/table"
)

func testExpiry(s *suite) {
	start := s.clock.Now()
	it := item("a", "1")
	it.Expires = start.Add(10 * time.Second)
	s.write(table.Put(it, table.Absent))
	fraction := item("b", "1")
	fraction.Expires = start.Add(9*time.Second + time.Millisecond) // is rounded up to 10
	s.write(table.Put(fraction, table.Absent))
	past := item("c", "1")
	past.Expires = start
	s.write(table.Put(past, table.Absent))
	s.absent(key("c"))

	got, found := s.get(key("a"))
	if !found || !got.Expires.Equal(it.Expires) {
		s.Fatalf("Get: found %v, expires %v, want %v", found, got.Expires, it.Expires)
	}
	s.clock.Advance(10*time.Second - time.Nanosecond)
	s.want(key("a"), "1", 1)
	s.want(key("b"), "1", 1)
	s.sorts(table.Range{Partition: "p"}, "a", "b")
	s.clock.Advance(time.Nanosecond)
	s.absent(key("a"))
	s.absent(key("b"))
	s.sorts(table.Range{Partition: "p"})

	// What is put without an expiry stays, whatever lay there before.
	s.write(table.Put(item("a", "2"), table.Absent))
	s.clock.Advance(100 * 24 * time.Hour)
	s.want(key("a"), "2", 1)
	if got, _ := s.get(key("a")); !got.Expires.IsZero() {
		s.Fatalf("Get: expires %v, want never", got.Expires)
	}
}

// testExpiryConditions holds conditions to what readers see: DynamoDB removes expired
// items days later, and until then they must count as gone.
func testExpiryConditions(s *suite) {
	// Alone and together with another operation.
	for _, beside := range [][]table.Op{nil, {table.Put(item("beside", "x"), table.Condition{})}} {
		with := func(op table.Op) []table.Op { return append([]table.Op{op}, beside...) }
		put := func(body string, c table.Condition) table.Op {
			it := item("a", body)
			it.Expires = s.clock.Now().Add(time.Minute)
			return table.Put(it, c)
		}
		s.write(with(put("1", table.Absent))...)
		s.write(with(table.Check(key("a"), table.AtVersion(1)))...)
		s.refuse([]int{0}, with(put("2", table.Absent))...)
		s.write(with(put("2", table.AtVersion(1)))...)
		s.want(key("a"), "2", 2)
		s.clock.Advance(time.Minute)

		s.refuse([]int{0}, with(table.Check(key("a"), table.Exists))...)
		s.refuse([]int{0}, with(table.Check(key("a"), table.AtVersion(2)))...)
		s.refuse([]int{0}, with(put("3", table.AtVersion(2)))...)
		s.refuse([]int{0}, with(put("3", table.Exists))...)
		s.refuse([]int{0}, with(table.Delete(key("a"), table.AtVersion(2)))...)
		s.refuse([]int{0}, with(table.Delete(key("a"), table.Exists))...)
		s.write(with(table.Check(key("a"), table.Absent))...)
		s.write(with(table.Delete(key("a"), table.Absent))...)
		s.write(with(put("3", table.AtVersion(0)))...)
		s.want(key("a"), "3", 1)
		s.clock.Advance(time.Minute)
		s.write(with(put("4", table.Absent))...)
		s.want(key("a"), "4", 1)
		s.write(with(table.Delete(key("a"), table.Exists))...)
	}
}
