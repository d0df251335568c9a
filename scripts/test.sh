#!/usr/bin/env bash
# All tests: unit tests, and integration tests that fork every JDK found here with the packaged jar.
set -euo pipefail
case ${1:-} in
    -h | --help)
        echo "usage: scripts/test.sh [MAVEN-OPTION...]
  All tests, under a fuzzer (fuzz.sh) and in a Debian trixie (test-matrix.sh). With options only Maven's, and of them -Dtest=CLASS asks for unit
  tests, -Dit.test=CLASS#METHOD for integration tests."
        exit 0
        ;;
esac
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

need_jdk
need strace strace
need_c_compiler
# The report's page is looked at in a real browser; where there can be none, that test is skipped.
need chromium chromium || true
need chromedriver chromium-driver || true

# found OPTION KIND: whether any module had tests of KIND that OPTION asked for.
found() {
    [[ " $arguments" != *" $1="* ]] ||
        [ "$(find "$root" -path "*/target/$2-reports/TEST-*.xml" -newermt "@$began" -print -quit)" ] ||
        { say "no test matches $1" && return 1; }
}

cd "$root"
arguments=$* began=$EPOCHSECONDS status=0
case " $arguments" in
    *" -Dtest="*" -Dit.test="* | *" -Dit.test="*" -Dtest="*) ;;
    *" -Dtest="*) set -- "$@" -DskipITs ;;
    *" -Dit.test="*) set -- "$@" -Dtest=none ;;
esac
./mvnw -B -ntp verify "$@" || status=$?
[ "$status" != 0 ] || { found -Dit.test failsafe && found -Dtest surefire; } || status=1

skipped_tests */target/*-reports

# The readers of foreign bytes under the fuzzer, and elsewhere too, if all is well here and all was wanted.
if [ "$status" = 0 ] && [ -z "$arguments" ]; then
    scripts/fuzz.sh 20 || status=$?
    scripts/test-matrix.sh || status=$?
fi
exit "$status"
