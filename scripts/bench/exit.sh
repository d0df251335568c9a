# Sourced by bench.sh: how long a JVM takes to end, from System.exit until its process is gone: without clonetrace, with JFR
# alone, with the agent and each source; with no live threads and with many; in turns, as differences.

exit_section() {
    local turns=${exit_turns:-$(several 5 1)} live=${exit_live:-$(several 5000 1000)}
    local names=(plain jfr events none ptrace)
    local labels=("nothing" "JFR alone" "JFR, an event of each live thread" "agent, source=none" "agent, source=ptrace")
    if [ "$(id -u)" = 0 ]; then
        names+=(ebpf tracefs)
        labels+=("agent, source=ebpf" "agent, source=tracefs")
    fi
    if command -v strace >/dev/null; then
        names+=(strace)
        labels+=("agent, source=strace")
    fi
    local turn threads name
    for ((turn = 1; turn <= turns; turn++)); do
        say "  turn $turn of $turns"
        for threads in 0 "$live"; do
            for name in "${names[@]}"; do
                # With 5,000 threads strace alone takes a minute and a half.
                [ "$name" = strace ] && [ "$threads" != 0 ] && continue
                if ! exit_of "$name" "$threads"; then
                    echo "not measured: $(tail -1 "$data/stderr")"
                    return
                fi
            done
        done
    done
    exit_table 0
    echo
    exit_table "$live"
    echo "(an event of each live thread: $(events "$data/events.jfr" bench.ThreadStack) in the last recording)"
}

# exit_of NAME THREADS: microseconds into the file NAME.THREADS
exit_of() {
    local options=() ended
    case $1 in
        plain) ;;
        jfr | events)
            options=(-Xlog:jfr+startup=error "-XX:StartFlightRecording=filename=$data/$1.jfr")
            # The cost of what an agent has to commit at the end, and of nothing else.
            [ "$1" = jfr ] || options+=("-javaagent:$demo_jar=stacks")
            ;;
        *) options=("-javaagent:$agent_jar=source=$1,wait=30s,record=$data/app.jfr") ;;
    esac
    "$java" ${options[@]+"${options[@]}"} -cp "$demo_jar" io.clonetrace.demoapp.Exit "$2" >"$data/began" 2>>"$data/stderr" ||
        return 1
    ended=${EPOCHREALTIME/[.,]/}
    echo $((ended - $(tail -1 "$data/began"))) >>"$data/$1.$2"
}

# exit_table THREADS
exit_table() {
    local jfr
    jfr=$(exit_median "jfr.$1")
    printf '%-34s %12s %12s %16s\n' "System.exit, $1 live threads" 'median ms' 'most ms' 'more than JFR'
    for i in "${!names[@]}"; do
        [ -e "$data/${names[i]}.$1" ] || continue
        awk -v label="${labels[i]}" -v own="$(exit_median "${names[i]}.$1")" -v most="$(exit_most "${names[i]}.$1")" \
            -v jfr="$jfr" 'BEGIN { printf "%-34s %12.0f %12.0f %13.0f ms\n", label, own, most, own - jfr }'
    done
}
exit_median() { sort -n "$data/$1" | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] / 1000 }'; }
exit_most() { sort -n "$data/$1" | tail -1 | awk '{ print $1 / 1000 }'; }
