#!/usr/bin/env bash
# Applies the example system with the given binary, shows that it answers, and says what to try next.
set -euo pipefail
orchplan=${1:-orchplan}
port=${HTTP_PORT:-8080}
bold='' plain=''
if [[ -t 1 ]]; then
    bold=$(tput bold 2>/dev/null || true) plain=$(tput sgr0 2>/dev/null || true)
fi

"$orchplan" apply --yes
echo
"$orchplan" status
echo
echo "${bold}Three replicas answer through nginx:${plain}"
declare -A seen=()
for ((i = 0; i < 60 && ${#seen[@]} < 3; i++)); do
    answer=$(curl -fsS -m 5 "http://127.0.0.1:$port/") || { sleep 0.2; continue; }
    name=$(grep -o 'web\.[0-9]*' <<<"$answer")
    [[ -n ${seen[$name]:-} ]] || echo "  \$ curl http://127.0.0.1:$port/    $answer"
    seen[$name]=1
done
if ((${#seen[@]} < 3)); then
    echo "error: only ${#seen[@]} of 3 replicas answered; see '$orchplan status' and '$orchplan logs web'" >&2
    exit 1
fi
width=$((${#orchplan} + 24))
next() { printf '  %-*s %s\n' "$width" "$1" "$2"; }
printf '\n%s\n' "${bold}What to try next${plain}"
next "$orchplan diff manifests/" "nothing differs: exit status 0"
next "edit VERSION in manifests/web.yaml, then" ""
next "$orchplan plan" "see what would change, and why"
next "$orchplan apply --batch 2" "roll three instances, two and one, while the site answers"
next "add BROKEN: \"1\" beside it and apply" "the rollout fails its health check and goes back by itself"
next "$orchplan logs -f web worker" "follow what they print"
next "$orchplan history" "every change, and 'rollback' to any of them"
next "make stop" "take it all down (VOLUMES=1 deletes its data too)"
