# Sourced by bench.sh: what clonetrace top costs the JVM that it follows.

top_section() {
    local all turns who top
    local -A tops=()
    turns=$(several 21 5)
    all="nothing ebpf ebpf+top top"
    [ "$(able ebpf)" ] || { skipped && return; }
    for who in $all; do printf '%s\t%s\n' "$who" "$(label "$who")"; done >"$data/labels"
    # shellcheck disable=SC2086
    side_by_side $all
    # shellcheck disable=SC2086
    alternate 1 start-join 2 $all
    for who in ebpf+top top; do
        "$java" -jar "$agent_jar" top "$(jvm "$who")" --batch --interval 1s >"$data/$who.blocks" 2>"$data/$who.top" &
        tops[$who]=$!
    done
    for who in "${!tops[@]}"; do
        until [ -s "$data/$who.blocks" ]; do
            kill -0 "${tops[$who]}" 2>/dev/null || { echo "not measured: $(tail -1 "$data/$who.top")" && break; }
            sleep 0.2
        done
    done
    # shellcheck disable=SC2086
    alternate 1 start-join 2 $all
    rm "$data/raw"
    measured_with_tops
    for who in "${!tops[@]}"; do
        kill "${tops[$who]}" 2>/dev/null || true
        wait "${tops[$who]}" || true
    done
    # shellcheck disable=SC2086
    ended $all
    durations start-join "start + join of a thread" us 1000
    table "processor time of the JVM" "us a thread|cpu|middle" "x nothing|cpu|x nothing" "x ebpf|cpu|x ebpf" \
        "low - high|cpu|range x ebpf"
    table "processor time of top itself" "ms a second|own|middle" "low - high|own|range"
}

# In each turn each JVM starts threads for a second, while the others wait and top follows two of them.
measured_with_tops() {
    local turn answer seconds=1 before own began rate
    say "  start-join, $turns turns of $seconds s each"
    for ((turn = 1; turn <= turns; turn++)); do
        # shellcheck disable=SC2086
        for who in $(in_turn "$turn" $all); do
            before=$(ticks "$(jvm "$who")") own=$(ticks "${tops[$who]:-0}") began=$EPOCHREALTIME
            seconds=$seconds work=start-join asked "$who" || continue
            answered "$turn" "$who" <<<"$answer"
            IFS=$'\t' read -r _ rate _ <<<"$answer"
            keep "$turn" "$who" cpu "$(awk -v ticks=$(($(ticks "$(jvm "$who")") - before)) -v rate="$rate" \
                -v seconds="$seconds" 'BEGIN { print 10000 * ticks / (rate * seconds) }')"
            [ -z "${tops[$who]:-}" ] || keep "$turn" "$who" own "$(awk -v ticks=$(($(ticks "${tops[$who]}") - own)) \
                -v from="$began" -v to="$EPOCHREALTIME" 'BEGIN { print 10 * ticks / (to - from) }')"
        done
    done
}

# jvm WHO: its pid.
jvm() { pgrep -P "${pids[$1]}" || echo "${pids[$1]}"; }

# ticks PID: processor time of it and its ended threads, in clock ticks of 10 ms (proc_pid_stat(5)).
ticks() { { sed 's/.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }'; } 2>/dev/null || echo 0; }
