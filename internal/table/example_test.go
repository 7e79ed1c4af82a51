package table_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/table"
)

// open gives an empty table on the local engine; every other engine does the same. The
// function that it returns removes the table again.
func open() (table.Table, func()) {
	folder, err := os.MkdirTemp("", "table")
	if err != nil {
		panic(err)
	}
	db, err := local.OpenTable(filepath.Join(folder, "table.db"), local.TableOptions{NoSync: true})
	if err != nil {
		panic(err)
	}
	return db, func() {
		_ = db.Close()
		_ = os.RemoveAll(folder)
	}
}

// Two agents accept the same escalation. Both have read version 1, and both write on the
// condition that it is version 1 still: the second is told that it is not, has changed
// nothing, and may read again.
func ExampleAtVersion() {
	db, remove := open()
	defer remove()
	ctx := context.Background()
	key := table.Key{Partition: "acc_a", Sort: "escalation/esc_b"}
	if err := db.Write(ctx, table.Put(table.Item{Key: key, Body: []byte("ringing")}, table.Absent)); err != nil {
		fmt.Println(err)
		return
	}
	read, _, err := db.Get(ctx, key)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, agent := range []string{"Asha", "Bilal"} {
		err := db.Write(ctx, table.Put(table.Item{Key: key, Body: []byte(agent)}, table.AtVersion(read.Version)))
		var failed *table.ConditionError
		fmt.Println(agent, "is too late:", errors.As(err, &failed))
	}
	now, _, err := db.Get(ctx, key)
	fmt.Printf("%s has it, version %d, %v\n", now.Body, now.Version, err)
	// Output:
	// Asha is too late: false
	// Bilal is too late: true
	// Asha has it, version 2, <nil>
}

// A Write is all or nothing. A second way to find something is a second item, put under
// its own condition in the same Write: that of an e-mail keeps it with one member. The
// error tells which of the operations found their condition not fulfilled.
func ExampleConditionError() {
	db, remove := open()
	defer remove()
	ctx := context.Background()
	join := func(member string) error {
		return db.Write(ctx,
			table.Put(table.Item{Key: table.Key{Partition: "acc_a", Sort: "member/" + member}}, table.Absent),
			table.Put(table.Item{Key: table.Key{Partition: "email/asha@example.com", Sort: "owner"}, Body: []byte(member)}, table.Absent),
		)
	}
	fmt.Println("first:", join("mem_a"))
	var failed *table.ConditionError
	if errors.As(join("mem_b"), &failed) {
		fmt.Println("second: refused by operation", failed.Failed)
	}
	members, err := db.Query(ctx, table.Range{Partition: "acc_a", Prefix: "member/"})
	fmt.Println(len(members), "member,", err)
	// Output:
	// first: <nil>
	// second: refused by operation [1]
	// 1 member, <nil>
}

// Check makes a Write depend on an item that it leaves alone: nobody is put into a
// department that was deleted meanwhile.
func ExampleCheck() {
	db, remove := open()
	defer remove()
	ctx := context.Background()
	kids := table.Key{Partition: "acc_a", Sort: "department/dep_kids"}
	asha := table.Item{Key: table.Key{Partition: "acc_a", Sort: "row/mem_a"}, Body: []byte("dep_kids")}
	err := db.Write(ctx, table.Put(asha, table.Absent), table.Check(kids, table.Exists))
	fmt.Println(err)
	// Output:
	// table: condition of operation [1] does not hold
}
