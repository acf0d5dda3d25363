#!/usr/bin/env bash
# What scripts/install-swift.sh promises: a machine without Swift gets a signed toolchain, a forged one is refused, and a
# mirror that has none leaves an error that tells the way out. Takes a toolchain of one script from a folder.
set -euo pipefail
repository=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'GNUPGHOME="$work/gnupg" gpgconf --kill all 2>/dev/null || true; rm -rf "$work"' EXIT
fail() {
    echo "install-swift: $1" >&2
    [[ ! -e $work/out ]] || cat "$work/out" >&2
    exit 1
}

. /etc/os-release
if [[ ${ID:-}${VERSION_ID:-} != debian12 ]]; then
    echo "install-swift: skipped: not Debian 12"
    exit 0
fi
"$repository/scripts/install-packages.sh" gnupg
mkdir -p "$work/checkout" "$work/tree/toolchain/usr/bin" "$work/bin"
cp -r "$repository/scripts" "$work/checkout/"
# Every program but Swift's own.
for directory in /usr/bin /bin /usr/sbin /sbin; do
    for program in "$directory"/*; do ln -sf "$program" "$work/bin/"; done
done
rm -f "$work"/bin/swift*

version=$(sed -n 's/^version=//p' "$repository/scripts/install-swift.sh")
platform=debian12
if [[ $(uname -m) == aarch64 ]]; then platform+=-aarch64; fi
folder="$work/mirror/swift-$version-release/$platform/swift-$version-RELEASE"
archive="$folder/swift-$version-RELEASE-$platform.tar.gz"
mkdir -p "$folder"
printf '#!/bin/sh\necho "Swift version %s (a test)"\n' "$version" >"$work/tree/toolchain/usr/bin/swift"
chmod +x "$work/tree/toolchain/usr/bin/swift"
tar -czf "$archive" -C "$work/tree" toolchain
export GNUPGHOME="$work/gnupg"
mkdir -m 700 "$GNUPGHOME"
gpg --batch --quiet --passphrase '' --quick-gen-key test@example.invalid default default never 2>/dev/null
gpg --batch --detach-sign -o "$archive.sig" "$archive"
gpg --export -a >"$work/keys.asc"
unset GNUPGHOME

install() {
    env PATH="$work/bin" SWIFT_MIRROR="$1" SWIFT_KEYS="file://$work/keys.asc" \
        "$work/checkout/scripts/install-swift.sh" >"$work/out" 2>&1
}
if install "file://$work/empty"; then fail "an empty mirror was no error"; fi
grep -q '^help: install Swift' "$work/out" || fail "an empty mirror left no way out"

install "file://$work/mirror" || fail "a signed toolchain was refused"
[[ -x $work/checkout/.toolchain/usr/bin/swift ]] || fail "the toolchain is not where make looks for it"
install "file://$work/empty" || fail "the installed toolchain was not found again"

rm -rf "$work/checkout/.toolchain"
printf 'forged' >>"$archive"
if install "file://$work/mirror"; then fail "a forged toolchain was installed"; fi
grep -q 'nothing was installed' "$work/out" || fail "a forged toolchain was not named"
[[ ! -e $work/checkout/.toolchain ]] || fail "a forged toolchain was left behind"
echo "install-swift: passed"
