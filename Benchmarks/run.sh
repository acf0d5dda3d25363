#!/usr/bin/env bash
# Runs every benchmark and prints ratios; every figure of a row comes from one run on one machine.
set -euo pipefail
cd "$(dirname "$0")/.."
binary=${ORCHPLAN_BIN:-$PWD/.build/release/orchplan}
exec python3 -B Benchmarks/bench.py --orchplan "$binary" "$@"
