#!/usr/bin/env bash
# Installs the Debian packages that building, testing and the example system need; does nothing when all are there.
set -euo pipefail

packages=(libyaml-dev libsqlite3-dev pkg-config bubblewrap redis-server nginx-light python3 curl procps age man-db)
missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done

if ((${#missing[@]})); then
    if ((EUID == 0)); then as_root=(); else as_root=(sudo); fi
    echo "Installing ${missing[*]}" >&2
    # RUNLEVEL=1 keeps the packages from starting a system-wide Redis and nginx.
    if ! "${as_root[@]}" env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null 2>&1; then
        "${as_root[@]}" apt-get update -qq
        "${as_root[@]}" env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
    fi
fi

if ! command -v swift >/dev/null; then
    echo "error: Swift 6.2 or later is needed; install it from https://www.swift.org/install/linux/" >&2
    exit 1
fi
