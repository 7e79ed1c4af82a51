#!/bin/sh
# Puts a Step Functions for tests, and a validator, into the folder CACHE and prints where they are.
# Usage: stepfunctions.sh CACHE. Versions and checksums are those of stepfunctions/package-lock.json.
set -eu
mkdir -p "$1"
cache=$(cd "$1" && pwd)
cd "$(dirname "$0")/stepfunctions"
folder=$cache/stepfunctions-$(cat package-lock.json start.mjs validate.mjs | cksum | cut -d ' ' -f 1)
if [ ! -d "$folder" ]; then
	command -v npm >/dev/null || { echo "the Step Functions of tests needs Node.js 20 with npm" >&2; exit 1; }
	fresh=$(mktemp -d "$cache/stepfunctions.XXXXXX")
	trap 'rm -rf "$fresh"' EXIT
	cp package.json package-lock.json start.mjs validate.mjs "$fresh"
	(cd "$fresh" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null)
	mv "$fresh" "$folder" 2>/dev/null || [ -d "$folder" ] # another process may have been faster
fi
echo "$folder"
