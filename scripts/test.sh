#!/usr/bin/env bash
# All tests: unit tests, and integration tests that fork every JDK found here with the packaged jar.
set -euo pipefail
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

need_jdk
need strace strace
need_c_compiler
# The report's page is looked at in a real browser; where there can be none, that test is skipped.
need chromium chromium || true
need chromedriver chromium-driver || true

cd "$root"
status=0
./mvnw -B -ntp verify "$@" || status=$?

skipped_tests */target/*-reports

# Elsewhere too, if all is well here and all was wanted.
if [ "$status" = 0 ] && [ $# = 0 ]; then
    scripts/test-matrix.sh || status=$?
fi
exit "$status"
