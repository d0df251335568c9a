# Sourced by bench.sh: how the cost grows with the rate of thread starts, and with the number of live threads.

growth_section() {
    local all turns seconds rate rates who turn
    rates=$(several "1000 5000 100000" "1000 100000")
    turns=$(several 2 1) seconds=$(several 0.8 0.4)
    all=$(able nothing jfr ebpf ebpf+end tracefs ptrace strace)
    for ((turn = 1; turn <= turns; turn++)); do
        for rate in $rates; do
            for who in $(in_turn "$turn" $all); do
                say "  turn $turn of $turns: $rate a second, $(label "$who")"
                start_at "$turn" "$rate" "$who"
            done
        done
    done
    for rate in $rates; do
        table "$(grouped "$rate") starts a second asked" "reached|$rate.reached|middle" "low - high|$rate.reached|range" \
            "p99 us|$rate.p99|middle" "x nothing|$rate.p99|x nothing" "CPU us|$rate.cpu|middle" "x nothing|$rate.cpu|x nothing" \
            "lost|$rate.lost|middle"
    done
    echo "(p99: of Thread.start; CPU: a thread, of the JVM and a tracer that it started, which strace is not;"
    echo "lost: by the source and by the hook, as SourceStatus says)"
    echo
    # Starting them under strace takes longer than all the rest.
    # shellcheck disable=SC2086
    take_turns "burst-2 start-join start-join-1000 start-join-10000" ${all/strace/}
    durations start-join "start + join beside no others" us 1000
    durations start-join-1000 "beside 1,000 others" us 1000
    durations start-join-10000 "beside 10,000 others" us 1000
    skipped
}

# start_at TURN RATE WHO
start_at() {
    local reached= p99= cpu=
    read -r _ reached p99 cpu < <(watched "$3" -cp "$demo_jar" io.clonetrace.demoapp.bench.Rate "$2" "$seconds" \
        2>"$data/$3.err" | tail -1) || true
    [ "$cpu" ] || { say "    failed: $(tail -1 "$data/$3.err")" && return; }
    keep "$1" "$3" "$2.reached" "$reached"
    keep "$1" "$3" "$2.p99" "$p99"
    keep "$1" "$3" "$2.cpu" "$cpu"
    case $3 in
        nothing | jfr | events* | strace) ;;
        *) keep "$1" "$3" "$2.lost" "$(lost "$(shown "$3")")" ;;
    esac
}

# lost RECORDING: the last status of each source.
lost() {
    "${java%java}jfr" print --events clonetrace.SourceStatus "$1" | awk '
        $1 == "source" { source = $3 }
        $1 == "lost" { lost[source] = $3 }
        END { for (source in lost) if (source != "\"stacks\"" && lost[source] > 0) sum += lost[source]; print sum + 0 }'
}
