#!/usr/bin/env bash
# A long run: very many threads in one small JVM with all events on, and whether anything grows or goes missing.
set -euo pipefail
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

threads=1000000
creators=8
checkpoints=20
from=
# What malloc and JFR keep goes up and down.
resident=8
source=$([ "$(id -u)" = 0 ] && echo ebpf || echo ptrace)
out=$root/target/soak
usage="usage: scripts/soak.sh [--threads N] [--creators N] [--checkpoints N] [--from N] [--resident MIB] [--source S]
                       [--out FOLDER]
  (default $threads threads, $creators creators, $checkpoints checkpoints, growth looked for from a tenth of them on,
  resident memory may grow by $resident MiB, source $source, folder target/soak)"
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help)
            echo "$usage"
            exit 0
            ;;
        --threads) threads=${2:?"$usage"} ;;
        --creators) creators=${2:?"$usage"} ;;
        --checkpoints) checkpoints=${2:?"$usage"} ;;
        --from) from=${2:?"$usage"} ;;
        --resident) resident=${2:?"$usage"} ;;
        --source) source=${2:?"$usage"} ;;
        --out) out=${2:?"$usage"} ;;
        *)
            say "soak.sh: no option $1" "$usage"
            exit 2
            ;;
    esac
    shift 2
done
build
rm -rf "$out"
mkdir -p "$out"
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

say "$threads threads from $creators creators, source $source, in a heap of 64 MB; a line at each of $checkpoints checkpoints"
# The heap is in memory from the beginning: what is resident shows the rest.
"$java" -Xms64m -Xmx64m -XX:+AlwaysPreTouch "-javaagent:$agent_jar=source=$source,stacks=10s+end,wait=60s,record=$out/soak.jfr" \
    -cp "$demo_jar" io.clonetrace.demoapp.Soak "$threads" "$creators" "$checkpoints" | tee "$out/soak.txt" >&2
say "reading the recording"
exec "$java" -cp "$demo_jar" io.clonetrace.demoapp.SoakVerdict "$out/soak.txt" "$out/soak.jfr" "${from:-$((threads / 10))}" "$resident"
