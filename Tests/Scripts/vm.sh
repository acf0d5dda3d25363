#!/usr/bin/env bash
# Runs a command under Debian's own kernel, with this machine's files, in an emulated machine.
#
#   vm.sh check                                 says why it cannot run here (exit 77), or nothing
#   vm.sh run [--seconds N] [--memory MB] -- COMMAND..
#
# For what the kernel of a test machine may lack: version 2 of control groups with all controllers, virtual IP addresses
# (IPVS), encrypted overlays (ESP). COMMAND runs as root in the current directory; / is this machine's, and what is
# written goes to memory and is gone at the end; /tmp and /run begin empty; there is no network but its own. The exit
# status is COMMAND's, or 124 when the time (900 s) was not enough. Nothing is accelerated: expect a tenth of the speed.
#
# The kernel is Debian's package linux-image-amd64, downloaded and unpacked once below $XDG_CACHE_HOME.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"

fail() { echo "vm.sh: $*" >&2; exit 125; }
cannot() { echo "$*"; exit 77; }

check() {
    [[ $(uname -m) == x86_64 ]] || cannot "only an x86_64 machine is emulated"
    ((EUID == 0)) || cannot "reading all files of the machine needs root"
    local program
    for program in qemu-system-x86_64:qemu-system-x86 cpio:cpio modprobe:kmod busybox:busybox-static; do
        command -v "${program%:*}" >/dev/null || cannot "${program%:*} is missing: apt-get install ${program#*:}"
    done
}

# Downloads and unpacks the kernel; sets release.
kernel() {
    if [[ ! -e $cache/ready ]]; then
        local package
        package=$(apt-cache depends linux-image-amd64 | awk '/Depends: linux-image/ { print $2; exit }')
        [[ -n $package ]] || fail "apt knows no linux-image-amd64: apt-get update"
        rm -rf "$cache" && mkdir -p "$cache"
        (cd "$cache" && apt-get -qq -o APT::Sandbox::User=root download "$package" && dpkg -x ./*.deb root && rm ./*.deb)
        release=$(ls "$cache/root/lib/modules")
        depmod -b "$cache/root" "$release"
        touch "$cache/ready"
    fi
    release=$(ls "$cache/root/lib/modules")
}

# Makes the first file system: a shell, the modules that / is mounted with, and the two programs below.
first_files() {
    local module
    mkdir -p "$work"/first/{bin,modules,proc,sys,dev,below,above,new}
    cp "$(command -v busybox)" "$work/first/bin/busybox"
    modprobe -d "$cache/root" -S "$release" -a -D virtio_pci 9pnet_virtio 9p overlay |
        awk '$1 == "insmod" && !seen[$2]++ { print $2 }' |
        while read -r module; do
            cp "$module" "$work/first/modules/"
            echo "${module##*/}" >>"$work/first/modules/order"
        done
    cat >"$work/first/init" <<'INIT'
#!/bin/busybox sh
export PATH=/bin
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
while read -r module; do insmod "/modules/$module"; done </modules/order
with=trans=virtio,version=9p2000.L,msize=512000
mount -t 9p -o "ro,cache=loose,$with" files /below
mount -t tmpfs -o size=90% tmpfs /above
mkdir /above/upper /above/work
mount -t overlay -o lowerdir=/below,upperdir=/above/upper,workdir=/above/work overlay /new
for place in dev proc sys; do mount --move "/$place" "/new/$place"; done
mount -t tmpfs tmpfs /new/run
mount -t tmpfs -o mode=1777,size=90% tmpfs /new/tmp
mkdir -p /new/run/vm /new/run/lock
mount -t 9p -o "cache=none,$with" talk /new/run/vm
exec switch_root -c /dev/ttyS0 /new /bin/bash /run/vm/second
INIT
    chmod +x "$work/first/init"
    (cd "$work/first" && find . | cpio -o -H newc --quiet | gzip -1) >"$work/ramdisk"
    cat >"$work/talk/second" <<'SECOND'
export LC_ALL=C HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ln -sf /proc/self/fd /dev/fd
mkdir -p /dev/pts /dev/shm /lib/modules
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t tmpfs tmpfs /lib/modules
ln -s "$(</run/vm/modules)" "/lib/modules/$(uname -r)"
for module in ip_vs ip_vs_rr xt_ipvs esp4 vxlan veth bridge br_netfilter overlay xt_conntrack xt_MASQUERADE \
    xt_addrtype xt_nat xt_mark xt_policy xt_u32 xt_bpf iptable_nat nft_compat nft_chain_nat authenc gcm rfc4106 seqiv \
    aesni_intel ctr ghash_generic; do
    modprobe -q "$module"
done
echo 1 >/proc/sys/net/ipv4/ip_forward
ip link set lo up
hostname vm
cd "$(</run/vm/directory)"
bash /run/vm/command </dev/null >/run/vm/output 2>&1
echo $? >/run/vm/status
sync
echo o >/proc/sysrq-trigger
sleep 60
SECOND
}

run() {
    local seconds=900 memory=3072 status=0 reader
    while (($#)); do
        case $1 in
        --seconds) seconds=${2:?} && shift 2 ;;
        --memory) memory=${2:?} && shift 2 ;;
        --) shift && break ;;
        *) usage ;;
        esac
    done
    (($#)) || usage
    local why
    why=$(check) || fail "$why"
    kernel
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    mkdir -p "$work/talk"
    printf '%q ' "$@" >"$work/talk/command"
    pwd >"$work/talk/directory"
    echo "$cache/root/lib/modules/$release" >"$work/talk/modules"
    : >"$work/talk/output"
    first_files
    tail -n +1 -f "$work/talk/output" &
    reader=$!
    timeout "$seconds" qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 -m "$memory" \
        -nographic -nodefaults -no-reboot -net none -serial "file:$work/console" -device virtio-rng-pci \
        -kernel "$cache/root/boot/vmlinuz-$release" -initrd "$work/ramdisk" \
        -append "console=ttyS0 quiet panic=-1 mitigations=off" \
        -virtfs local,path=/,mount_tag=files,security_model=none,readonly=on,multidevs=remap \
        -virtfs "local,path=$work/talk,mount_tag=talk,security_model=none" >"$work/emulator" 2>&1 || status=$?
    sleep 0.3
    kill "$reader" 2>/dev/null || :
    if [[ ! -e $work/talk/status ]]; then
        cat "$work/emulator" "$work/console" >&2
        ((status != 124)) || exit 124
        fail "the machine ended without a status"
    fi
    exit "$(<"$work/talk/status")"
}

usage() {
    sed -n '2,14p' "$0" | sed 's/^# \{0,1\}//' >&2
    exit 2
}

cache=${XDG_CACHE_HOME:-$HOME/.cache}/orchplan-tests/kernel
case ${1:-} in
check) check ;;
run) shift && run "$@" ;;
*) usage ;;
esac
