#!/usr/bin/env bash
# Installs the Debian packages that it is given; does nothing, and asks for no rights, when all are there.
set -euo pipefail

missing=()
for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
((${#missing[@]})) || exit 0

if ((EUID == 0)); then
    as_root=()
elif command -v sudo >/dev/null; then
    as_root=(sudo)
else
    echo "error: these Debian packages are missing, and there is no sudo to install them: ${missing[*]}" >&2
    echo "help: as root: apt-get install ${missing[*]}" >&2
    exit 1
fi
# RUNLEVEL=1 keeps the packages from starting a system-wide Redis, nginx and Docker.
install=("${as_root[@]}" env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive
    apt-get install -y -qq --no-install-recommends "${missing[@]}")
echo "Installing ${missing[*]}" >&2
"${install[@]}" >/dev/null 2>&1 && exit 0
"${as_root[@]}" apt-get update -qq
"${install[@]}" >/dev/null
