#!/usr/bin/env bash
# Puts a Swift toolchain into .toolchain/ when the machine has none that is new enough: from swift.org, its signature
# checked, with the Debian packages that it needs. SWIFT_MIRROR and SWIFT_KEYS name other places to take it from.
set -euo pipefail
cd "$(dirname "$0")/.."

oldest=6.2
version=6.3.1
mirror=${SWIFT_MIRROR:-https://download.swift.org}
keys=${SWIFT_KEYS:-https://www.swift.org/keys/all-keys.asc}

found() {
    command -v swift >/dev/null || return 1
    local have
    have=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p;T;q')
    [[ -n $have && $(printf '%s\n' "$oldest" "$have" | sort -V | head -n 1) == "$oldest" ]]
}

export PATH="$PWD/.toolchain/usr/bin:$PATH"
found && command -v cc >/dev/null && exit 0

. /etc/os-release
if [[ ${ID:-}${VERSION_ID:-} != debian12 ]]; then
    echo "error: Swift $oldest or later and a C compiler are needed, and only on Debian 12 they are installed by themselves" >&2
    echo "help: install them as https://www.swift.org/install/linux/ says and run this again" >&2
    exit 1
fi
# What a toolchain needs to start, compile and link, also one that was unpacked by hand.
scripts/install-packages.sh binutils gcc libc6-dev libstdc++-12-dev libcurl4 libedit2 libncurses6 libsqlite3-0 \
    libxml2 libz3-4 tzdata zlib1g-dev git ca-certificates
found && exit 0

scripts/install-packages.sh curl gnupg
platform=debian12
if [[ $(uname -m) == aarch64 ]]; then platform+=-aarch64; fi
name="swift-$version-RELEASE-$platform"
url="$mirror/swift-$version-release/$platform/swift-$version-RELEASE/$name.tar.gz"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "Downloading Swift $version into .toolchain/ (about 1 GB)" >&2
if ! { curl -fsSL --retry 3 -o "$work/swift.tar.gz" "$url" &&
    curl -fsSL --retry 3 -o "$work/swift.tar.gz.sig" "$url.sig" &&
    curl -fsSL --retry 3 -o "$work/keys.asc" "$keys"; }; then
    echo "error: Swift $version could not be downloaded from $mirror" >&2
    echo "help: install Swift $oldest or later from https://www.swift.org/install/linux/ and run this again" >&2
    exit 1
fi
mkdir -m 700 "$work/gnupg"
export GNUPGHOME="$work/gnupg"
gpg --batch --quiet --import "$work/keys.asc"
if ! gpg --batch --quiet --verify "$work/swift.tar.gz.sig" "$work/swift.tar.gz" 2>"$work/verdict"; then
    cat "$work/verdict" >&2
    echo "error: the signature of $url is not by one of swift.org's keys; nothing was installed" >&2
    exit 1
fi
rm -rf .toolchain.new
mkdir .toolchain.new
tar -xzf "$work/swift.tar.gz" -C .toolchain.new --strip-components 1
rm -rf .toolchain
mv .toolchain.new .toolchain
if ! found; then
    echo "error: the toolchain in .toolchain/ does not start: $(.toolchain/usr/bin/swift --version 2>&1 | head -n 1)" >&2
    exit 1
fi
