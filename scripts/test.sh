#!/usr/bin/env bash
# The tests: unit tests, and integration tests that fork JVMs with the packaged jar.
set -euo pipefail
usage="usage: scripts/test.sh [--fast | --all] [MAVEN-OPTION...]
             every capability, on the JDK that runs the tests (16 minutes on two cores)
  --fast     unit tests only (2 minutes)
  --all      also every other JDK found in /usr/lib/jvm, the storms and the long runs, the readers under a fuzzer
             (fuzz.sh), each micro-benchmark once (micro.sh), a Debian trixie (test-matrix.sh), a Debian sid and
             containers (lab.sh), Prometheus and OpenTelemetry (metrics.sh): what CI runs (an hour); a test that fails
             is run once more, and named if it passes then
  Maven options choose tests by name, whatever run they belong to: -Dtest=CLASS for unit tests, -Dit.test=CLASS#METHOD
  for integration tests; with --all, on every JDK."
run=default
case ${1:-} in
    -h | --help)
        echo "$usage"
        exit 0
        ;;
    --fast | --all)
        run=${1#--}
        shift
        ;;
    --*)
        echo "test.sh: no option $1" "$usage" >&2
        exit 2
        ;;
esac
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

need_jdk
need strace strace
need_c_compiler
if [ "$run" != fast ]; then
    # The report's page is tested in a real browser; without one, that test is skipped.
    # The screen of top is tested in a terminal of tmux; without it, that test is skipped.
    need tmux tmux || true
    need chromium chromium || true
    need chromedriver chromium-driver || true
fi

# found OPTION KIND: whether a module has run tests of KIND if OPTION asks for some.
found() {
    [[ " $arguments" != *" $1="* ]] ||
        [ "$(find "$root" -path "*/target/$2*-reports/TEST-*.xml" -newermt "@$began" -print -quit)" ] ||
        { say "no test matches $1" && return 1; }
}

cd "$root"
arguments=$* began=$EPOCHSECONDS status=0 phase=verify
# Older reports of tests that this run leaves out would count as its own.
rm -rf ./*/target/*-reports ./*/*/target/*-reports
case $run in
    fast) phase=test ;;
    all)
        # These tests watch kernels, tracers and whole JVMs, and some machine stalls for seconds in half an hour. A test that
        # fails once and then passes is named below.
        set -- -Pall-tests -Dsurefire.rerunFailingTestsCount=1 -Dfailsafe.rerunFailingTestsCount=1 "$@"
        ;;
esac
case " $arguments" in
    *" -Dtest="* | *" -Dit.test="*) set -- "$@" -Dtests.without=none ;;
esac
case " $arguments" in
    *" -Dtest="*" -Dit.test="* | *" -Dit.test="*" -Dtest="*) ;;
    *" -Dtest="*) set -- "$@" -DskipITs ;;
    *" -Dit.test="*) set -- "$@" -Dtest=none ;;
esac
./mvnw -B -ntp "$phase" "$@" || status=$?
[ "$status" != 0 ] || { found -Dit.test failsafe && found -Dtest surefire; } || status=1

shopt -s nullglob
reports=(./*/target/*-reports ./*/*/target/*-reports)
if [ "${#reports[@]}" != 0 ]; then
    repeated_tests "${reports[@]}"
    skipped_tests "${reports[@]}"
fi

# Under the fuzzer and on the other platform, after all tests have passed here.
if [ "$status" = 0 ] && [ "$run" = all ] && [ -z "$arguments" ]; then
    scripts/micro.sh || status=$?
    scripts/fuzz.sh 20 || status=$?
    scripts/test-matrix.sh || status=$?
    scripts/lab.sh --quick || status=$?
    # Without Prometheus, and no way to fetch it, its status is 77.
    scripts/metrics.sh || { [ $? = 77 ] || status=1; }
fi
say "test.sh: $(((EPOCHSECONDS - began) / 60)) min $(((EPOCHSECONDS - began) % 60)) s"
exit "$status"
