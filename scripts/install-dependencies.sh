#!/usr/bin/env bash
# Installs what building and the example system need, with --test also what tests need; does nothing when all of it is
# there.
set -euo pipefail
cd "$(dirname "$0")"
./install-packages.sh libyaml-dev libsqlite3-dev pkg-config bubblewrap redis-server nginx-light python3 curl procps age \
    man-db
if [[ ${1:-} == --test ]]; then
    # A private Docker Engine, certificates and a far end for ssh: see Tests/Scripts/engine.sh.
    ./install-packages.sh docker.io iproute2 iptables busybox-static openssl openssh-client
    # The models of the lock and the journal, and faults that are put into the built program: Tests/Models, Tests/Torture.
    ./install-packages.sh spin gcc libc6-dev faketime
    # What reports of lint are held to: git's own idea of ignored files, XML, and the schema of SARIF.
    ./install-packages.sh git libxml2-utils python3-jsonschema
    ../Tests/Scripts/sarif-schema.sh || echo "the schema of SARIF could not be fetched: its test is skipped" >&2
fi
./install-swift.sh
