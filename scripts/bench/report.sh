# Sourced by bench.sh: what it costs to read a recording.

report_section() {
    local turns threads source file=$data/recording.jfr count turn jmc
    turns=$(several 3 1)
    # Each thread is a ThreadStart, a ThreadStack and, if a source sees it, a Clone, and two events of JFR's own.
    threads=$(several 340000 34000)
    source=$(root >/dev/null && echo ebpf || echo none)
    say "  recording $threads threads"
    "$java" "-javaagent:$agent_jar=source=$source,stacks=end,wait=20s,record=$file" -cp "$demo_jar" \
        io.clonetrace.demoapp.Soak "$threads" 2 1 >"$data/soak.txt" 2>"$data/soak.err" || {
        echo "not measured, no recording could be made: $(tail -1 "$data/soak.err")"
        return
    }
    count=$("${java%java}jfr" summary "$file" | awk '$1 ~ /^clonetrace/ { count += $2 } END { print count }')
    printf '%-30s %9s %12s\n' "events of the recording" number "bytes each"
    "${java%java}jfr" summary "$file" | awk '$1 ~ /^(clonetrace\.|jdk\.Thread(Start|End)$)/ && $2 > 1000 {
        printf "%-30s %9d %12.0f\n", $1, $2, $3 / $2 }'
    echo
    local who readers=(text html json start print printjson summary)
    if jmc=$(jmc_reader); then
        readers+=(jmc)
    else
        echo "JMC's parser: not measured, its jars could not be fetched or the reader not be compiled"
    fi
    for who in "${readers[@]}"; do
        printf '%s\t%s\n' "$who" "$(reader "$who")" >>"$data/labels"
    done
    for ((turn = 1; turn <= turns; turn++)); do
        for who in "${readers[@]}"; do
            # These take longer than all the others.
            [[ $who != print* ]] || [ "$turn" = 1 ] || continue
            say "  turn $turn of $turns: $(reader "$who")"
            read_recording "$turn" "$who" "$file"
        done
    done
    table "$(grouped "$count") events, $(($(stat -c %s "$file") >> 20)) MiB" "s|seconds|middle|1000000" \
        "low - high|seconds|range|1000000" "x jfr print|seconds|x print" "peak MiB|peak|middle|1024"
    echo "(peak: most that was resident; the report with -Xmx512m, the others with their own defaults)"
}

# The class path of the reader by JMC's parser.
jmc_reader() {
    local version folder=$data/jmc
    version=$(sed -n 's/.*<jmc.version>\(.*\)<.*/\1/p' "$root/pom.xml")
    mkdir -p "$folder"
    fetched "org.openjdk.jmc:common:$version" report/jmc &&
        fetched "org.openjdk.jmc:flightrecorder:$version" report/jmc &&
        fetched "at.yawk.lz4:lz4-java:$lz4_version" report/jmc &&
        "${java%java}javac" -nowarn -cp "$folder/*" -d "$folder" "$bench_folder/JmcReader.java" 2>"$folder/javac.err" &&
        echo "$folder:$folder/*"
}

reader() {
    case $1 in
        text) echo "clonetrace report" ;;
        html) echo "clonetrace report --html" ;;
        json) echo "clonetrace report --json" ;;
        start) echo "clonetrace report --help" ;;
        print) echo "jfr print of clonetrace.*" ;;
        printjson) echo "jfr print --json of them" ;;
        summary) echo "jfr summary" ;;
        jmc) echo "JMC's parser, no report" ;;
    esac
}

# read_recording TURN WHO FILE
read_recording() {
    local from=${EPOCHREALTIME//[!0-9]/} peak=0 now pid
    # As scripts/clonetrace starts it.
    local report=("$java" -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xms32m -XX:MaxNewSize=24m
        -XX:MinHeapFreeRatio=70 -XX:Tier3BackEdgeThreshold=10000 -jar "$agent_jar" report "$3")
    case $2 in
        text) exec "${report[@]}" ;;
        html) exec "${report[@]}" --html "$data/report.html" ;;
        json) exec "${report[@]}" --json "$data/report.json" ;;
        start) exec "${report[@]}" --help ;;
        print) exec "${java%java}jfr" print --events 'clonetrace.*' "$3" ;;
        printjson) exec "${java%java}jfr" print --json --events 'clonetrace.*' "$3" ;;
        jmc) exec "$java" -cp "$jmc" JmcReader "$3" ;;
        summary) exec "${java%java}jfr" summary "$3" ;;
    esac >"$data/$2.out" 2>"$data/$2.err" &
    pid=$!
    while now=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status" 2>/dev/null) && [ "$now" ]; do
        peak=$now
        sleep 0.02
    done
    wait "$pid" || say "    failed: $(tail -1 "$data/$2.err")"
    keep "$1" "$2" seconds "$((${EPOCHREALTIME//[!0-9]/} - from))"
    keep "$1" "$2" peak "$peak"
}
