#!/usr/bin/env bash
# Runs the built tests in passes: tests on real processes wait by blocking and watch the clock, so they get the machine
# for themselves.
set -euo pipefail
real='LocalAgentTests|LocalDriverTests|EndToEndTests'
Tests/Scripts/install-swift.sh
swift test --skip-build --skip "$real"
swift test --skip-build --filter 'LocalAgentTests'
swift test --skip-build --filter 'LocalDriverTests'
swift test --skip-build --filter 'EndToEndTests'
