#!/usr/bin/env bash
# Feeds made-up input to everything that reads what others have written, for a number of seconds in all, with the address
# sanitizer and the laws of Tests/Fuzzing/Laws. What breaks one is kept in Tests/Fuzzing/Regressions.
# usage: fuzz.sh [--build] [SECONDS] [TARGET...]
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
builds=
if [[ ${1:-} == --build ]]; then
    builds=only
    shift
fi
seconds=${1:-300}
shift || true
all=(manifests interpolation settings plans agent editor compose engine)
targets=("$@")
if [[ ${#targets[@]} -eq 0 ]]; then targets=("${all[@]}"); fi
for target in "${targets[@]}"; do
    if [[ " ${all[*]} " != *" $target "* ]]; then
        echo "error: there is no target $target; known: ${all[*]}" >&2
        exit 64
    fi
done

scratch=$root/.build/fuzz
# With one flag for both, since of two `--sanitize` the compiler takes the last; by the toolchain's own linker, since
# Debian's fails on what the sanitizers need. Optimised only for long runs: that takes three times as long to build.
configuration=debug
if ((seconds >= 300)); then configuration=release; fi
mkdir -p "$scratch"
if ! swift build -c "$configuration" --package-path Tests/Fuzzing --scratch-path "$scratch" --product orchplan-fuzz \
    -debug-info-format none --disable-index-store --sanitize fuzzer \
    -Xswiftc -sanitize=fuzzer,address -Xswiftc -use-ld=lld >"$scratch/build.log" 2>&1; then
    cat "$scratch/build.log" >&2
    exit 1
fi
if [[ -n $builds ]]; then exit 0; fi

cores=$(nproc)
# Each target gets its share of the whole time, and as many run beside each other as there are cores.
share=$((seconds * cores / ${#targets[@]}))
if ((share > seconds)); then share=$seconds; fi
if ((share < 1)); then share=1; fi
# Swift's runtime keeps memory for good, which is no leak; its own report of a crash would hang below the fuzzer's.
export ASAN_OPTIONS=detect_leaks=0 SWIFT_BACKTRACE=enable=no

fuzz() {
    local target=$1 log=$scratch/$1.log dictionary=yaml
    case $target in
    plans | agent | editor | engine) dictionary=json ;;
    compose) dictionary=compose ;;
    esac
    local grown=$scratch/corpus/$target regressions=Tests/Fuzzing/Regressions/$target seeds=(Tests/Fuzzing/Corpus/"$target")
    mkdir -p "$grown" "$regressions"
    # The example manifests are seeds as well.
    if [[ $target == manifests ]]; then seeds+=(manifests); fi
    if ! ORCHPLAN_FUZZ_TARGET=$target "$scratch/$configuration/orchplan-fuzz" \
        -max_total_time="$share" -max_len=4096 -timeout=120 -report_slow_units=120 -rss_limit_mb=4096 -print_final_stats=1 \
        -verbosity=1 \
        -dict="Tests/Fuzzing/Dictionaries/$dictionary.dict" -artifact_prefix="$regressions/" \
        "$grown" "${seeds[@]}" "$regressions" >"$log" 2>&1; then
        grep -v '^#[0-9]*[[:space:]]*\(NEW\|REDUCE\|pulse\)' "$log" | tail -n 40
        echo "error: $target: a law is broken; the input lies in $regressions: name it after what is wrong" >&2
        return 1
    fi
    # Without instrumentation it would try blindly and find nothing.
    if grep -q 'no interesting inputs were found' "$log"; then
        echo "error: $target: the fuzzer does not see what its inputs reach" >&2
        return 1
    fi
    awk -v target="$target" '/number_of_executed_units/ { runs = $2 } / cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") cov = $(i + 1) }
        END { printf "%-14s %9d inputs, %6d places reached\n", target, runs, cov }' "$log"
}

status=0
running=0
for target in "${targets[@]}"; do
    if ((running == cores)); then
        wait -n || status=1
        running=$((running - 1))
    fi
    fuzz "$target" &
    running=$((running + 1))
done
while ((running > 0)); do
    wait -n || status=1
    running=$((running - 1))
done
exit "$status"
