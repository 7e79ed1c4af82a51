#!/usr/bin/env bash
# moment-timezone tells the countries of a time zone, which is handy for guessing how a phone
# number without a country's code is meant. For names that tz keeps as links it tells none,
# and says so with an empty list rather than an error or null. V8 names India's zone by such a
# link: Intl.DateTimeFormat().resolvedOptions().timeZone is Asia/Calcutta in Node.js 20. The
# newer name of the same zone has its country, and so has a zone that is itself a link to
# another country's, Atlantic/Reykjavik.
#
# Seen with npm moment-timezone 0.6.6 (tz 2026f). Fails when that changes. Needs Node.js with
# npm and its registry.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >main.mjs <<'EOF'
import moment from 'moment-timezone'
for (const name of ['Asia/Kolkata', 'Asia/Calcutta', 'Atlantic/Reykjavik', 'Iceland', 'Pacific/Yap', 'America/Virgin']) {
  console.log(name, JSON.stringify(moment.tz.zone(name).countries()))
}
EOF
{ npm init -y && npm install --no-audit --no-fund moment-timezone@0.6.6; } >log 2>&1 || { cat log >&2; exit 1; }
node main.mjs | tee seen
diff seen - <<'EOF' && echo 'as found'
Asia/Kolkata ["IN"]
Asia/Calcutta []
Atlantic/Reykjavik ["IS"]
Iceland []
Pacific/Yap []
America/Virgin []
EOF
