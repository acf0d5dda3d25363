#!/usr/bin/env bash
# A private Docker Swarm of several nodes for tests: one engine.sh engine a node, all on one bridge; needs root.
#
#   swarm.sh start DIR NODES [--owner PID]   starts it, n1 as the manager; prints NAME=value lines
#   swarm.sh kill DIR NODE                   takes a node's power away, its data stays
#   swarm.sh boot DIR NODE                   gives it power again; it joins by itself
#   swarm.sh exec DIR NODE COMMAND..         runs a command inside a node's namespaces
#   swarm.sh stop DIR                        ends it and removes DIR
#
# Nodes are called n1, n2 and so on, with the addresses 198.19.N.11, .12 and so on. The bridge is in a network namespace
# of its own: a firewall of the machine would hold up what passes a bridge of its own. Published ports answer at the
# nodes' addresses. With --owner all of it goes when that process ends.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
self=$(readlink -f "$0")
engine=$(dirname "$self")/engine.sh

fail() { echo "swarm.sh: $*" >&2; exit 1; }
client() { docker --host "unix://$dir/$1/d.sock" "${@:2}"; }
address() { echo "$(<"$dir/net").$((10 + ${1#n}))"; }
birth() { cut -d')' -f2- "/proc/$1/stat" 2>/dev/null | awk '{print $20}'; }

# Whether the bridge's namespace lives; sets switch.
switched() {
    local since
    switch=''
    [[ -r $dir/switch ]] && read -r switch since <"$dir/switch" || return 1
    [[ -n $since && $(birth "$switch") == "$since" ]]
}

# Becomes a program in a session of its own that holds nothing of its caller's open: who waits for the end of a pipe would
# wait for the end of the swarm.
detached() {
    local fd
    for fd in "/proc/$BASHPID/fd"/*; do
        fd=${fd##*/}
        ((fd <= 2)) || eval "exec $fd>&-"
    done
    exec setsid "$@" </dev/null >/dev/null 2>&1
}

bridge() {
    local number=$((16#$(printf %s "$dir" | md5sum | cut -c1-2))) tries
    detached unshare --net -- sleep infinity &
    switch=$!
    for ((tries = 0; tries < 100; tries++)); do
        [[ $(readlink "/proc/$switch/ns/net") != "$(readlink /proc/self/ns/net)" ]] && break
        sleep 0.05
    done
    echo "$switch $(birth "$switch")" >"$dir/switch"
    nsenter -t "$switch" -n sh -ec 'ip link set lo up; ip link add br0 type bridge; ip link set br0 up'
    while [[ -n $(ip -4 -o address show to "198.19.$number.0/24") ]]; do number=$(((number + 1) % 256)); done
    echo "198.19.$number" >"$dir/net"
    ip link add "os$id" type veth peer name host netns "$switch"
    ip address add "198.19.$number.1/24" dev "os$id"
    ip link set "os$id" up
    nsenter -t "$switch" -n ip link set host master br0 up
}

boot() {
    switched || fail "nothing runs in $dir"
    "$engine" start "$dir/$1" --hostname "$1" --no-swarm --switch "$switch" --address "$(address "$1")" >/dev/null
}

start() {
    local nodes=$1 owner=${3:-} number token tries
    [[ $nodes -ge 1 && $nodes -le 9 ]] || fail "a swarm has 1 to 9 nodes"
    [[ ! -e $dir || -e $dir/swarm ]] || fail "$dir is there already and no swarm's"
    mkdir -p "$dir" && touch "$dir/swarm"
    ! switched || fail "a swarm runs in $dir"
    bridge
    if [[ -n $owner ]]; then
        detached "$self" watch "$dir" "$owner" &
    fi
    for ((number = 1; number <= nodes; number++)); do boot "n$number"; done
    client n1 swarm init --advertise-addr "$(address n1)" >/dev/null
    token=$(client n1 swarm join-token -q worker)
    for ((number = 2; number <= nodes; number++)); do
        client "n$number" swarm join --token "$token" --advertise-addr "$(address "n$number")" "$(address n1):2377" \
            >/dev/null
    done
    for ((tries = 0; tries < 300; tries++)); do
        [[ $(client n1 node ls --format '{{.Status}}' | grep -c Ready) == "$nodes" ]] && break
        sleep 0.1
    done
    printf 'SWARM_SOCKET=%s\nSWARM_ADDRESS=%s\n' "$dir/n1/d.sock" "$(address n1)"
}

stop() {
    local node
    [[ -e $dir/swarm ]] || return 0
    for node in "$dir"/n[1-9]; do [[ ! -d $node ]] || "$engine" stop "$node"; done
    if switched; then kill -KILL "$switch"; fi
    ip link delete "os$id" 2>/dev/null || :
    rm -rf "$dir"
}

watch() {
    tail --pid="$1" -f /dev/null
    stop
}

command=${1:-}
dir=$(readlink -m "${2:-}")
[[ -n ${2:-} && $dir != / ]] || { sed -n '2,9p' "$self" | sed 's/^# \{0,1\}//' >&2; exit 2; }
id=$(printf %s "$dir" | md5sum | cut -c1-8)
shift 2
case $command in
start) start "$@" ;;
kill) "$engine" kill "$dir/$1" ;;
boot) boot "$1" ;;
exec) "$engine" exec "$dir/$1" "${@:2}" ;;
stop) stop ;;
watch) watch "$@" ;;
*) sed -n '2,9p' "$self" | sed 's/^# \{0,1\}//' >&2; exit 2 ;;
esac
