# Sourced by bench.sh: the watchers of a JVM, which of them work here, and what they saw.

# The text in a table's first column.
label() {
    case $1 in
        nothing) echo "nothing" ;;
        jfr) echo "JFR alone" ;;
        events) echo "JFR, two events a thread" ;;
        events+end) echo "JFR, three events a thread" ;;
        *+end) echo "clonetrace ${1%+end}, stacks=end" ;;
        top) echo "top, with its own agent" ;;
        *+top) echo "clonetrace ${1%+top}, and top" ;;
        strace) echo "strace -f -e trace=clone,clone3" ;;
        seccomp) echo "the same with --seccomp-bpf" ;;
        perf) echo "perf trace -e clone3" ;;
        bpftrace) echo "bpftrace, uprobe pthread_create" ;;
        async) echo "async-profiler, Thread.start" ;;
        floor) echo "JFR, ptrace's stops alone, in C" ;;
        reader) echo "JFR, a tracer in C that reads" ;;
        *) echo "clonetrace $1" ;;
    esac
}

# The file that WHO writes.
shown() {
    case $1 in
        strace | seccomp | perf | bpftrace) echo "$data/$1.txt" ;;
        *) echo "$data/$1.jfr" ;;
    esac
}

# watched WHO JAVA-ARGUMENT...: runs java, watched by WHO.
# With -Xlog:disable, JDK 17's JFR would read its own events while they are recorded, to log them.
watched() {
    local who=$1 file jfr
    file=$(shown "$1")
    jfr=(-Xlog:jfr+startup=error "-XX:StartFlightRecording=filename=$file")
    shift
    case $who in
        nothing | top) "$java" "$@" ;;
        jfr) "$java" "${jfr[@]}" "$@" ;;
        # The cost of the events that an agent has to commit, without an agent.
        events) "$java" "${jfr[@]}" -Dbench.events=start "$@" ;;
        events+end) "$java" "${jfr[@]}" -Dbench.events=end "$@" ;;
        *+end) "$java" "-javaagent:$agent_jar=source=${who%+end},stacks=end,wait=20s,record=$file" "$@" ;;
        strace) strace -f -e trace=clone,clone3 -o "$file" "$java" "$@" ;;
        seccomp) strace -f --seccomp-bpf -e trace=clone,clone3 -o "$file" "$java" "$@" ;;
        perf) perf trace -e clone3 -o "$file" "$java" "$@" ;;
        # bpftrace's own threadsnoop probes libpthread, which since glibc 2.34 has no pthread_create; the rest is the same.
        bpftrace)
            bpftrace -o "$file" -c "$java $*" -e 'uprobe:libc:pthread_create {
                printf("%-10u %-6d %-16s %s\n", elapsed / 1e6, pid, comm, usym(arg2)); }'
            ;;
        async) "$java" "-agentpath:$profiler=start,event=java.lang.Thread.start,interval=1,file=$file" "$@" ;;
        # The cost of a tracer in C that reads nothing, and of one that reads and writes what a tracer has to.
        floor) "$native/ptrace_floor" "$java" "${jfr[@]}" "$@" ;;
        reader) "$native/ptrace_floor" -o "$data/$who.txt" "$java" "${jfr[@]}" "$@" ;;
        *) "$java" "-javaagent:$agent_jar=source=${who%+top},stacks=off,wait=20s,record=$file" "$@" ;;
    esac
}

# seen WHO: how many threads or clones it shows, when the JVM that it watched has ended.
seen() {
    local file
    file=$(shown "$1")
    case $1 in
        nothing) echo - ;;
        strace | seccomp) grep -cE ' clone3?\(' "$file" ;;
        perf) grep -c 'clone3(uargs' "$file" ;;
        # It probes every process; the JVM under test has the most threads.
        bpftrace) awk '{ all[$2]++ } END { for (pid in all) if (all[pid] > most) most = all[pid]; print most + 0 }' "$file" ;;
        jfr | floor) events "$file" jdk.ThreadStart ;;
        events*) events "$file" bench.Clone ;;
        reader) wc -l <"$data/$1.txt" ;;
        async) events "$file" jdk.ExecutionSample ;;
        none*) events "$file" clonetrace.ThreadStart ;;
        *) events "$file" clonetrace.Clone ;;
    esac
}

