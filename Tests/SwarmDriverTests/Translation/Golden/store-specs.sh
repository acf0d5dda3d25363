#!/bin/sh
# store-specs.sh SOCKET: gives every spec of sent.jsonl to the engine at SOCKET (a manager of an empty cluster), writes
# what it then has to stored.jsonl and defaults.jsonl, and removes everything again. Needs curl and jq.
set -eu
cd "$(dirname "$0")"
call() { method=$1; path=$2; shift 2; curl -sS --unix-socket "$socket" -X "$method" "http://engine/v1.41$path" "$@"; }
post() { call POST "$1" -H 'Content-Type: application/json' -d "$2"; }
socket=$1
front=$(post /networks/create '{"Name":"shop_front","Driver":"overlay"}' | jq -r .Id)
back=$(post /networks/create '{"Name":"shop_back","Driver":"overlay"}' | jq -r .Id)
key=$(post /secrets/create '{"Name":"shop_key-1","Data":"eA=="}' | jq -r .ID)
conf=$(post /configs/create '{"Name":"shop_conf-1","Data":"eA=="}' | jq -r .ID)
key2=$(post /secrets/create '{"Name":"shop_key-2","Data":"eA=="}' | jq -r .ID)
conf2=$(post /configs/create '{"Name":"shop_conf-2","Data":"eA=="}' | jq -r .ID)
there="s/\"FRONT\"/\"$front\"/g;s/\"BACK\"/\"$back\"/g;s/\"KEY\"/\"$key\"/g;s/\"CONF\"/\"$conf\"/g;s/\"KEY2\"/\"$key2\"/g;s/\"CONF2\"/\"$conf2\"/g"
back_again="s/\"$front\"/\"FRONT\"/g;s/\"$back\"/\"BACK\"/g;s/\"$key\"/\"KEY\"/g;s/\"$conf\"/\"CONF\"/g;s/\"$key2\"/\"KEY2\"/g;s/\"$conf2\"/\"CONF2\"/g"
: >stored.jsonl
: >defaults.jsonl
sed "$there" sent.jsonl | while IFS= read -r spec; do
    answer=$(post /services/create "$spec")
    id=$(printf %s "$answer" | jq -r '.ID // empty')
    [ -n "$id" ] || { printf 'refused: %s\n%s\n' "$answer" "$spec" >&2; exit 1; }
    call GET "/services/$id" | jq -c .Spec | sed "$back_again" >>stored.jsonl
    call GET "/services/$id?insertDefaults=true" | jq -c .Spec | sed "$back_again" >>defaults.jsonl
    call DELETE "/services/$id"
done
for id in "$key" "$key2"; do call DELETE "/secrets/$id"; done
for id in "$conf" "$conf2"; do call DELETE "/configs/$id"; done
for network in "$front" "$back"; do call DELETE "/networks/$network"; done
