# Sourced by bench.sh: the cost in a JVM that does nothing.

idle_section() {
    local turns seconds all turn who
    turns=$(several 3 1)
    seconds=$(several 20 6)
    all=$(able nothing jfr none ebpf tracefs ptrace)
    for ((turn = 1; turn <= turns; turn++)); do
        for who in $(in_turn "$turn" $all); do
            say "  turn $turn of $turns: $(label "$who")"
            do_nothing "$turn" "$who"
        done
    done
    table "a JVM that sleeps, each second" "wake-ups|wakes|middle|$seconds" "ms run|ran|middle|$((seconds * 1000000))" \
        "of our thread|own-wakes|middle|$seconds" "ms run|own-ran|middle|$((seconds * 1000000))" \
        "of a tracer|tracer-wakes|middle|$seconds" "ms run|tracer-ran|middle|$((seconds * 1000000))"
    echo "(wake-ups: voluntary_ctxt_switches of proc(5); ms run: its schedstat; the first two of all threads of the JVM, but"
    echo "not of JFR's thread that samples the others)"
    skipped
}

do_nothing() {
    local shell jvm tracer before after
    watched "$2" -cp "$demo_jar" io.clonetrace.demoapp.bench.Hello "$(((seconds + 6) * 1000))" >"$data/$2.out" 2>"$data/$2.err" &
    shell=$!
    # Its start, and the two seconds after which a quiet source is polled less often.
    sleep 5
    jvm=$(pgrep -P "$shell") || jvm=$shell
    tracer=$(pgrep -P "$jvm") || true
    before=$(waking "$jvm") own=$(waking "$jvm" clonetrace) third=$(waking "${tracer:-none}")
    sleep "$seconds"
    differ "$1" "$2" "" "$before" "$(waking "$jvm")"
    case $2 in nothing | jfr) ;; *) differ "$1" "$2" own- "$own" "$(waking "$jvm" clonetrace)" ;; esac
    [ -z "$tracer" ] || differ "$1" "$2" tracer- "$third" "$(waking "$tracer")"
    wait "$shell" || true
}

# waking PROCESS [THREAD]: how often each of its threads (of that name) has waited, and for how many nanoseconds it ran.
waking() {
    local task comm
    for task in "/proc/$1/task/"*; do
        comm=$(cat "$task/comm" 2>/dev/null) || continue
        [ -z "${2:-}" ] || [ "$comm" = "$2" ] || continue
        # It samples two kinds of threads each 20 ms: by chance both at once or apart, which is 50 wake-ups a second or 100.
        [[ $comm != "JFR Thread Samp"* ]] || continue
        # It may have ended.
        echo "$task" "$(sed -n 's/^voluntary_ctxt_switches:[^0-9]*//p' "$task/status" 2>/dev/null)" \
            "$(cut -d' ' -f1 "$task/schedstat" 2>/dev/null)"
    done
}

# differ TURN WHO PREFIX BEFORE AFTER: for the threads in both; HotSpot's compiler threads vary.
differ() {
    local wakes ran
    read -r wakes ran < <(awk 'NF < 3 { next } FNR == NR { wakes[$1] = $2; ran[$1] = $3; next }
        $1 in wakes { woken += $2 - wakes[$1]; run += $3 - ran[$1] } END { printf "%.0f %.0f\n", woken, run }' \
        <(echo "$4") <(echo "$5"))
    keep "$1" "$2" "$3wakes" "$wakes"
    keep "$1" "$2" "$3ran" "$ran"
}
