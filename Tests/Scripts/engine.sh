#!/usr/bin/env bash
# A private Docker Engine for tests, in namespaces of its own; needs root, changes nothing that stays.
#
#   engine.sh check                        says why it cannot run here (exit 77), or nothing
#   engine.sh start DIR [--owner PID] [--no-swarm] [--hostname NAME] [--switch PID --address ADDRESS]
#                       [-- DOCKERD_OPTION..]
#                                          starts it; prints its socket and address as NAME=value lines
#   engine.sh kill DIR                     takes its power away: engine and containers end, the data stays for `start`
#   engine.sh stop DIR                     ends it and removes DIR
#   engine.sh exec DIR COMMAND..           runs a command inside its namespaces
#   engine.sh registry DIR start PORT [--user NAME:PASSWORD] | pause PORT | resume PORT | stop PORT
#                                          a registry on its loopback, which it pushes to and pulls from without TLS
#
# With --switch its link is a port of the bridge br0 in that process's network, with the given address: several engines
# then reach each other. Without, it has a network of its own.
#
# With --owner it ends, and DIR goes, when that process does. DIR is short (socket paths are) and belongs to one engine;
# engines of several directories run side by side.
#
# dockerd is a child of process 1 of new pid, mount, network, uts and ipc namespaces. Killing that process makes the
# kernel remove all the rest: containers, bridges, firewall rules, mounts. The network has one link to the outside and
# no default route: nothing leaves the machine, and a pull fails at once. Published ports answer at the printed address.
#
# Images: orchplan/test:1 and :2 serve "orchplan-test version N" on PORT (80); orchplan/test:bad ends with 1.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
unset DOCKER_HOST DOCKER_CONTEXT DOCKER_TLS_VERIFY DOCKER_CERT_PATH
self=$(readlink -f "$0")

fail() { echo "engine.sh: $*" >&2; exit 1; }
cannot() { echo "$*"; exit 77; }

check() {
    ((EUID == 0)) || cannot "a private engine needs root"
    local program
    for program in dockerd:docker.io docker:docker.io containerd:containerd ip:iproute2 iptables:iptables \
        busybox:busybox-static tar:tar unshare:util-linux nsenter:util-linux flock:util-linux awk:mawk; do
        command -v "${program%:*}" >/dev/null || cannot "${program%:*} is missing: apt-get install ${program#*:}"
    done
    [[ $'\n'$(busybox --list)$'\n' == *$'\nhttpd\n'* ]] || cannot "busybox has no httpd: apt-get install busybox-static"
    [[ -e /sys/fs/cgroup/memory || -e /sys/fs/cgroup/cgroup.controllers ]] || cannot "no cgroups are mounted"
    unshare --mount --net --pid --uts --ipc --fork true 2>/dev/null || cannot "no namespaces can be made here"
}

# ---- inside: process 1 ----------------------------------------------------------------------------------------------

# Waits for its network, runs dockerd, reaps orphans, and ends with dockerd.
inside() {
    local driver=$2 name=$3 dockerd outer
    # /proc is still the one outside, so the first field of our stat is our process id there.
    read -r outer _ </proc/self/stat
    echo "$outer $(birth "$outer")" >"$dir/init.new" && mv "$dir/init.new" "$dir/init"
    mount -t proc proc /proc
    # A containerd and plugins of the machine are none of ours.
    mkdir -p /run/containerd /run/docker
    mount -t tmpfs tmpfs /run/containerd
    mount -t tmpfs tmpfs /run/docker
    hostname "$name"
    ip link set lo up
    until [[ -e $dir/attached ]]; do sleep 0.05; done
    echo '{}' >"$dir/daemon.json"
    env -i PATH="$PATH" HOME="$dir" TMPDIR=/tmp dockerd --config-file "$dir/daemon.json" --host "unix://$dir/d.sock" \
        --data-root "$dir/data" --exec-root "$dir/exec" --pidfile "$dir/d.pid" --log-level warn \
        --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "/orchplan-engine/$id" --storage-driver "$driver" \
        "${@:4}" &
    dockerd=$!
    while kill -0 "$dockerd" 2>/dev/null; do wait "$dockerd" || :; done
    exit 1
}

# ---- outside --------------------------------------------------------------------------------------------------------

# When a process began: with its id it is this process and no later one.
birth() { cut -d')' -f2- "/proc/$1/stat" 2>/dev/null | awk '{print $20}'; }

