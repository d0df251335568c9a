# Sourced by bench.sh: the budgets, and what was measured.

budgets() {
    budget "start + join, ebpf, against JFR alone" 1.05 x threads ebpf start-join.median "x jfr"
    budget "the same with stacks=end" 1.15 x threads ebpf+end start-join.median "x jfr"
    budget "the same, ptrace, without stacks" 1.35 x threads ptrace start-join.median "x jfr"
    budget "premain until the hook is on, no recording, no source" 250 ms startup hook premain middle 1000000
    budget "resident memory, ebpf, more than JFR alone" 30 MiB startup ebpf resident "+ jfr" 1024
    budget "the tracer process, resident" 64 MiB startup ptrace others middle 1024
    budget "a snapshot of 10,000 stacks" 100 ms stacks
    # A tenth of the events takes more than a tenth of the time.
    [ "$quick" ] ||
        budget "the report of a million events, in a heap of 512 MiB" 15 s report text seconds middle 1000000
}

# budget WHAT LIMIT UNIT SECTION WHO METRIC WHAT PER
budget() {
    local measured
    [ -s "$out/$4/raw" ] || return 0
    if [ "$4" = stacks ]; then
        measured=$(awk '/^a snapshot of/ { size = $4 } /^clonetrace, by ioctls/ && size == "10,000" { print $4 }' "$out/stacks/raw")
    else
        measured=$(awk -f "$bench_folder/table.awk" -v title= -v columns="it|$6|$7|${8:-1}" <(printf '%s\tit\n' "$5") \
            "$out/$4/raw" | awk 'NR == 2 { print $2 }')
    fi
    awk -v what="$1" -v limit="$2" -v unit="$3" -v measured="$measured" 'BEGIN {
        verdict = measured == "" ? "not measured" : measured <= limit + 0 ? "met" : "MISSED"
        printf "%-56s %8s %10s  %s\n", what, limit " " unit, measured == "" ? "-" : measured " " unit, verdict
    }'
}
