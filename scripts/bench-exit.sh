#!/usr/bin/env bash
# How long a JVM takes to end, from System.exit until its process is gone: without us, with JFR alone, with the agent and
# each source; with no live threads and with 5,000; in turns, as differences.
set -euo pipefail
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

case ${1:-} in
    -h | --help)
        echo "usage: scripts/bench-exit.sh [TURNS [THREADS]]   (default 5 5000; a turn takes half a minute)"
        exit 0
        ;;
esac
turns=${1:-5}
threads=${2:-5000}
build
out=$root/target/bench-exit
rm -rf "$out"
mkdir -p "$out"

jvm() { java "$@" -cp "$demo_jar" io.clonetrace.demoapp.Exit "$live" >"$out/began" 2>>"$out/stderr"; }

names=(plain jfr none ptrace)
labels=("nothing" "JFR alone" "agent, source=none" "agent, source=ptrace")
if [ "$(id -u)" = 0 ]; then
    names+=(ebpf tracefs)
    labels+=("agent, source=ebpf" "agent, source=tracefs")
fi
if command -v strace >/dev/null; then
    names+=(strace)
    labels+=("agent, source=strace")
fi
run() {
    case $1 in
        plain) jvm ;;
        jfr) jvm -Xlog:jfr+startup=error "-XX:StartFlightRecording=filename=$out/jfr.jfr" ;;
        *) jvm "-javaagent:$agent_jar=source=$1,wait=30s,record=$out/app.jfr" ;;
    esac
}
for ((turn = 1; turn <= turns; turn++)); do
    say "turn $turn of $turns"
    for live in 0 "$threads"; do
        for name in "${names[@]}"; do
            # An strace that looks at 5,000 threads is a minute and a half for strace alone.
            [ "$name" = strace ] && [ "$live" != 0 ] && continue
            run "$name"
            ended=${EPOCHREALTIME/[.,]/}
            echo $((ended - $(tail -1 "$out/began"))) >>"$out/$name.$live"
        done
    done
done

median() { sort -n "$out/$1" | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] / 1000 }'; }
most() { sort -n "$out/$1" | tail -1 | awk '{ print $1 / 1000 }'; }
# table LIVE
table() {
    local jfr
    jfr=$(median "jfr.$1")
    printf '%-34s %12s %12s %16s\n' "System.exit, $1 live threads" 'median ms' 'most ms' 'more than JFR'
    for i in "${!names[@]}"; do
        [ -e "$out/${names[i]}.$1" ] || continue
        awk -v label="${labels[i]}" -v own="$(median "${names[i]}.$1")" -v most="$(most "${names[i]}.$1")" \
            -v jfr="$jfr" 'BEGIN { printf "%-34s %12.0f %12.0f %13.0f ms\n", label, own, most, own - jfr }'
    done
}
table 0
echo
table "$threads"
