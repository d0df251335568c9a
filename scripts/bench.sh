#!/usr/bin/env bash
# What the start and join of a thread costs, and a system call that has nothing to do with threads: without us, with JFR
# alone, with the agent and each source, and under strace; in turns, as ratios.
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
jvm() { churn java "$@" -cp "$demo_jar" "${work[@]}"; }
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
        strace) churn strace -f -e trace=clone,clone3 -o /dev/null java -cp "$demo_jar" "${few[@]}" ;;
        *) agent "$1" off ;;
    esac
}
for ((turn = 1; turn <= turns; turn++)); do
    say "turn $turn of $turns"
    for name in "${names[@]}"; do
        work=(io.clonetrace.demoapp.Churn 60 1000) few=(io.clonetrace.demoapp.Churn 5 300)
        measure "$name" >>"$out/$name.threads"
        [ "$name" = end ] && continue
        work=(io.clonetrace.demoapp.Calls 60 100000) few=(io.clonetrace.demoapp.Calls 5 10000)
        measure "$name" >>"$out/$name.calls"
    done
done

median() { sort -n "$out/$1" | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }
# table WHAT TITLE UNIT
table() {
    local plain jfr
    plain=$(median "plain.$1")
    jfr=$(median "jfr.$1")
    printf '%-34s %10s %14s %16s\n' "$2" "median $3" 'against plain' 'against JFR'
    for i in "${!names[@]}"; do
        [ -e "$out/${names[i]}.$1" ] || continue
        awk -v label="${labels[i]}" -v own="$(median "${names[i]}.$1")" -v plain="$plain" -v jfr="$jfr" \
            'BEGIN { printf "%-34s %10.1f %13.2fx %15.2fx\n", label, own, own / plain, own / jfr }'
    done
}
table threads 'start + join of a thread' us
echo
table calls 'a read of one byte of /dev/zero' ns
