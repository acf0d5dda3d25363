#!/usr/bin/env bash
# Proves what a swarm needs IPVS and ESP of its kernel for, on two nodes: a service's virtual address, a published port
# that every node answers, and an encrypted network. Where the kernel lacks them: vm.sh run -- virtual-network.sh ORCHPLAN
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
orchplan=$(readlink -f "${1:?the program}")
# Short, since sockets' paths are.
directory=$(mktemp -d /tmp/vnXXXXXX)
trap '"$here/swarm.sh" stop "$directory/s"; rm -rf "$directory"' EXIT
export ORCHPLAN_NO_COLOR=1 NO_COLOR=1

say() { echo "$(date +%T) $*"; }
fail() { say "FAILED: $*"; exit 1; }

# Runs a command until it succeeds, and shows what it said at last.
until_true() {
    local what=$1 tries=0 said
    shift
    until said=$("$@" 2>&1); do
        ((++tries < 120)) || fail "$what: $said"
        sleep 1
    done
    say "ok: $what: $said"
}

eval "$("$here/swarm.sh" start "$directory/s" 2)"
export DOCKER_HOST=unix://$SWARM_SOCKET
say "a swarm of two nodes at $SWARM_ADDRESS on Linux $(uname -r)"

mkdir -p "$directory/p/manifests" && cd "$directory/p"
printf 'project: vnet\ndriver: swarm\n' >orchplan.yaml
cat >manifests/all.yaml <<'MANIFEST'
apiVersion: orchplan/v1
kind: Network
metadata: {name: private}
spec: {driver: overlay, encrypted: true}
---
apiVersion: orchplan/v1
kind: Service
metadata: {name: far}
spec:
  image: orchplan/test:1
  replicas: 2
  networks: [private]
  ports: [{target: 80, published: 8080}]
  placement: {constraints: [node.hostname == n2]}
---
apiVersion: orchplan/v1
kind: Service
metadata: {name: near}
spec:
  image: orchplan/test:1
  networks: [private]
  placement: {constraints: [node.hostname == n1]}
MANIFEST
"$orchplan" apply --yes
[[ $("$orchplan" plan) == *'No changes.'* ]] || fail "a plan after the apply is not empty: $("$orchplan" plan)"

near=$(docker ps --quiet --filter label=orchplan.address=service/near)
until_true "the virtual address leads to the other node over the encrypted network" \
    docker exec "$near" wget -q -O - http://far/
# What the name resolves to is one address, and not those of the instances.
address=$(docker exec "$near" nslookup far 2>/dev/null | awk '/^Address/ && !/:53/ { found = $NF } END { print found }')
peers=$(docker exec "$near" nslookup tasks.far 2>/dev/null | grep -c '^Address.*[.]' || :)
say "far resolves to $address, tasks.far to $((peers - 1)) addresses"
# "Packets 0" of every state would mean that they travelled in the clear.
encrypted=$("$here/swarm.sh" exec "$directory/s" n1 ip -s xfrm state | grep -c 'proto esp' || :)
((encrypted > 0)) || fail "no encrypted connection between the nodes"
say "ok: $encrypted encrypted connections between the nodes"
for node in 11 12; do
    until_true "the published port answers at node $((node - 10))" \
        curl -fsS --max-time 5 "http://${SWARM_ADDRESS%.*}.$node:8080/"
done
"$orchplan" destroy --yes
say "all of it works"
