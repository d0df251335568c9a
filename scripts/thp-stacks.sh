#!/usr/bin/env bash
# Which stacks hold transparent huge pages when these are always on, and what that costs. Needs root; restores the mode.
set -euo pipefail
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

case ${1:-} in
    -h | --help)
        echo "usage: scripts/thp-stacks.sh [JAVA...]   (default: java of the PATH; sets transparent huge pages to always for some seconds)"
        exit 0
        ;;
esac
mode=/sys/kernel/mm/transparent_hugepage/enabled
[ -w "$mode" ] || { say "$mode can't be written: be root, on a kernel that has transparent huge pages"; exit 1; }
build
was=$(sed 's/.*\[\(.*\)\].*/\1/' "$mode")
app=
trap 'echo "$was" >"$mode"; [ -z "$app" ] || kill "$app" 2>/dev/null || true' EXIT
trap 'exit 1' INT TERM

# held JAVA OPTION...: the totals of a JVM with 23 more threads, and its stacks with the most huge pages.
held() {
    local java=$1 out=$root/target/thp-stacks.out
    shift
    : >"$out"
    "$java" "$@" -jar "$demo_jar" --only stack-sizes --hold --threads 23 < <(sleep 60) >"$out" &
    app=$!
    until grep -q '^ready' "$out"; do
        kill -0 "$app" || { say "the application ended early"; exit 1; }
        sleep 0.1
    done
    "$java" -jar "$agent_jar" stacks "$app" --sort huge --top 3
    kill "$app"
    wait "$app" 2>/dev/null || true
    app=
}

[ $# -gt 0 ] || set -- java
for java in "$@"; do
    for now in never always; do
        echo "$now" >"$mode"
        for size in 1m 8m; do
            printf '\n== %s -Xss%s, transparent huge pages: %s\n' "$java" "$size" "$now"
            held "$java" "-Xss$size"
        done
    done
done
