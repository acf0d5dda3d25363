#!/usr/bin/env bash
# Fetches the official JSON schema of SARIF 2.1.0, which tests hold reports to; does nothing when it is there.
# ORCHPLAN_SARIF_SCHEMA names a copy that is there already.
set -euo pipefail
place=$(cd "$(dirname "$0")/../.." && pwd)/.build/sarif-schema-2.1.0.json
[ ! -s "${ORCHPLAN_SARIF_SCHEMA:-$place}" ] || exit 0
mkdir -p "$(dirname "$place")"
fetch() {
    curl --fail --silent --show-error --location --retry 2 --max-time 60 --output "$place.part" "$1"
}

# A source archive of PyPI has an earlier revision, which machines reach that reach nothing but packages. It calls the
# status of a suppression otherwise; reports leave that out.
from_package() {
    fetch https://files.pythonhosted.org/packages/b6/78/a361e0f8e4758a8cf7aa0f1df7651c317d0eef2528436bc804d1ab5dae8c/sarif_pydantic-0.6.2.tar.gz
    echo "634df2784533fcac8e86f0c60a0e45ead1d35452dc2331d32596275595906e7f  $place.part" | sha256sum --check --quiet
    tar --extract --gzip --to-stdout --file "$place.part" sarif_pydantic-0.6.2/sarif-schema-2.1.0.json > "$place.whole"
    mv "$place.whole" "$place.part"
}

fetch https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json || from_package
grep -q '"Static Analysis Results Format (SARIF) Version 2.1.0 JSON Schema"' "$place.part"
mv "$place.part" "$place"
