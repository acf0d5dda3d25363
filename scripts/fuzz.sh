#!/usr/bin/env bash
# Feeds made-up manifests to the parser, the decoder, the lint rules and the language server for a number of seconds,
# with the sanitizers of addresses and the laws of Tests/Fuzzing. What breaks one is kept in Tests/Fuzzing/Regressions.
# usage: fuzz.sh [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-300}
scratch=.build/fuzz
grown=$scratch/corpus
mkdir -p "$grown" Tests/Fuzzing/Regressions
ORCHPLAN_FUZZ=1 swift build -c release --sanitize fuzzer --sanitize address --scratch-path "$scratch" \
    --product FuzzManifests
# The example manifests are seeds as well. Swift's runtime keeps memory for good, which is no leak.
ASAN_OPTIONS=detect_leaks=0 "$scratch/release/FuzzManifests" \
    -max_total_time="$seconds" -max_len=4096 -timeout=20 -rss_limit_mb=4096 -print_final_stats=1 -verbosity=0 \
    -dict=Tests/Fuzzing/manifests.dict -artifact_prefix=Tests/Fuzzing/Regressions/ \
    "$grown" Tests/Fuzzing/Corpus Tests/Fuzzing/Regressions manifests
