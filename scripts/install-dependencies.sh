#!/usr/bin/env bash
# Installs what building and the example system need, with --test also what tests need; does nothing when all of it is
# there.
set -euo pipefail
cd "$(dirname "$0")"
./install-packages.sh libyaml-dev libsqlite3-dev pkg-config bubblewrap redis-server nginx-light python3 curl procps age \
    man-db
if [[ ${1:-} == --test ]]; then
    # A private Docker Engine, certificates and a far end for ssh: see Tests/Scripts/engine.sh; a validator of schemas.
    ./install-packages.sh docker.io iproute2 iptables busybox-static openssl openssh-client \
        python3-jsonschema
fi
./install-swift.sh