# Whether process 1 of the engine lives; sets pid.
running() {
    local since
    pid=''
    [[ -r $dir/init ]] && read -r pid since <"$dir/init" || return 1
    [[ -n $since && $(birth "$pid") == "$since" ]]
}

client() { DOCKER_CONFIG=$dir docker --host "unix://$dir/d.sock" "$@"; }

lock() {
    exec 9>"$dir/lock"
    flock -w 120 9 || fail "another command is busy in $dir"
}

# Becomes a program that holds nothing of its caller's open: who waits for the end of a pipe would wait for the end of
# the engine.
alone() {
    local fd
    for fd in "/proc/$BASHPID/fd"/*; do
        fd=${fd##*/}
        ((fd <= 2)) || eval "exec $fd>&-"
    done
    exec "$@" </dev/null >>"$dir/log" 2>&1
}

# The same in a session of its own.
detached() { alone setsid "$@"; }

# One link to the bridge of other engines.
plug() {
    local link=oe$id
    nsenter -t "$switch" -n ip link delete "$link" 2>/dev/null || :
    ip link add "$link" netns "$switch" type veth peer name eth0 netns "$pid"
    nsenter -t "$switch" -n ip link set "$link" master br0 up
    nsenter -t "$pid" -n sh -c "ip address add $address/24 dev eth0 && ip link set eth0 up"
    echo "$address" >"$dir/address"
    touch "$dir/attached"
}

# One link: a pair of interfaces with a /30 of 198.18.0.0/16, which is for tests and routed nowhere.
attach() {
    local link=oe$id block=$((16#$id % 16384)) net
    exec 8>/run/lock/orchplan-engine
    flock 8
    while :; do
        net=198.18.$((block / 64)).$((block % 64 * 4))
        [[ -n $(ip -4 -o address show to "$net/30") ]] || break
        block=$(((block + 1) % 16384))
    done
    ip link delete "$link" 2>/dev/null || :
    ip link add "$link" type veth peer name eth0 netns "$pid"
    ip address add "${net%.*}.$((${net##*.} + 1))/30" dev "$link"
    exec 8>&-
    ip link set "$link" up
    address=${net%.*}.$((${net##*.} + 2))
    nsenter -t "$pid" -n sh -c "ip address add $address/30 dev eth0 && ip link set eth0 up"
    echo "$address" >"$dir/address"
    touch "$dir/attached"
}

# Images of a static busybox: no registry is asked.
images() {
    local root=$dir/image version applet
    mkdir -p "$root"/{bin,etc,proc,sys,dev,run,www,tmp}
    cp "$(command -v busybox)" "$root/bin/busybox"
    for applet in $(busybox --list); do
        [[ -e $root/bin/$applet ]] || ln -s busybox "$root/bin/$applet"
    done
    cat >"$root/bin/serve" <<'SERVE'
#!/bin/sh
# A process 1 without a handler would ignore SIGTERM.
trap 'exit 0' TERM INT
echo "serving version $(cat /etc/version)"
echo "a word on the error stream" >&2
httpd -f -p "${PORT:-80}" -h /www &
while :; do wait; done
SERVE
    chmod 755 "$root/bin/serve"
    for version in 1 2; do
        echo "$version" >"$root/etc/version"
        echo "orchplan-test version $version" >"$root/www/index.html"
        tar -C "$root" -c . | client import -c 'CMD ["serve"]' -c 'ENV PATH=/bin' - "orchplan/test:$version" >/dev/null
    done
    tar -C "$root" -c bin | client import -c 'CMD ["sh", "-c", "echo broken; exit 1"]' -c 'ENV PATH=/bin' - \
        orchplan/test:bad >/dev/null
    rm -rf "$root"
}

start() {
    local owner='' swarm=yes name=engine-$id driver=overlay2 reason pid address='' switch='' tries
    while (($#)); do
        case $1 in
        --owner) owner=$2 && shift 2 ;;
        --hostname) name=$2 && shift 2 ;;
        --no-swarm) swarm='' && shift ;;
        --switch) switch=$2 && shift 2 ;;
        --address) address=$2 && shift 2 ;;
        --) shift && break ;;
        *) fail "unknown option $1" ;;
        esac
    done
    reason=$(check) || { echo "$reason" >&2; exit 77; }
    ((${#dir} <= 60)) || fail "$dir is too long for a socket"
    [[ ! -e $dir || -e $dir/engine ]] || fail "$dir is there already and no engine's"
    mkdir -p "$dir" && chmod 711 "$dir" && touch "$dir/engine"
    lock
    ! running || fail "an engine runs in $dir"
    power_off
    # There is no overlay on an overlay.
    [[ $(stat -f -c %T "$dir") != overlayfs ]] || driver=vfs
    detached unshare --mount --propagation slave --net --pid --uts --ipc --fork --kill-child -- \
        "$self" inside "$dir" "$driver" "$name" "$@" &
    for ((tries = 0; tries < 200; tries++)); do running && break || sleep 0.05; done
    running || fail "no namespaces: $(tail -n 3 "$dir/log")"
    if [[ -n $owner ]]; then
        detached "$self" watch "$dir" "$owner" &
    fi
    if [[ -n $switch ]]; then plug; else attach; fi
    for ((tries = 0; tries < 600; tries++)); do
        client version >/dev/null 2>&1 && break
        running || fail "dockerd ended: $(tail -n 20 "$dir/log")"
        sleep 0.1
    done
    client image inspect orchplan/test:bad >/dev/null 2>&1 || images
    if [[ -n $swarm && $(client info --format '{{.Swarm.LocalNodeState}}') == inactive ]]; then
        client swarm init --advertise-addr "$address" >/dev/null
    fi
    printf 'ENGINE_SOCKET=%s\nENGINE_ADDRESS=%s\n' "$dir/d.sock" "$address"
}

# Registries write the number of their process, as it is inside, once they listen.
registry() {
    local what=$1 port=$2 pid file tries
    shift 2
    running || fail "no engine runs in $dir"
    file=$dir/registry-$port
    local inside=(nsenter -t "$pid" -m -n -p -u -i --)
    case $what in
    start)
        rm -f "$file"
        # A child of process 1 inside: one of nsenter's would stop that as well when it is paused.
        # shellcheck disable=SC2016
        (alone "${inside[@]}" sh -c 'setsid "$@" &' sh \
            python3 "${self%/*}/registry.py" "$port" --data "$dir/registry" --pid-file "$file" "$@")
        for ((tries = 0; tries < 600; tries++)); do [[ -e $file ]] && break || sleep 0.05; done
        [[ -e $file ]] || fail "no registry: $(tail -n 5 "$dir/log")"
        ;;
    pause) "${inside[@]}" kill -STOP "$(<"$file")" ;;
    resume) "${inside[@]}" kill -CONT "$(<"$file")" ;;
    stop) "${inside[@]}" kill -KILL "$(<"$file")" && rm -f "$file" ;;
    *) fail "start, pause, resume or stop" ;;
    esac
}

