#!/usr/bin/env bash
# Callers who hide their number come from telephony platforms as one of five fixed codes,
# which spell ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE on a keypad, with a
# plus in front. Whoever takes a text for a number when the library calls it possible takes
# two of them for a customer in China: all callers without a number become one person. Two
# ports of one library do not even agree on which.
#
# Seen with github.com/nyaruka/phonenumbers v1.8.1 and npm libphonenumber-js 1.13.16 (max).
# Fails when that changes. Needs Go, Node.js with npm, and their registries.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >go.mod <<'EOF'
module finding

go 1.26

require github.com/nyaruka/phonenumbers v1.8.1
EOF
cat >main.go <<'EOF'
package main

import (
	"fmt"

	"github.com/nyaruka/phonenumbers"
)

func main() {
	for _, text := range []string{"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"} {
		n, err := phonenumbers.Parse(text, "IN")
		if err != nil {
			fmt.Println("go", text, "error")
			continue
		}
		fmt.Println("go", text, "possible:", phonenumbers.IsPossibleNumber(n), "valid:", phonenumbers.IsValidNumber(n))
	}
}
EOF
cat >main.mjs <<'EOF'
import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
for (const text of ['+266696687', '+7378742833', '+2562533', '+8656696', '+86282452253']) {
  const n = parsePhoneNumberFromString(text, 'IN')
  console.log('js', text, n ? `possible: ${n.isPossible()} valid: ${n.isValid()}` : 'none')
}
EOF
{
	go mod tidy && npm init -y && npm install --no-audit --no-fund libphonenumber-js@1.13.16
} >log 2>&1 || { cat log >&2; exit 1; }
{ go run . && node main.mjs; } | tee seen
grep -v 'possible: false' seen >possible || true
diff possible - <<'EOF' && echo 'as found: two of five look like numbers to one port, one to the other'
go +8656696 possible: true valid: false
go +86282452253 possible: true valid: false
js +86282452253 possible: true valid: false
EOF
