#!/usr/bin/env bash
# Fetches the official JSON schema of SARIF 2.1.0, which tests hold reports to; does nothing when it is there.
# ORCHPLAN_SARIF_SCHEMA names a copy that is there already.
set -euo pipefail
place=$(cd "$(dirname "$0")/../.." && pwd)/.build/sarif-schema-2.1.0.json
[ ! -s "${ORCHPLAN_SARIF_SCHEMA:-$place}" ] || exit 0
mkdir -p "$(dirname "$place")"
curl --fail --silent --show-error --location --retry 2 --max-time 60 --output "$place.part" \
    https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json
grep -q '"Static Analysis Results Format (SARIF) Version 2.1.0 JSON Schema"' "$place.part"
mv "$place.part" "$place"
