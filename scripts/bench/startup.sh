# Sourced by bench.sh: what the start of a JVM costs, and its memory.

startup_section() {
    local turns all
    turns=$(several 7 2)
    opentelemetry=$out/opentelemetry/opentelemetry-javaagent-$opentelemetry_version.jar
    fetched "io.opentelemetry.javaagent:opentelemetry-javaagent:$opentelemetry_version" opentelemetry ||
        echo "not measured: OpenTelemetry's agent: it could not be fetched, see $out/opentelemetry.log" >>"$data/skipped"
    all=$(starters)
    local turn who
    for ((turn = 1; turn <= turns; turn++)); do
        say "  turn $turn of $turns"
        for who in $(in_turn "$turn" $all); do
            greet "$turn" "$who"
            [ "$turn" -gt "$(several 3 1)" ] || rest "$turn" "$who"
        done
        attach "$turn"
    done
    table "start of a JVM" "premain ms|premain|middle|1000000" "low - high|premain|range|1000000" \
        "hello ms|hello|middle|1000" "low - high|hello|range|1000" "x nothing|hello|x nothing" "x JFR|hello|x jfr"
    echo "(premain: as long as main waited for the agent, its recording, its source; hello: all of it)"
    echo
    table "the same, by count" "CPU ms|cpu|middle|1000" "+ nothing|cpu|+ nothing|1000" "x JFR|cpu|x jfr" \
        "classes|classes|middle" "+ nothing|classes|+ nothing"
    echo "(CPU: processor time, of child processes too; classes: loaded in one run)"
    echo
    table "memory after a second" "first thread us|first-thread|middle|1000" "MiB|resident|middle|1024" \
        "+ nothing|resident|+ nothing|1024" "+ JFR|resident|+ jfr|1024" "others MiB|others|middle|1024"
    echo "(first thread: start + join; MiB: resident; others: child processes, such as the tracer)"
    echo
    table "attach to a running JVM" "observes ms|observes|middle|1000" "low - high|observes|range|1000"
    echo "(from the start of the command, a JVM itself, until it has printed which source observes; jcmd attaches, and no more)"
    echo
    parts_of_premain
    skipped
}

# Where the CPU time goes between a JVM's start and its hello, by async-profiler's samples.
parts_of_premain() {
    local jvm jvms
    jvms=$(several 20 8)
    fetch_profiler
    if [ ! -e "$profiler" ]; then
        echo "not measured: where premain's time goes: $(lacking async)"
        return
    fi
    say "  where premain's time goes"
    for ((jvm = 1; jvm <= jvms; jvm++)); do
        "$java" "-agentpath:$profiler=start,event=ctimer,interval=200us,threads,collapsed,file=$data/parts.$jvm" \
            "-javaagent:$agent_jar=source=none,stacks=off" -cp "$demo_jar" io.clonetrace.demoapp.bench.Hello >/dev/null \
            2>"$data/parts.err" || true
        if [ ! -s "$data/parts.$jvm" ]; then
            echo "not measured: where premain's time goes: $(tail -1 "$data/parts.err")"
            return
        fi
    done
    cat "$data"/parts.[0-9]* | awk -f "$bench_folder/parts.awk"
}

starters() {
    local who
    for who in nothing jfr idle retransform jfr+retransform hook none ebpf tracefs ptrace defaults opentelemetry; do
        case $who in
            ebpf | tracefs) root >/dev/null || continue ;;
            opentelemetry) [ -e "$opentelemetry" ] || continue ;;
        esac
        echo "$who"
        printf '%s\t%s\n' "$who" "$(starter "$who")" >>"$data/labels"
    done
    for who in $(attachers); do
        printf 'attach-%s\tclonetrace attach, %s\n' "$who" "$who" >>"$data/labels"
    done
    printf 'attach-jcmd\tjcmd VM.version\n' >>"$data/labels"
}
starter() {
    case $1 in
        idle) echo "an agent that does nothing" ;;
        retransform) echo "one that retransforms Thread" ;;
        jfr+retransform) echo "JFR, Thread retransformed" ;;
        hook) echo "clonetrace none, no recording" ;;
        defaults) echo "clonetrace, its defaults" ;;
        opentelemetry) echo "OpenTelemetry's agent $opentelemetry_version" ;;
        *) label "$1" ;;
    esac
}

