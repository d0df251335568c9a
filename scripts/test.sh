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
find . -path '*/target/*-reports/TEST-*.xml' -exec cat {} + | awk '
    /<testcase / {
        test = $0
        sub(/.*classname="[^"]*\./, "", test); sub(/".*/, "", test)
        name = $0
        sub(/.*<testcase name="/, "", name); sub(/".*/, "", name)
    }
    /<skipped/ {
        reason = $0
        if (!sub(/.*Assumption failed: /, "", reason) && !sub(/.*message="/, "", reason)) reason = "no reason given"
        sub(/(" type=|]]>).*/, "", reason)
        print "skipped: " test "." name ": " reason
        skipped++
    }
    END { print skipped + 0 " tests skipped" }'
exit "$status"
