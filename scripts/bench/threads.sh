# Sourced by bench.sh: what the start of a thread costs.

threads_section() {
    local all turns seconds
    turns=$(several 4 2) seconds=$(several 0.8 0.3)
    fetch_profiler
    all=$(able nothing jfr none none+end ebpf ebpf+end tracefs ptrace floor strace seccomp perf bpftrace async)
    # The bursts first: until the code of whoever watches is compiled, a thread costs a multiple.
    # shellcheck disable=SC2086
    take_turns "$(several "burst-1 burst-2" "") burst-8 start-join" $all
    times start-join "start + join of a thread" us 1000
    times burst-1 "1,000 threads from 1 creator" ms 1000000
    times burst-2 "1,000 threads from 2 creators" ms 1000000
    times burst-8 "1,000 threads from 8 creators" ms 1000000
    shown_of_started $all
    skipped
}

# shown_of_started WHO...: of the last turn, because a watcher that misses some is not cheap.
shown_of_started() {
    local who started seen
    printf '%-32s %9s %9s %8s\n' "threads of the last turn" started shown part
    for who in "$@"; do
        [ "$who" != nothing ] || continue
        started=$(awk -v turn="$turns" -v who="$who" '$1 == turn && $2 == who && $3 == "started" { print $4 }' "$data/raw")
        # What saw nothing has no line to count.
        seen=$(seen "$who") || true
        awk -v label="$(label "$who")" -v started="${started:-0}" -v seen="${seen:-0}" \
            'BEGIN { printf "%-32s %9d %9d %7.1f%%\n", label, started, seen, started ? 100 * seen / started : 0 }'
    done
    echo "(shown: some 30 threads of the JVM and of its watcher among them)"
}

# async-profiler's library, out of its jar in the Maven repository.
fetch_profiler() {
    local machine=x64
    [ "$(uname -m)" != aarch64 ] || machine=arm64
    profiler_artifact=tools.profiler:async-profiler:$async_profiler_version
    profiler=$out/async-profiler/linux-$machine/libasyncProfiler.so
    fetched "$profiler_artifact" async-profiler || return 0
    (cd "$out/async-profiler" && "${java%java}jar" xf "async-profiler-$async_profiler_version.jar")
}
