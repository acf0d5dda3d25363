#!/usr/bin/env bash
# Installs what building, testing and the example system need; does nothing when all of it is there.
set -euo pipefail
cd "$(dirname "$0")"
./install-packages.sh libyaml-dev libsqlite3-dev pkg-config bubblewrap redis-server nginx-light python3 curl procps age \
    man-db
./install-swift.sh