# hello WHO [REST_MILLIS]
hello() {
    local who=$1 agent="-javaagent:$agent_jar=record=$data/$1.jfr,wait=20s"
    shift
    set -- -cp "$demo_jar" io.clonetrace.demoapp.bench.Hello "$@"
    local clock="-javaagent:$demo_jar"
    case $who in
        nothing | jfr) watched "$who" "$@" ;;
        idle) "$java" "$clock" "$clock" "$@" ;;
        retransform) "$java" "$clock" "$clock=retransform" "$clock" "$@" ;;
        # The cost of a recording and of the least that an agent has to do.
        jfr+retransform) watched jfr "$clock" "$clock=retransform" "$clock" "$@" ;;
        hook) "$java" "$clock" "-javaagent:$agent_jar=source=none,stacks=off" "$clock" "$@" ;;
        defaults) "$java" "$clock" "$agent" "$clock" "$@" ;;
        # It would look for a receiver.
        opentelemetry)
            "$java" "$clock" "-javaagent:$opentelemetry" "$clock" -Dotel.traces.exporter=none -Dotel.metrics.exporter=none \
                -Dotel.logs.exporter=none "$@"
            ;;
        *) "$java" "$clock" "$agent,source=$who,stacks=off" "$clock" "$@" ;;
    esac 2>"$data/$who.err" | tail -1
}

greet() {
    local from=${EPOCHREALTIME//[!0-9]/} to premain= first= user= system= classes
    {
        read -r premain first _ || true
        # times prints this shell's, then its children's.
        read -r _ || true
        read -r user system || true
    } < <(hello "$2" && times)
    to=${EPOCHREALTIME//[!0-9]/}
    [ "$first" ] || { say "    failed: $2: $(tail -1 "$data/$2.err")" && return; }
    keep "$1" "$2" hello "$((to - from))"
    keep "$1" "$2" first-thread "$first"
    keep "$1" "$2" cpu "$(($(micros "$user") + $(micros "$system")))"
    if [ "$1" = 1 ]; then
        JAVA_TOOL_OPTIONS="-Xlog:class+load:file=$data/classes.$2.%p" hello "$2" >/dev/null || true
        # A tracer may be a JVM, too, which loads fewer.
        classes=$(wc -l "$data/classes.$2".* | awk '$2 != "total" && $1 > most { most = $1 } END { print most }')
        keep "$1" "$2" classes "$classes"
    fi
    [ "$premain" = 0 ] || keep "$1" "$2" premain "$premain"
}

# micros 1m2.345s
micros() {
    local seconds=${1#*m}
    seconds=${seconds%s}
    echo "$((${1%%m*} * 60000000 + 10#${seconds/./} * 1000))"
}

# attach TURN: from the command's start until it prints that the agent observes, to a JVM of its own for each source.
attach() {
    local source jvm from
    for source in $(attachers); do
        "$java" -cp "$demo_jar" io.clonetrace.demoapp.bench.Hello 60000 >"$data/attached" 2>"$data/attached.err" &
        jvm=$!
        until grep -q Hello "$data/attached"; do sleep 0.1; done
        [ "$source" != ptrace ] || {
            from=${EPOCHREALTIME//[!0-9]/}
            "${java%java}jcmd" "$jvm" VM.version >"$data/jcmd" 2>&1 &&
                keep "$1" attach-jcmd observes "$((${EPOCHREALTIME//[!0-9]/} - from))"
        }
        from=${EPOCHREALTIME//[!0-9]/}
        if "$java" -jar "$agent_jar" attach "$jvm" "source=$source" >"$data/attach" 2>&1 &&
            grep -q "$source observes" "$data/attach"; then
            keep "$1" "attach-$source" observes "$((${EPOCHREALTIME//[!0-9]/} - from))"
        else
            say "    failed: attach source=$source: $(tail -1 "$data/attach")"
        fi
        kill "$jvm"
        wait "$jvm" 2>/dev/null || true
    done
}
attachers() {
    [ "$(id -u)" != 0 ] || echo ebpf
    echo ptrace
}

rest() {
    local resident= others=
    read -r _ _ resident others < <(hello "$2" 1000) || true
    [ "$others" ] || return 0
    keep "$1" "$2" resident "$resident"
    [ "$others" = 0 ] || keep "$1" "$2" others "$others"
}
