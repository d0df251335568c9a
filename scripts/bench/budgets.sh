# Sourced by bench.sh: the budgets, and what was measured.

budgets() {
    budget "start + join, ebpf, against JFR alone" 1.02 x threads ebpf start-join.median "x jfr"
    floor "JFR, two events a thread" x threads events start-join.median "x jfr"
    budget "start + join, ebpf, stacks=end, against JFR alone" 1.08 x threads ebpf+end start-join.median "x jfr"
    floor "JFR, three events a thread" x threads events+end start-join.median "x jfr"
    budget "start + join, ptrace, against the tracer in C" 1.05 x threads ptrace start-join.median "x floor"
    floor "a tracer in C that reads and writes" x threads reader start-join.median "x floor"
    budget "p99 of start + join, ebpf, against JFR alone" 1.10 x threads ebpf start-join.p99 "x jfr"
    floor "JFR, two events a thread" x threads events start-join.p99 "x jfr"
    budget "p99 of start + join, ptrace, against JFR alone" 1.4 x threads ptrace start-join.p99 "x jfr"
    floor "the tracer in C" x threads floor start-join.p99 "x jfr"
    floor "a tracer in C that reads and writes" x threads reader start-join.p99 "x jfr"
    budget "processor time a thread, ebpf, stacks=end, against JFR" 1.10 x threads ebpf+end start-join.cpu "x jfr"
    floor "JFR, three events a thread" x threads events+end start-join.cpu "x jfr"
    budget "an idle JVM's wake-ups a second beyond JFR's, ebpf" 5 /s idle ebpf wakes "+ jfr" "$(several 20 6)"
    budget "an idle JVM's wake-ups a second beyond JFR's, ptrace" 10 /s idle ptrace wakes "+ jfr" "$(several 20 6)"
    budget "premain until the hook is on, no recording, no source" 150 ms startup hook premain middle 1000000
    floor "an agent that retransforms Thread" ms startup retransform premain middle 1000000
    budget "hello world with the defaults, against JFR alone" 1.3 x startup defaults hello "x jfr"
    floor "JFR, and an agent that retransforms Thread" x startup jfr+retransform hello "x jfr"
    budget "processor time that a start without recording adds" 250 ms startup hook cpu "+ nothing" 1000
    floor "an agent that retransforms Thread" ms startup retransform cpu "+ nothing" 1000
    budget "attach until ebpf observes, with the command's start" 500 ms startup attach-ebpf observes middle 1000
    floor "jcmd VM.version" ms startup attach-jcmd observes middle 1000
    budget "resident memory, ebpf, more than JFR alone" 15 MiB startup ebpf resident "+ jfr" 1024
    end_budget 0 40
    end_budget "${exit_live:-$(several 5000 1000)}" 60
    budget "the tracer process, resident" 64 MiB startup ptrace others middle 1024
    budget "a snapshot of 10,000 stacks, the first" 60 ms stacks "clonetrace, by ioctls" first
    floor "the same calls, in C" ms stacks "the same calls, in C" first
    budget "a snapshot of 10,000 stacks, the median" 50 ms stacks "clonetrace, by ioctls" median
    floor "the same calls, in C" ms stacks "the same calls, in C" median
    # A tenth of the events takes more than a tenth of the time.
    [ "$quick" ] || {
        budget "the report of a million events" 4 s report text seconds middle 1000000
        budget "the report of a million events, resident" 256 MiB report text peak middle 1024
    }
}

# end_budget THREADS LIMIT
end_budget() {
    local data=$out/exit
    [ -e "$data/ebpf.$1" ] && [ -e "$data/jfr.$1" ] || return 0
    verdict "later end than JFR alone, ebpf, $1 live threads" "$2" ms "$(later ebpf "$1")"
    [ ! -e "$data/events.$1" ] || floored "JFR, an event of each live thread" "$(later events "$1")" ms
}
# later NAME THREADS: milliseconds more than JFR alone
later() {
    awk -v own="$(exit_median "$1.$2")" -v jfr="$(exit_median "jfr.$2")" 'BEGIN { printf "%.0f", own - jfr }'
}

# figure SECTION WHO METRIC WHAT PER: one of a table's
figure() {
    if [ "$1" = stacks ]; then
        awk -v row="$2" -v behind="$([ "$3" = first ] && echo 1 || echo 4)" '/^a snapshot of/ { size = $4 }
            index($0, row) == 1 && size == "10,000" { print $(NF - behind) }' "$out/stacks/raw"
    else
        awk -f "$bench_folder/table.awk" -v title= -v columns="it|$3|$4|${5:-1}" <(printf '%s\tit\n' "$2") "$out/$1/raw" |
            awk 'NR == 2 { print $2 }'
    fi
}

# floor WHAT UNIT SECTION WHO METRIC WHAT PER: below the budget that it belongs to, what the least costs that has to be done
floor() {
    local measured
    [ -s "$out/$3/raw" ] || return 0
    measured=$(figure "${@:3}")
    floored "$1" "$measured" "$2"
}
# floored WHAT MEASURED UNIT
floored() { [ -z "$2" ] || printf '%-56s %8s %10s  %s\n' "  $1" - "$2 $3" "the floor"; }

# misses_last: moves the budgets that are missed, each with its floors.
misses_last() {
    awk '!/the floor$/ { missed = /MISSED$/ }
        missed { last = last $0 "\n"; next }
        { print }
        END { printf "%s", last }'
}

# budget WHAT LIMIT UNIT SECTION WHO METRIC WHAT PER
budget() {
    local measured
    [ -s "$out/$4/raw" ] || return 0
    measured=$(figure "${@:4}")
    verdict "$1" "$2" "$3" "$measured"
}

# verdict WHAT LIMIT UNIT MEASURED
verdict() {
    awk -v what="$1" -v limit="$2" -v unit="$3" -v measured="$4" 'BEGIN {
        verdict = measured == "" ? "not measured" : measured <= limit + 0 ? "met" : "MISSED"
        printf "%-56s %8s %10s  %s\n", what, limit " " unit, measured == "" ? "-" : measured " " unit, verdict
    }'
}
