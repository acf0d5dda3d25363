#!/usr/bin/env bash
# Builds the optimised binary with the Swift runtime inside and without symbols, so that it starts fast and runs without
# a toolchain.
set -euo pipefail
exec swift build -c release --product orchplan --static-swift-stdlib -Xlinker -s "$@"
