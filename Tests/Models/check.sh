#!/usr/bin/env bash
# Checks the models of the lock, of the intent journal and of old copies of a state: each as the code has it, in every
# order of steps that there is, and each broken on purpose, which has to be found. With --all also those that take half
# a minute.
set -euo pipefail
folder=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
models=0
states=0

# model, what is expected (holds or broken), flags
check() {
    local model=$1 expected=$2 verdict found
    shift 2
    cd "$work"
    cp "$folder/$model.pml" .
    spin -a "$@" "$model.pml" >spin.log || { cat spin.log; exit 1; }
    gcc -O1 -w -DSAFETY -DCOLLAPSE -DMEMLIM=2000 -o pan pan.c
    ./pan -m100000 >pan.log
    verdict=$(grep -o 'errors: [0-9]*' pan.log)
    found=$(awk '/states, stored/ { print $1 }' pan.log)
    if grep -q 'max search depth too small\|out of memory\|search not completed' pan.log && [[ $expected == holds ]]; then
        verdict="not all of it was searched"
    fi
    models=$((models + 1))
    states=$((states + found))
    local reason
    reason=$(sed -n 's/^pan:1: \(.*\) (at depth.*/\1/p' pan.log)
    printf '%-8s %-36s %9d states  %s\n' "$model" "${*:-as it is}" "$found" "${reason:-holds}"
    if [[ $expected == holds && $verdict != "errors: 0" ]] || [[ $expected == broken && $verdict == "errors: 0" ]]; then
        printf '  expected: %s; found: %s\n' "$expected" "$verdict"
        status=1
    fi
}

started=$SECONDS
check lock holds
check lock holds -DLEASE
for flag in -DNO_FENCE -DCHECK_BEFORE -DSAME_EPOCH -DEARLY_WORD -DNO_TAKEOVER -DANY_ID; do check lock broken $flag; done
check journal holds
check journal holds -DRUNS=2 -DLEASE
check journal holds -DNO_EPOCHS -DNAMED
for flag in -DNO_EPOCHS -DLATE_EPOCH -DEFFECT_FIRST -DNO_RESOLVE -DTWO_COMMITS; do check journal broken -DRUNS=2 $flag; done
check journal broken -DRUNS=2 -DLEASE -DFORGETFUL
check past holds
for flag in -DBY_NUMBER -DLAST_ONLY; do check past broken $flag; done
if [[ ${1:-} == --all ]]; then
    check lock holds -DCLIENTS=3 -DTURNS=1
    check lock holds -DCLIENTS=3 -DTURNS=1 -DLEASE
    check journal holds -DLEASE
fi
printf '%d models, %d states, %d s: %s\n' "$models" "$states" "$((SECONDS - started))" \
    "$([[ $status == 0 ]] && echo "what is right holds, what is broken is found" || echo "see above")"
exit "$status"