# events RECORDING NAME
events() { "${java%java}jfr" summary "$1" | awk -v name="$2" '$1 == name { count = $2 } END { print count + 0 }'; }

# status RECORDING: why the source was refused.
status() {
    case $1 in
        *.jfr) "${java%java}jfr" print --events clonetrace.SourceStatus "$1" | sed -n 's/^ *reason = //p' | head -1 ;;
    esac
}

# installed COMMAND PACKAGE
installed() { command -v "$1" >/dev/null || { echo "there is no $1 here; Debian's package: $2" && return 1; }; }
root() { [ "$(id -u)" = 0 ] || { echo "needs root" && return 1; }; }

# lacking WHO: prints what it needs and is missing here.
lacking() {
    case $1 in
        strace*) installed strace strace ;;
        seccomp) installed strace strace ;;
        perf) installed perf linux-perf ;;
        bpftrace) installed bpftrace bpftrace && root ;;
        ebpf* | tracefs*) root ;;
        async) [ -e "$profiler" ] || echo "not in the Maven repository that is configured here: $profiler_artifact" ;;
        floor | reader) [ -x "$native/ptrace_floor" ] || echo "not built: there is no C compiler here; Debian's package: gcc" ;;
    esac || true
}

# unable WHO: tries to watch here, and prints why that fails.
unable() {
    local why
    why=$(lacking "$1")
    if [ "$why" ]; then
        echo "$why"
        return
    fi
    say "  trying $(label "$1")"
    if ! watched "$1" -cp "$demo_jar" $bench 0.01 start-join >"$data/$1.err" 2>&1; then
        echo "failed: $(grep -v '^started' "$data/$1.err" | tail -1)"
    elif [ "$(seen "$1")" = 0 ]; then
        echo "saw nothing; $(status "$(shown "$1")")"
    fi
}

# able WHO...: those that can watch here, tried once; the others' reasons go into the section's file "skipped".
able() {
    local who why
    mkdir -p "$out/unable"
    for who in "$@"; do
        [ -e "$out/unable/$who" ] || unable "$who" >"$out/unable/$who"
        why=$(cat "$out/unable/$who")
        if [ -z "$why" ]; then
            echo "$who"
            printf '%s\t%s\n' "$who" "$(label "$who")" >>"$data/labels"
        else
            printf 'not measured: %s: %s\n' "$(label "$who")" "$why" >>"$data/skipped"
        fi
    done
}
skipped() { [ ! -e "$data/skipped" ] || cat "$data/skipped"; }

# grouped NUMBER: with commas.
grouped() { sed ':more; s/\B[0-9]\{3\}\>/,&/; tmore' <<<"$1"; }

# keep TURN WHO METRIC VALUE
keep() { printf '%s\t%s\t%s\t%s\n' "$@" >>"$data/raw"; }

# in_turn TURN WHO...: every second turn is reversed, so that a machine that gets slower or faster favours no watcher.
in_turn() {
    if [ $(($1 % 2)) = 1 ]; then printf '%s\n' "${@:2}"; else printf '%s\n' "${@:2}" | tac; fi
}

# benched WHO BENCH-ARGUMENT...: the JVM that does the work, watched by WHO.
benched() {
    watched "$1" -XX:CompileCommand=quiet -XX:CompileCommand=exclude,io.clonetrace.demoapp.bench.NullPointers::length \
        -cp "$demo_jar" $bench "${@:2}" 2>"$data/$1.err"
}
# answered TURN WHO: keeps what such a JVM prints.
answered() {
    local work rate median p99 processor
    while IFS=$'\t' read -r work rate median p99 processor; do
        case $work in
            started) keep "$1" "$2" started "$rate" ;;
            *)
                [ "$p99" ] || continue
                keep "$1" "$2" "$work.rate" "$rate"
                keep "$1" "$2" "$work.median" "$median"
                keep "$1" "$2" "$work.p99" "$p99"
                # Not that of a watcher outside of the JVM that is none of its children. async-profiler has its own turns.
                case $2 in
                    floor | reader | strace | seccomp | perf | bpftrace | async) ;;
                    *) keep "$1" "$2" "$work.cpu" "$processor" ;;
                esac
                ;;
        esac
    done
}

