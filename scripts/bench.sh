#!/usr/bin/env bash
# What the start and join of a thread costs: without us, with JFR alone, with the agent and each source, and under strace; in turns, as ratios.
set -euo pipefail
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

case ${1:-} in
    -h | --help)
        echo "usage: scripts/bench.sh [TURNS]   (default 5; each takes about a minute)"
        exit 0
        ;;
esac
turns=${1:-5}
build
out=$root/target/bench
rm -rf "$out"
mkdir -p "$out"

churn() { "$@" 2>/dev/null | tail -1; }
jvm() { churn java "$@" -cp "$demo_jar" io.clonetrace.demoapp.Churn 60 1000; }
agent() { jvm "-javaagent:$agent_jar=source=$1,stacks=$2,wait=20s,record=$out/app.jfr"; }

names=(plain jfr none end ptrace)
labels=("nothing" "JFR alone" "agent, source=none" "agent, source=none, stacks=end" "agent, source=ptrace")
if [ "$(id -u)" = 0 ]; then
    names+=(ebpf tracefs)
    labels+=("agent, source=ebpf" "agent, source=tracefs")
fi
if command -v strace >/dev/null; then
    names+=(strace)
    labels+=("strace -f -e trace=clone,clone3")
fi
measure() {
    case $1 in
        plain) jvm ;;
        jfr) jvm -Xlog:disable "-XX:StartFlightRecording=filename=$out/jfr.jfr" ;;
        end) agent none end ;;
        strace) churn strace -f -e trace=clone,clone3 -o /dev/null java -cp "$demo_jar" io.clonetrace.demoapp.Churn 5 300 ;;
        *) agent "$1" off ;;
    esac
}
for ((turn = 1; turn <= turns; turn++)); do
    say "turn $turn of $turns"
    for name in "${names[@]}"; do measure "$name" >>"$out/$name"; done
done

median() { sort -n "$out/$1" | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }
plain=$(median plain)
jfr=$(median jfr)
printf '%-34s %10s %14s %16s\n' 'start + join of a thread' 'median us' 'against plain' 'against JFR'
for i in "${!names[@]}"; do
    own=$(median "${names[i]}")
    awk -v label="${labels[i]}" -v own="$own" -v plain="$plain" -v jfr="$jfr" \
        'BEGIN { printf "%-34s %10.1f %13.2fx %15.2fx\n", label, own, own / plain, own / jfr }'
done
