#!/usr/bin/env bash
# Everything that looks for what is promised and is not so, one after the other, and what came of each in one line: the
# models, faults done to the built program, the simulation, and made-up manifests.
# usage: whole.sh [PART...]; FUZZ_SECONDS (60) and SEEDS (20000) say for how long, SEED which faults come first, ORCHPLAN
# which program, and JOBS how many trials at a time: they mostly wait, so six for each core.
# A terminal gets a line a minute; PROGRESS says after how many seconds, 0 for none. An interrupt or SIGTERM ends the part
# that is under way with what it found so far, and leaves the others out.
set -uo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
stopped=
child=
parts=${*:-models faults simulation fuzzing}
if [[ -z ${PROGRESS-} ]]; then
    PROGRESS=0
    [[ -t 1 && -z ${CI-} ]] && PROGRESS=60
fi

stop() {
    stopped=yes
    [[ -z $child ]] || kill -TERM "$child" 2>/dev/null
}
trap stop INT TERM

# name, what tells the result in its output, command
part() {
    local name=$1 telling=$2 began=$SECONDS verdict="holds" out tee code
    shift 2
    [[ " $parts " == *" $name "* && -z $stopped ]] || return 0
    printf '\n== %s\n' "$name"
    # In the background, so that a signal is heard at once; it is passed on, and what is said after it still comes through.
    exec {out}> >(trap '' INT TERM; exec tee "$work/log")
    tee=$!
    "$@" >&"$out" 2>&1 {out}>&- &
    child=$!
    exec {out}>&-
    while wait "$child"; code=$?; kill -0 "$child" 2>/dev/null; do :; done
    child=
    wait "$tee"
    [[ $code -eq 0 ]] || { verdict="BROKEN"; status=1; }
    [[ -z $stopped ]] || verdict="stopped"
    printf '%-11s %-7s %5d s  %s\n' "$name" "$verdict" "$((SECONDS - began))" \
        "$(grep -E "$telling" "$work/log" | tail -n 1)" >>"$work/summary"
}

part models ' models, ' Tests/Models/check.sh --all
part faults ' faults and ' Tests/Torture/torture.py --seed "${SEED:-1}" --jobs "${JOBS:-$((6 * $(nproc)))}" \
    --progress "$PROGRESS" "${ORCHPLAN:-.build/debug/orchplan}"
part simulation 'seed|run' make --no-print-directory simulate SEEDS="${SEEDS:-20000}"
part fuzzing 'number_of_executed_units' make --no-print-directory fuzz SECONDS="${FUZZ_SECONDS:-60}"
printf '\n%-11s %-7s %7s  %s\n' PART RESULT TOOK FOUND
cat "$work/summary"
[[ -z $stopped ]] || exit 130
exit "$status"