# take_turns WORKS WHO...: in each turn each of them watches a JVM of its own that does the works, one after the other.
# These turns are not those of alternate.
take_turns() {
    local works=$1 turn who before=1000
    shift
    for ((turn = 1; turn <= turns; turn++)); do
        for who in $(in_turn "$turn" "$@"); do
            say "  turn $turn of $turns: $(label "$who")"
            # shellcheck disable=SC2086
            benched "$who" "$seconds" $works >"$data/$who.out" || say "    failed, after: $(tail -1 "$data/$who.err")"
            answered "$((before + turn))" "$who" <"$data/$who.out"
        done
    done
}

# A machine may be half as fast a minute later. So these JVMs live side by side, each with its watcher, and work in turns
# of a fraction of a second while the others wait: for watchers that don't disturb each other.
declare -A jobs answers pids

# side_by_side WHO...: starts them.
side_by_side() {
    local who fd
    # A JVM that has ended doesn't answer.
    trap : PIPE
    for who in "$@"; do
        rm -f "$data/$who.jobs" "$data/$who.answers"
        mkfifo "$data/$who.jobs" "$data/$who.answers"
        (
            # A descriptor kept open here would hide the writer's end.
            for fd in "${jobs[@]}" "${answers[@]}"; do exec {fd}>&-; done
            benched "$who" <"$data/$who.jobs" >"$data/$who.answers"
        ) &
        pids[$who]=$!
        exec {fd}>"$data/$who.jobs"
        jobs[$who]=$fd
        exec {fd}<"$data/$who.answers"
        answers[$who]=$fd
    done
}
# alternate SECONDS WORK TURNS WHO...
alternate() {
    local seconds=$1 work=$2 turns=$3 turn who answer
    shift 3
    say "  $work, $turns turns of $seconds s each"
    for ((turn = 1; turn <= turns; turn++)); do
        for who in $(in_turn "$turn" "$@"); do
            [ "${jobs[$who]:-}" ] || continue
            if asked "$who"; then
                answered "$turn" "$who" <<<"$answer"
            else
                say "    failed: $(label "$who"): $(tail -1 "$data/$who.err")"
                # Otherwise a JVM that hangs would be waited for.
                pkill -KILL -P "${pids[$who]}" || true
                ended "$who"
            fi
        done
    done
}
# asked WHO: makes it do the work, and reads the answer among the JVM's other output.
asked() {
    echo "$seconds $work" 2>/dev/null >&"${jobs[$1]}" || return 1
    while read -r -t 300 answer <&"${answers[$1]}"; do
        [[ $answer != "$work"$'\t'* ]] || return 0
    done
    return 1
}
# ended WHO...: lets them end, and keeps how many threads they started.
ended() {
    local who fd
    for who in "$@"; do
        [ "${jobs[$who]:-}" ] || continue
        fd=${jobs[$who]}
        exec {fd}>&-
        fd=${answers[$who]}
        answered 1 "$who" < <(grep ^started <&"$fd")
        exec {fd}<&-
        # Then its recording is complete.
        wait "${pids[$who]}" || true
        unset "jobs[$who]" "answers[$who]" "pids[$who]"
    done
}

# table TITLE COLUMN...: as table.awk has them.
table() {
    local title=$1
    shift
    awk -f "$bench_folder/table.awk" -v title="$title" -v columns="$(IFS=';' && echo "$*")" "$data/labels" "$data/raw"
}
# durations WORK TITLE UNIT NANOSECONDS: how long it took.
durations() {
    table "$2" "median $3|$1.median|middle|$4" "low - high|$1.median|range|$4" "x nothing|$1.median|x nothing" \
        "x JFR|$1.median|x jfr" "low - high|$1.median|range x jfr" "p99 $3|$1.p99|middle|$4" "x JFR|$1.p99|x jfr"
}
# rates WORK TITLE UNIT NANOSECONDS: how many were done in a second, and how long the slowest took.
rates() {
    table "$2" "a second|$1.rate|middle" "low - high|$1.rate|range" "x nothing|$1.rate|x nothing" \
        "x JFR|$1.rate|x jfr" "p99 $3|$1.p99|middle|$4" "x JFR|$1.p99|x jfr"
}
