# Sourced by bench.sh: what the start of a thread costs.

threads_section() {
    local ours others turns seconds work
    turns=$(several 3 1) seconds=$(several 0.8 0.3)
    fetch_profiler
    # Watchers of all processes' system calls or C library disturb each other.
    ours=$(able nothing jfr none none+end ebpf ebpf+end tracefs ptrace events events+end floor reader)
    others=$(able strace seccomp perf bpftrace async)
    # shellcheck disable=SC2086
    side_by_side $ours
    # shellcheck disable=SC2086
    {
        alternate 0.25 start-join "$(several 20 5)" $ours
        sed -i 's/\tstart-join\./\tfirst./' "$data/raw"
        # Meanwhile the compilers take a processor from the starts: measured above, and not in what follows.
        cp "$data/raw" "$data/first"
        alternate 1 burst-2 "$(several 12 4)" $ours
        mv "$data/first" "$data/raw"
        alternate 0.25 start-join "$(several 31 11)" $ours
        for work in $(several "burst-1 burst-2" "") burst-8; do
            alternate 0.5 "$work" "$(several 9 3)" $ours
        done
        ended $ours
        take_turns "$(several "burst-1 burst-2" "") burst-8 start-join" nothing jfr $others
    }
    durations start-join "start + join of a thread" us 1000
    durations first "the first of them in a JVM" us 1000
    durations burst-1 "1,000 threads from 1 creator" ms 1000000
    durations burst-2 "1,000 threads from 2 creators" ms 1000000
    durations burst-8 "1,000 threads from 8 creators" ms 1000000
    # shellcheck disable=SC2086
    shown_of_started $ours $others
    echo
    table "processor time of start + join" "us|start-join.cpu|middle" "low - high|start-join.cpu|range" \
        "x nothing|start-join.cpu|x nothing" "x JFR|start-join.cpu|x jfr" "low - high|start-join.cpu|range x jfr"
    echo "(of all threads of the JVM, and of a tracer that it started, in the turns of the first table)"
    skipped
}

# shown_of_started WHO...: of its last JVM; a watcher that misses some is not cheap.
shown_of_started() {
    local who started seen
    printf '%-32s %9s %9s %8s\n' "threads of the last JVM" started shown part
    for who in "$@"; do
        [ "$who" != nothing ] || continue
        started=$(awk -v who="$who" '$2 == who && $3 == "started" { started = $4 } END { print started }' "$data/raw")
        # A watcher that saw nothing has no line.
        seen=$(seen "$who") || true
        awk -v label="$(label "$who")" -v started="${started:-0}" -v seen="${seen:-0}" \
            'BEGIN { printf "%-32s %9d %9d %7.1f%%\n", label, started, seen, started ? 100 * seen / started : 0 }'
    done
    echo "(shown: some 30 threads of the JVM and of its watcher among them)"
}

# async-profiler's library, from its jar in the Maven repository.
fetch_profiler() {
    local machine=x64
    [ "$(uname -m)" != aarch64 ] || machine=arm64
    profiler_artifact=tools.profiler:async-profiler:$async_profiler_version
    profiler=$out/async-profiler/linux-$machine/libasyncProfiler.so
    fetched "$profiler_artifact" async-profiler || return 0
    (cd "$out/async-profiler" && "${java%java}jar" xf "async-profiler-$async_profiler_version.jar")
}
