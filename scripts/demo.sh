#!/usr/bin/env bash
# The main use on real input: observes a JVM that makes threads in every way Java has from its first clone, and leaks some, and prints
# the report.
set -euo pipefail
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

case ${1:-} in
    -h | --help)
        echo "usage: scripts/demo.sh [OPTION of demo-app.jar...]   (default: --leak 61; java -jar demo-app/target/demo-app.jar --help lists them)"
        exit 0
        ;;
esac

[ $# -gt 0 ] || set -- --leak 61

build
out=$root/target/demo
rm -rf "$out"
mkdir -p "$out"

say "running the demo application under clonetrace run"
"$root"/scripts/clonetrace run --record "$out/demo.jfr" -- java -jar "$demo_jar" "$@" >"$out/demo.out" 2>"$out/demo.err" || {
    status=$?
    cat "$out/demo.err" >&2
    say "the demo application failed, exit status $status"
    exit "$status"
}

programs=()
for program in pthread_thread clone_thread; do
    if [ -x "$native/$program" ]; then
        "$root"/scripts/clonetrace trace -o "$out/$program.trace" -- "$native/$program" >"$out/$program.out" 2>"$out/$program.err"
        programs+=(--program "$program=$out/$program.trace")
    else
        say "there is no C compiler here, so $program was not built and has no row"
    fi
done

"$root"/scripts/clonetrace report "$out/demo.jfr" --html "$out/demo.html" ${programs[@]+"${programs[@]}"}
echo
echo "recording: ${out#"$PWD"/}/demo.jfr   (JDK Mission Control or jfr opens it)"
echo "page:      ${out#"$PWD"/}/demo.html  (any browser opens it, offline)"
