#!/usr/bin/env bash
# Everything that looks for what is promised and is not so, one after the other, and what came of each in one line: the
# models, faults done to the built program, the simulation, and made-up manifests.
# usage: whole.sh [PART...]; FUZZ_SECONDS (60) and SEEDS (20000) say for how long, SEED which faults come first
set -uo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
parts=${*:-models faults simulation fuzzing}

# name, what tells the result in its output, command
part() {
    local name=$1 telling=$2 began=$SECONDS verdict="holds"
    shift 2
    [[ " $parts " == *" $name "* ]] || return 0
    printf '\n== %s\n' "$name"
    "$@" 2>&1 | tee "$work/log" || { verdict="BROKEN"; status=1; }
    printf '%-11s %-7s %5d s  %s\n' "$name" "$verdict" "$((SECONDS - began))" \
        "$(grep -E "$telling" "$work/log" | tail -n 1)" >>"$work/summary"
}

part models ' models, ' Tests/Models/check.sh --all
part faults ' faults and ' Tests/Torture/torture.py --seed "${SEED:-1}" .build/debug/orchplan
part simulation 'seed|run' make --no-print-directory simulate SEEDS="${SEEDS:-20000}"
part fuzzing 'number_of_executed_units' make --no-print-directory fuzz SECONDS="${FUZZ_SECONDS:-60}"
printf '\n%-11s %-7s %7s  %s\n' PART RESULT TOOK FOUND
cat "$work/summary"
exit "$status"
