#!/bin/sh
# Puts cloudformation-validate, by AWS, into the folder CACHE and prints where it is.
# Usage: validate.sh CACHE. Versions and checksums are those of validate/package-lock.json.
set -eu
mkdir -p "$1"
cache=$(cd "$1" && pwd)
cd "$(dirname "$0")/validate"
folder=$cache/validate-$(cat package-lock.json validate.mjs | cksum | cut -d ' ' -f 1)
if [ ! -d "$folder" ]; then
	command -v npm >/dev/null || { echo "cloudformation-validate needs Node.js 20 with npm" >&2; exit 1; }
	fresh=$(mktemp -d "$cache/validate.XXXXXX")
	trap 'rm -rf "$fresh"' EXIT
	cp package.json package-lock.json validate.mjs "$fresh"
	(cd "$fresh" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null)
	mv "$fresh" "$folder" 2>/dev/null || [ -d "$folder" ] # another process may have been faster
fi
echo "$folder"
