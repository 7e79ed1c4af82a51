package tabletest

import (
	"bytes"
	"strings"

	"github.com/connectnow/backend/internal/table"
)

func testGet(s *suite) {
	s.absent(key("a"))
	s.write(table.Put(item("a", "one"), table.Condition{}))
	s.want(key("a"), "one", 1)
	s.absent(key("b"))
	s.absent(table.Key{Partition: "q", Sort: "a"})
	s.absent(table.Key{Partition: "pa", Sort: "a"})

	s.write(table.Delete(key("a"), table.Condition{}))
	s.absent(key("a"))
	s.write(table.Delete(key("a"), table.Condition{})) // nothing there is no failure
	s.write()                                          // nor is nothing to do
}

func testBodies(s *suite) {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	bodies := map[string][]byte{
		"nil":     nil,
		"empty":   {},
		"json":    []byte(`{"name":"Zoë \"Q\"","n":1.50,"nested":[null,true,{"a":""}]}`),
		"text":    []byte("line\r\n\ttab \x00 nul \u2028 \ufffd \U0001F600 </script>"),
		"binary":  every,
		"cut":     []byte("Zo\xc3"), // the end of a character is missing
		"large":   bytes.Repeat([]byte("0123456789abcdef"), 20_000),
		"largeRe": bytes.Repeat([]byte{0xff, 0x00}, 150_000),
	}
	var ops []table.Op
	for sort, body := range bodies {
		ops = append(ops, table.Put(table.Item{Key: key(sort), Body: body}, table.Absent))
	}
	s.write(ops...)
	for sort, body := range bodies {
		s.want(key(sort), string(body), 1)
		s.write(table.Put(table.Item{Key: key(sort), Body: body}, table.AtVersion(1))) // alone
		s.want(key(sort), string(body), 2)
	}
	items, err := s.Query(s.Context(), table.Range{Partition: "p"})
	if err != nil {
		s.Fatal(err)
	}
	for _, it := range items {
		if !bytes.Equal(it.Body, bodies[it.Key.Sort]) {
			s.Errorf("Query: body of %q differs", it.Key.Sort)
		}
	}

	// Keys are any text as well, also in the places where engines join or cut them.
	for _, k := range []table.Key{
		{Partition: "a", Sort: "bc"},
		{Partition: "ab", Sort: "c"},
		{Partition: "a\x00b", Sort: "\x00"},
		{Partition: "#é\U0001F600", Sort: " / "},
		{Partition: strings.Repeat("p", table.MaxPartition), Sort: strings.Repeat("s", table.MaxSort)},
	} {
		s.write(table.Put(table.Item{Key: k, Body: []byte(k.Sort)}, table.Absent))
		s.want(k, k.Sort, 1)
		s.sorts(table.Range{Partition: k.Partition}, k.Sort)
	}
}

func testVersions(s *suite) {
	a := key("a")
	s.write(table.Put(item("a", "1"), table.Absent))
	s.want(a, "1", 1)
	s.write(table.Put(item("a", "2"), table.AtVersion(1)))
	s.want(a, "2", 2)
	s.write(table.Put(item("a", "3"), table.AtVersion(2)), table.Put(item("b", "x"), table.AtVersion(0)))
	s.want(a, "3", 3)
	s.want(key("b"), "x", 1)

	given := item("a", "4")
	given.Version = 77 // is ignored
	s.write(table.Put(given, table.AtVersion(3)))
	s.want(a, "4", 4)
	s.write(table.Put(item("a", "5"), table.Exists)) // starts anew, see table.Put
	s.want(a, "5", 1)
	s.write(table.Put(item("a", "6"), table.AtVersion(1)))
	s.write(table.Put(item("a", "7"), table.Condition{}))
	s.want(a, "7", 1)

	s.write(table.Delete(a, table.AtVersion(1)))
	s.absent(a)
	s.write(table.Put(item("a", "8"), table.AtVersion(0)))
	s.want(a, "8", 1)
}

