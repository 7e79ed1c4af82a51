#!/bin/sh
# Puts cognito-local, a Cognito for tests, into the folder CACHE and prints where it is.
# Usage: cognito-local.sh CACHE. Versions and checksums are those of cognito-local/package-lock.json.
set -eu
mkdir -p "$1"
cache=$(cd "$1" && pwd)
cd "$(dirname "$0")/cognito-local"
folder=$cache/cognito-local-$(cat package-lock.json start.mjs | cksum | cut -d ' ' -f 1)
if [ ! -d "$folder" ]; then
	command -v npm >/dev/null || { echo "cognito-local needs Node.js 20 with npm" >&2; exit 1; }
	fresh=$(mktemp -d "$cache/cognito-local.XXXXXX")
	trap 'rm -rf "$fresh"' EXIT
	cp package.json package-lock.json start.mjs "$fresh"
	(cd "$fresh" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null)
	mv "$fresh" "$folder" 2>/dev/null || [ -d "$folder" ] # another process may have been faster
fi
echo "$folder"