power_off() {
    local pid group tries
    if running; then
        kill -KILL "$pid" 2>/dev/null || :
        for ((tries = 0; tries < 200; tries++)); do running && sleep 0.05 || break; done
        ! running || fail "process $pid does not end"
    fi
    ip link delete "oe$id" 2>/dev/null || :
    for group in /sys/fs/cgroup/*/orchplan-engine/"$id" /sys/fs/cgroup/orchplan-engine/"$id"; do
        for ((tries = 0; tries < 50; tries++)); do
            [[ -d $group ]] || break
            find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.05
        done
        rmdir "${group%/*}" 2>/dev/null || :
    done
    # What a machine keeps under /run goes with its power.
    rm -rf "$dir"/{exec,init,attached,d.sock,d.pid,registry-*}
}

stop() {
    [[ -e $dir/engine ]] || return 0
    lock
    power_off
    rm -rf "$dir"
}

watch() {
    tail --pid="$1" -f /dev/null
    stop
}

command=${1:-}
[[ $command != check ]] || { check && exit 0; }
dir=$(readlink -m "${2:?a directory}")
shift 2
# Names its link and its control group.
id=$(printf %s "$dir" | md5sum | cut -c 1-8)
case $command in
inside) inside "$dir" "$@" ;;
start | stop | watch) "$command" "$@" ;;
kill) [[ ! -e $dir/engine ]] || { lock && power_off; } ;;
registry) registry "$@" ;;
exec) running && exec nsenter -t "$pid" -m -n -p -u -i -- "$@" || fail "no engine runs in $dir" ;;
*) fail "start, stop, kill, exec, registry or check" ;;
esac
