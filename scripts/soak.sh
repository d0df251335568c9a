#!/usr/bin/env bash
# A long run: a million threads in one small JVM with all events on; checks that nothing grows or goes missing.
set -euo pipefail
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

threads=1000000
creators=8
checkpoints=20
from=
# What malloc and JFR keep varies.
resident=8
control=yes
source=$([ "$(id -u)" = 0 ] && echo ebpf || echo ptrace)
out=$root/target/soak
usage="usage: scripts/soak.sh [--threads N] [--creators N] [--checkpoints N] [--from N] [--resident MIB] [--source S]
                       [--control yes|no] [--out FOLDER]
  (default $threads threads, $creators creators, $checkpoints checkpoints, growth looked for from a tenth of them on,
  resident memory may grow by $resident MiB, source $source, folder target/soak; then the same once more under JFR
  alone, to tell what grows without us: --control no leaves it out)"
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
        --control)
            control=${2:?"$usage"}
            [[ $control = yes || $control = no ]] || { say "soak.sh: --control is yes or no" "$usage" && exit 2; }
            ;;
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

# soak NAME OPTION...: the footprints in $out/NAME.txt
soak() {
    local name=$1
    shift
    # The heap is touched at the start, so that resident memory shows the rest.
    "$java" -Xms64m -Xmx64m -XX:+AlwaysPreTouch "$@" -cp "$demo_jar" io.clonetrace.demoapp.Soak "$threads" "$creators" \
        "$checkpoints" | tee "$out/$name.txt" >&2
}

soak soak "-javaagent:$agent_jar=source=$source,stacks=10s+end,wait=60s,record=$out/soak.jfr"
if [ "$control" = yes ]; then
    say "the same under JFR alone"
    soak jfr -Xlog:jfr+startup=error "-XX:StartFlightRecording=filename=$out/jfr.jfr"
fi
say "reading the recording"
jfr=()
[ "$control" = no ] || jfr=("$out/jfr.txt")
exec "$java" -cp "$demo_jar" io.clonetrace.demoapp.SoakVerdict "$out/soak.txt" "$out/soak.jfr" "${from:-$((threads / 10))}" \
    "$resident" "${jfr[@]}"