// testConditions tries every kind of operation under every condition, alone and
// together with another operation, which engines do by different means.
func testConditions(s *suite) {
	conditions := []struct {
		name          string
		c             table.Condition
		empty, stored bool // does it hold where nothing, where version 2 is?
	}{
		{"Always", table.Condition{}, true, true},
		{"Absent", table.Absent, true, false},
		{"Exists", table.Exists, false, true},
		{"AtVersion(0)", table.AtVersion(0), true, false},
		{"AtVersion(1)", table.AtVersion(1), false, false},
		{"AtVersion(2)", table.AtVersion(2), false, true},
		{"AtVersion(3)", table.AtVersion(3), false, false},
	}
	kinds := []struct {
		name string
		op   func(k table.Key, c table.Condition) table.Op
	}{
		{"Put", func(k table.Key, c table.Condition) table.Op {
			return table.Put(table.Item{Key: k, Body: []byte("new")}, c)
		}},
		{"Delete", table.Delete},
		{"Check", table.Check},
	}
	for _, kind := range kinds {
		for _, c := range conditions {
			for _, alone := range []bool{true, false} {
				for _, stored := range []bool{true, false} {
					k := key(kind.name + c.name)
					if stored {
						s.write(table.Put(table.Item{Key: k, Body: []byte("old")}, table.Condition{}))
						s.write(table.Put(table.Item{Key: k, Body: []byte("old")}, table.AtVersion(1)))
					} else {
						s.write(table.Delete(k, table.Condition{}))
					}
					ops := []table.Op{kind.op(k, c.c)}
					if !alone {
						ops = append(ops, table.Put(item("beside", "x"), table.Condition{}))
					}
					holds := c.empty
					if stored {
						holds = c.stored
					}
					if !holds {
						s.refuse([]int{0}, ops...)
					} else {
						s.write(ops...)
					}
					s.after(k, ops[0], holds, stored)
				}
			}
		}
	}
}

// after expects k to hold what op leaves behind.
func (s *suite) after(k table.Key, op table.Op, done, stored bool) {
	s.Helper()
	switch {
	case done && op.Kind == table.OpPut:
		version := int64(1)
		if kind, v := op.If.Kind(); kind == table.KindAtVersion {
			version = v + 1
		}
		s.want(k, "new", version)
	case stored && !(done && op.Kind == table.OpDelete):
		s.want(k, "old", 2)
	default:
		s.absent(k)
	}
}

func testAllOrNothing(s *suite) {
	s.write(table.Put(item("a", "a1"), table.Absent), table.Put(item("b", "b1"), table.Absent))

	s.refuse([]int{1},
		table.Put(item("c", "c1"), table.Absent),
		table.Put(item("b", "b2"), table.AtVersion(9)),
		table.Delete(key("a"), table.Exists))
	s.refuse([]int{0, 2, 3},
		table.Check(key("a"), table.Absent),
		table.Put(item("c", "c1"), table.Condition{}),
		table.Delete(key("d"), table.Exists),
		table.Put(item("b", "b2"), table.AtVersion(2)))
	s.want(key("a"), "a1", 1)
	s.want(key("b"), "b1", 1)
	s.absent(key("c"))

	elsewhere := table.Key{Partition: "other", Sort: "x"}
	s.write(
		table.Check(key("a"), table.AtVersion(1)),
		table.Put(item("b", "b2"), table.AtVersion(1)),
		table.Put(table.Item{Key: elsewhere}, table.Absent),
		table.Check(key("nothing"), table.Absent),
		table.Delete(key("nowhere"), table.Condition{}))
	s.want(key("b"), "b2", 2)
	s.want(elsewhere, "", 1)
	s.write(table.Delete(key("a"), table.AtVersion(1)), table.Delete(key("b"), table.AtVersion(2)))
	s.sorts(table.Range{Partition: "p"})
}

func testCheck(s *suite) {
	s.write(table.Put(item("a", "1"), table.Absent))
	// Checks alone: of one item and of several.
	s.write(table.Check(key("a"), table.AtVersion(1)))
	s.write(table.Check(key("a"), table.Exists), table.Check(key("b"), table.Absent))
	s.write(table.Check(key("a"), table.Condition{}), table.Check(key("b"), table.Condition{}))
	s.refuse([]int{0}, table.Check(key("b"), table.Exists))
	s.refuse([]int{0, 1}, table.Check(key("a"), table.Absent), table.Check(key("b"), table.AtVersion(1)))
	s.want(key("a"), "1", 1)
	s.absent(key("b"))
}
