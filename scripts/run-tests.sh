#!/usr/bin/env bash
# Runs the built tests in passes: tests on real processes wait by blocking and watch the clock, so they get the machine
# for themselves. What failed is said once more at the end, where it is found.
set -euo pipefail
real='LocalAgentTests|LocalDriverTests|SwarmDriverTests|EndToEndTests'
failures=$(mktemp)
trap 'rm -f "$failures"' EXIT
status=0

# What was found wrong and where, with the lines that tell it, and nothing of the tests that ran beside it.
failed() {
    awk '/^(✔|◇)/ { telling = 0 } /✘.*recorded an issue/ || / error: / || /Fatal error/ { telling = 40 } telling-- > 0'
}

pass() {
    swift test --skip-build "$@" 2>&1 | tee >(failed >>"$failures") || status=1
}

# A check that is a program of its own; what it prints is what it found.
check() {
    local output
    output=$(mktemp)
    "$@" 2>&1 | tee "$output" || { status=1; { echo "$*:"; tail -n 60 "$output"; } >>"$failures"; }
    rm -f "$output"
}

Tests/Scripts/install-swift.sh
check Tests/Models/check.sh
pass --skip "$real|SimulationTests"
pass --filter 'SimulationTests'
pass --filter 'LocalAgentTests'
pass --filter 'LocalDriverTests'
pass --filter 'SwarmDriverTests'
pass --filter 'EndToEndTests'
check Tests/Torture/torture.py --seconds 75 .build/debug/orchplan
check scripts/fuzz.sh 60
if [ "$status" -ne 0 ]; then
    printf '\nWhat failed:\n'
    cat "$failures"
fi
exit "$status"
