#!/usr/bin/env bash
# A text with letters that somebody typed into a form for a phone number becomes, in the Go
# port of libphonenumber, a valid number of somebody in the account's country: letters are
# read as keys of a keypad, and the American 1-800 as the start of an Indian toll-free
# number. The JavaScript port stops at the letters and calls the rest invalid. Two services
# of one product that use one port each disagree about who the customer is.
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
	n, err := phonenumbers.Parse("1-800-FLOWERS", "IN")
	if err != nil {
		fmt.Println("go error")
		return
	}
	fmt.Println("go", phonenumbers.Format(n, phonenumbers.E164), "valid:", phonenumbers.IsValidNumber(n))
}
EOF
cat >main.mjs <<'EOF'
import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
const n = parsePhoneNumberFromString('1-800-FLOWERS', 'IN')
console.log('js', n ? `${n.number} valid: ${n.isValid()}` : 'none')
EOF
{
	go mod tidy && npm init -y && npm install --no-audit --no-fund libphonenumber-js@1.13.16
} >log 2>&1 || { cat log >&2; exit 1; }
{ go run . && node main.mjs; } | tee seen
diff seen - <<'EOF' && echo 'as found'
go +9118003569377 valid: true
js +911800 valid: false
EOF
