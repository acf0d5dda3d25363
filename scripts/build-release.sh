#!/usr/bin/env bash
# Builds the optimised binary with the Swift runtime inside, so that it starts fast and runs without a toolchain.
set -euo pipefail
swift build -c release --product orchplan --static-swift-stdlib
strip "$(swift build -c release --static-swift-stdlib --show-bin-path)/orchplan"
