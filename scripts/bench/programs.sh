# Sourced by bench.sh: what the rest of a program pays while its threads are watched.

programs_section() {
    local all work
    all=$(able nothing jfr none ebpf tracefs ptrace strace)
    # shellcheck disable=SC2086
    {
        side_by_side $all
        for work in spin reads null-pointers http-pool http-threads; do
            # Warm up first.
            alternate 0.5 "$work" 1 $all
            sed -i "/\t$work\./d" "$data/raw"
            alternate 0.25 "$work" "$(several 21 7)" $all
        done
        ended $all
    }
    rates spin "100 steps of xorshift" us 1000
    rates reads "a read of one byte of /dev/zero" us 1000
    rates null-pointers "NullPointerException by SIGSEGV" us 1000
    rates http-pool "an HTTP request, thread pool" us 1000
    rates http-threads "an HTTP request, a new thread" us 1000
    echo "(HTTP: 4 clients in the same JVM, connections kept alive; the others' p99: of batches)"
    skipped
}
