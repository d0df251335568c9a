# Sourced by bench.sh: what the rest of a program pays while its threads are watched.

programs_section() {
    local all turns seconds
    turns=$(several 4 2) seconds=$(several 0.8 0.2)
    all=$(able nothing jfr none ebpf tracefs ptrace strace)
    # shellcheck disable=SC2086
    take_turns "spin reads null-pointers http-pool http-threads" $all
    rates spin "100 steps of xorshift" us 1000
    rates reads "a read of one byte of /dev/zero" us 1000
    rates null-pointers "NullPointerException by SIGSEGV" us 1000
    rates http-pool "an HTTP request, thread pool" us 1000
    rates http-threads "an HTTP request, a new thread" us 1000
    echo "(HTTP: 4 clients in the same JVM, connections kept alive; the others' p99: of batches)"
    skipped
}
