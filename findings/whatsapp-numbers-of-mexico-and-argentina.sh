#!/usr/bin/env bash
# WhatsApp names mobile phones in Mexico with a 1 behind the country's code (+52 1 …), which
# Mexico's plan dropped in 2019, and those in Argentina with a 9. The same person who calls
# comes without it. Of Mexico the form of WhatsApp is no number at all to both ports of
# libphonenumber, not even a possible one; of Argentina both forms are valid and different.
# So neither comparing E.164 nor asking the library joins a chat and a call of one customer.
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
	for _, text := range []string{"+5215512345678", "+525512345678", "+5491123456789", "+541123456789"} {
		n, err := phonenumbers.Parse(text, "")
		if err != nil {
			fmt.Println("go", text, "error")
			continue
		}
		fmt.Println("go", text, "is", phonenumbers.Format(n, phonenumbers.E164), "possible:", phonenumbers.IsPossibleNumber(n), "valid:", phonenumbers.IsValidNumber(n))
	}
}
EOF
cat >main.mjs <<'EOF'
import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
for (const text of ['+5215512345678', '+525512345678', '+5491123456789', '+541123456789']) {
  const n = parsePhoneNumberFromString(text)
  console.log('js', text, n ? `is ${n.number} possible: ${n.isPossible()} valid: ${n.isValid()}` : 'none')
}
EOF
{
	go mod tidy && npm init -y && npm install --no-audit --no-fund libphonenumber-js@1.13.16
} >log 2>&1 || { cat log >&2; exit 1; }
{ go run . && node main.mjs; } | tee seen
diff seen - <<'EOF' && echo 'as found'
go +5215512345678 is +5215512345678 possible: false valid: false
go +525512345678 is +525512345678 possible: true valid: true
go +5491123456789 is +5491123456789 possible: true valid: true
go +541123456789 is +541123456789 possible: true valid: true
js +5215512345678 is +5215512345678 possible: false valid: false
js +525512345678 is +525512345678 possible: true valid: true
js +5491123456789 is +5491123456789 possible: true valid: true
js +541123456789 is +541123456789 possible: true valid: true
EOF
