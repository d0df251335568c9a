#!/usr/bin/env bash
# All tests: unit tests, and integration tests that fork every JDK found here with the packaged jar.
set -euo pipefail
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

need_jdk
need strace strace
need_c_compiler

cd "$root"
status=0
./mvnw -B -ntp verify "$@" || status=$?

# What did not run, and why.
reports=$(find . -path '*/target/*-reports/TEST-*.xml')
if [ -n "$reports" ]; then
    # shellcheck disable=SC2086
    skipped=$(cat $reports | tr -d '\n' | grep -o '<testcase [^>]*><skipped[^>]*' |
        sed 's/<testcase name="\([^"]*\)" classname="[^"]*\.\([^".]*\)".*<skipped *\(message="\([^"]*\)"\)\{0,1\}.*/skipped: \2.\1: \4/' || true)
    [ -z "$skipped" ] || printf '%s\n' "$skipped"
    printf '%s tests skipped\n' "$(printf '%s' "$skipped" | grep -c . || true)"
fi
exit "$status"
