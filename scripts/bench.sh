#!/usr/bin/env bash
# What clonetrace costs, compared with alternatives; everything compared takes turns within one run.
set -euo pipefail
# awk and printf write decimal points.
export LANG=${LC_ALL:-${LANG:-C}} LC_NUMERIC=C
unset LC_ALL
bench_folder=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/bench
. "$bench_folder/../lib.sh"

sections=(threads programs startup exit idle stacks scrape top report growth micro)
# Only if named: it needs 6 GB of disk and 22 minutes.
further=(fleet)
async_profiler_version=4.2
opentelemetry_version=2.16.0
# Which JMC's parser asks for.
lz4_version=1.10.2
usage="usage: scripts/bench.sh [--quick] [--only SECTION[,SECTION...]] [--turns N] [--live N] [--full] [--jvms N] [--threads N]
                        [--jar FILE]
  Prints tables, and keeps what was measured in target/bench. All sections take about an hour; with --quick, fewer and
  shorter turns, much less. As root it compares more: ebpf, tracefs, perf and bpftrace need that. What is not installed is
  skipped, with its Debian package's name.
  --jar FILE measures this clonetrace.jar, such as that of another version, in place of the one that is built here.
  SECTION:
    threads    start + join of a thread, and bursts of 1,000: without anything, with JFR alone, with each source, with
               strace, perf trace, bpftrace and async-profiler
    programs   what the rest of a program pays: computing, system calls, NullPointerExceptions, HTTP
    startup    premain, hello world, the first thread, memory; OpenTelemetry's agent too
    exit       from System.exit until the process is gone, without live threads and with them: --turns N (5 by default),
               --live N threads (5,000)
    idle       how often a JVM that does nothing is woken
    stacks     a snapshot of all stacks, against smaps and what jcmd calls
    scrape     a read of the MXBean with up to 15,000 live threads, against the JDK's ThreadMXBean
    top        what clonetrace top costs the JVM that it follows
    report     reading a recording of a million events
    growth     more starts a second, more live threads
    micro      the agent's parts one by one, by JMH in its short form, which takes one and a half minutes; --full: ten
    fleet      only with --only: recordings of --jvms N JVMs (1,000; --quick: 50) with --threads N each (10,000; --quick: 1,000)
               as tables, by clonetrace export and by Spark, and what DuckDB and Spark take for each question"
quick= jar= exit_turns= exit_live= micro_depth=quick fleet_jvms= fleet_threads=
only=" ${sections[*]} "
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help)
            echo "$usage"
            exit 0
            ;;
        --quick) quick=yes ;;
        --full) micro_depth=full ;;
        --turns | --live)
            [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || { say "bench.sh: $1 takes a number" "$usage" && exit 2; }
            declare "exit_${1#--}=$2"
            shift
            ;;
        --jvms | --threads)
            [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || { say "bench.sh: $1 takes a number" "$usage" && exit 2; }
            declare "fleet_${1#--}=$2"
            shift
            ;;
        --jar)
            jar=$(readlink -e -- "${2:-}") || { say "bench.sh: --jar takes the file of a clonetrace.jar" "$usage" && exit 2; }
            shift
            ;;
        --only)
            only=" $(tr , ' ' <<<"${2:?"$usage"}") "
            for section in $only; do
                [[ " ${sections[*]} ${further[*]} " = *" $section "* ]] || { say "bench.sh: no section $section" "$usage" && exit 2; }
            done
            shift
            ;;
        *)
            say "bench.sh: no option $1" "$usage"
            exit 2
            ;;
    esac
    shift
done
for file in watchers "${sections[@]}" "${further[@]}" budgets; do
    . "$bench_folder/$file.sh"
done
build
agent_jar=${jar:-$agent_jar}
out=$root/target/bench
mkdir -p "$out"
(cd "$out" && rm -rf "${sections[@]}" "${further[@]}" unable tables.txt)
java=$(readlink -f -- "$(command -v java)")
bench=io.clonetrace.demoapp.bench.Bench

# fetched ARTIFACT FOLDER: copies a jar of the Maven repository into FOLDER.
fetched() {
    (cd "$root" && ./mvnw -q -B -ntp -N dependency:copy "-Dartifact=$1" "-DoutputDirectory=$out/$2") >"$out/$2.log" 2>&1
}
# several FULL QUICK
several() { if [ "$quick" ]; then echo "$2"; else echo "$1"; fi; }

run() {
    echo "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) processors," \
        "$(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)"
    echo "$(uname -srm), $(getconf GNU_LIBC_VERSION)"
    "$java" -version 2>&1 | sed -n 2p
    echo "clonetrace $(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo 'without git'), $(date -u '+%F %H:%M') UTC," \
        "load average before: $(cut -d' ' -f1 /proc/loadavg)${quick:+, --quick}"
    [ -z "$jar" ] || echo "measured: $jar, $("$java" -jar "$jar" --version | head -1)"
    for section in "${sections[@]}" "${further[@]}"; do
        [[ $only = *" $section "* ]] || continue
        data=$out/$section
        mkdir -p "$data"
        touch "$data/raw" "$data/labels"
        say "$section"
        printf '\n== %s\n\n' "$section"
        "${section}_section"
    done
    local met
    met=$(budgets)
    [ -z "$met" ] || {
        printf '\n== %-53s %8s %10s\n\n' budgets budget measured
        misses_last <<<"$met"
    }
}
run | tee "$out/tables.txt"
say "the tables: target/bench/tables.txt; what was measured: target/bench/*/raw"
