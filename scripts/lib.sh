# Sourced by the scripts here: paths, and how missing packages are installed or named.

root=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
agent_jar=$root/agent/target/clonetrace.jar
demo_jar=$root/demo-app/target/demo-app.jar
native=$root/target/native

say() { printf '%s\n' "$@" >&2; }

# need COMMAND PACKAGE: installs Debian's PACKAGE where COMMAND is missing and we may; otherwise says what to run, and fails.
need() {
    command -v "$1" >/dev/null 2>&1 && return 0
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "installing $2 (there is no $1 here)"
        local said
        said=$({ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2"; } 2>&1) && return 0
        say "$said" "apt-get could not install $2"
    fi
    say "there is no $1 here; install it, on Debian with: sudo apt-get install $2"
    return 1
}

# A JDK 17 or newer: that of JAVA_HOME or of the PATH.
need_jdk() {
    [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/javac" ] && PATH=$JAVA_HOME/bin:$PATH
    need javac default-jdk-headless || return 1
    local version
    version=$(javac -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
    if [ "${version:-0}" -lt 17 ]; then
        say "this is javac ${version:-of an unknown version}, clonetrace needs a JDK 17 or newer; set JAVA_HOME to one"
        return 1
    fi
}

# A C compiler and make, with a C library to compile against.
need_c_compiler() {
    need make make && need cc gcc || return 1
    printf '#include <stdio.h>\n' | cc -E - >/dev/null 2>&1 || need "C library to compile against" libc6-dev
}

# Builds what is missing or older than its sources.
build() {
    need_jdk || return 1
    if [ -e "$agent_jar" ] && [ -e "$demo_jar" ] && { [ -x "$native/clone_thread" ] || ! command -v cc >/dev/null; } &&
        [ -z "$(find "$root"/pom.xml "$root"/*/pom.xml "$root"/src "$root"/agent/src/main "$root"/agent/src/slots \
            "$root"/demo-app/src/main -newer "$agent_jar" -print -quit)" ]; then
        return 0
    fi
    say "building (the first time, Maven fetches some 600 files, 130 MB)"
    (set -o pipefail && cd "$root" && ./mvnw -B -pl .,demo-app,agent package -Dmaven.test.skip -Dspotless.check.skip | build_progress) >&2
}

# What Maven prints, reduced to progress, errors, and the lines of what it runs.
build_progress() {
    awk '
        /^\[INFO\] Downloaded from/ && ++files % 50 == 0 { print files " files fetched"; fflush() }
        /^\[INFO\] Building .*\[[0-9]+\/[0-9]+\]$/ { sub(/ *\[[0-9]+\/[0-9]+\]$/, ""); print substr($0, 8); fflush() }
        /^\[(INFO|WARNING)\]/ { shown = /INFO/; next }
        /^\[ERROR\]/ { shown = 1 }
        shown && NF { print; fflush() }'
}

# Builds the micro-benchmarks, if missing or older than their sources; the agent's classes must be built.
micro=$root/agent/micro/target
build_micro() {
    if [ ! -e "$micro/clonetrace-micro.jar" ] ||
        [ -n "$(find "$root/agent/micro/src" "$root/agent/micro/pom.xml" -newer "$micro/clonetrace-micro.jar" -print -quit)" ]; then
        (cd "$root" && ./mvnw -q -B -ntp -pl agent/micro package -Dmaven.test.skip -Dspotless.check.skip) >&2
    fi
}

# run_micro OUT smoke|quick|full: prints what they measured.
run_micro() {
    # The entry class is in the jar and in the classes; a JVM with the agent must load the jar's.
    java -cp "$micro/classes:$agent_jar:$root/agent/target/classes:$micro/libraries/*" io.clonetrace.micro.Main \
        "$agent_jar" "$1" "$2"
}

# repeated_tests FOLDER...: lists the tests that JUnit's reports there say passed only when they were run again, with why they
# had failed.
repeated_tests() {
    find "$@" -name 'TEST-*.xml' -exec cat {} + | awk '
        /<testcase / {
            test = $0
            sub(/.*classname="[^"]*\./, "", test); sub(/".*/, "", test)
            name = $0
            sub(/.*<testcase name="/, "", name); sub(/".*/, "", name)
        }
        /<flaky(Failure|Error)/ {
            reason = $0
            if (!sub(/.*<flaky[A-Z][a-z]* message="/, "", reason)) reason = "no message"
            sub(/(" type=|&#10;).*/, "", reason)
            print "passed only when run again: " test "." name ": " reason
        }'
}

# Builds clonetrace-fleet.jar, if missing or older than its sources or the agent's.
fleet_jar=$root/agent/fleet/target/clonetrace-fleet.jar
build_fleet() {
    build || return 1
    if [ ! -e "$fleet_jar" ] ||
        [ -n "$(find "$root/agent/fleet/src/main" "$root/agent/fleet/src/assembly" "$root/agent/fleet/sql" "$root/agent/fleet/pom.xml" \
            "$root/agent/src/main" -newer "$fleet_jar" -print -quit)" ]; then
        say "building clonetrace-fleet.jar (the first time, Maven fetches DuckDB, 80 MB, and Spark to compile against, 210 MB)"
        (set -o pipefail && cd "$root" && ./mvnw -B -pl agent/fleet package -Dmaven.test.skip -Dspotless.check.skip | build_progress) >&2
    fi
}

# skipped_tests FOLDER...: lists the tests that JUnit's reports there call skipped, and why.
skipped_tests() {
    find "$@" -name 'TEST-*.xml' -exec cat {} + | awk '
        /<testcase / {
            test = $0
            sub(/.*classname="[^"]*\./, "", test); sub(/".*/, "", test)
            name = $0
            sub(/.*<testcase name="/, "", name); sub(/".*/, "", name)
        }
        /<skipped/ {
            reason = $0
            if (!sub(/.*TestAbortedException: (Assumption failed: )?/, "", reason) && !sub(/.*Assumption failed: /, "", reason) && !sub(/.*message="/, "", reason)) reason = "no reason given"
            sub(/(" type=|]]>).*/, "", reason)
            print "skipped: " test "." name ": " reason
            skipped++
        }
        END { print skipped + 0 " tests skipped" }'
}
