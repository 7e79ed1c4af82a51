//go:build ignore

// Command compact copies a bbolt file without its free pages, whose old bytes would
// make the packed file larger.
package main

import (
	"log"
	"os"

	"go.etcd.io/bbolt"
)

func main() {
	from, err := bbolt.Open(os.Args[1], 0o600, &bbolt.Options{ReadOnly: true})
	if err != nil {
		log.Fatal(err)
	}
	to, err := bbolt.Open(os.Args[2], 0o600, nil)
	if err != nil {
		log.Fatal(err)
	}
	if err := bbolt.Compact(to, from, 0); err != nil {
		log.Fatal(err)
	}
	if err := to.Close(); err != nil {
		log.Fatal(err)
	}
}
