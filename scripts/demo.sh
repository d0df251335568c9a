#!/usr/bin/env bash
# The main job on real input: a JVM that makes threads in every way Java has, under strace, with the agent; then what its recording says.
set -euo pipefail
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

case ${1:-} in
    -h | --help)
        echo "usage: scripts/demo.sh [OPTION of demo-app.jar...]   (java -jar demo-app/target/demo-app.jar --help lists them)"
        exit 0
        ;;
esac

need strace strace
need_c_compiler || say "going on without the C programs"
build
out=$root/target/demo
rm -rf "$out"
mkdir -p "$out"

say "running the demo application under strace, with the agent"
"$root"/scripts/strace-run.sh -o "$out/demo.strace" -- java -jar "$demo_jar" "$@" >"$out/demo.out" 2>"$out/demo.err" || {
    status=$?
    cat "$out/demo.err" >&2
    say "the demo application failed, exit status $status"
    exit "$status"
}
grep '^clonetrace:' "$out/demo.err" >&2 || true

programs=()
for program in pthread_thread clone_thread; do
    if [ -x "$native/$program" ]; then
        "$root"/scripts/strace-run.sh -o "$out/$program.strace" -- "$native/$program" >"$out/$program.out"
        programs+=(--program "$program=$out/$program.strace")
    else
        say "$program was not built, so it has no row"
    fi
done

"$root"/scripts/clonetrace report "$out/demo.jfr" "${programs[@]}"
echo
echo "recording: ${out#"$PWD"/}/demo.jfr   (JDK Mission Control or jfr opens it)"
