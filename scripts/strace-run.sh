#!/usr/bin/env bash
# Runs a command under strace, which writes down each of its clones; a java gets the agent, which reads the trace.
set -uo pipefail
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

usage() {
    cat <<'EOF'
usage: scripts/strace-run.sh [-o OUT] [-r FILE.jfr] -- COMMAND [ARGUMENT...]

Runs COMMAND under strace and leaves its clone, clone3, fork and vfork calls in
OUT (default: COMMAND's name and this script's pid, .strace). If COMMAND is a
java, adds the agent that reads OUT and writes a recording beside it (default:
OUT with .jfr; -r none for no recording). A java that has the agent already is
left as it is. The exit status is COMMAND's.
EOF
}

out='' record=''
while [ $# -gt 0 ]; do
    case $1 in
        -o | -r)
            [ $# -ge 2 ] || { say "strace-run.sh: $1 needs a file"; exit 2; }
            if [ "$1" = -o ]; then out=$2; else record=$2; fi
            shift 2
            ;;
        -h | --help) usage; exit 0 ;;
        --) shift; break ;;
        -*) say "strace-run.sh: no option $1"; usage >&2; exit 2 ;;
        *) break ;;
    esac
done
[ $# -gt 0 ] || { say "strace-run.sh: a command is missing"; usage >&2; exit 2; }
need strace strace || exit 1

name=$(basename -- "$1")
out=${out:-$name.$$.strace}
[ ! -f "$out" ] || ! head -c 3 -- "$out" | grep -q '^FLR' || { say "strace-run.sh: $out is a flight recording, not replaced"; exit 1; }
: >"$out" || { say "strace-run.sh: $out can't be written"; exit 1; }
out=$(readlink -f -- "$out")

command=("$@")
case $name in
    java)
        if ! printf '%s\n' "$@" | grep -q '^-javaagent:.*clonetrace[^/]*\.jar'; then
            build || exit 1
            options=source=strace:$out
            [ "$record" = none ] || options=$options,record=${record:-${out%.strace}.jfr}
            command=("$1" "-javaagent:$agent_jar=$options" "${@:2}")
        fi
        ;;
esac
exec strace -f -q -ttt -e trace=clone,clone3,fork,vfork -e signal=none -o "$out" -- "${command[@]}"
