# Sourced by bench.sh: recordings of a fleet as tables, and questions to them. Not among the sections that run by default.

fleet_section() {
    local jvms=${fleet_jvms:-$(several 1000 50)} threads=${fleet_threads:-$(several 10000 1000)}
    local fleet=$data/recordings sample=$data/sample classpath turns
    turns=$(several 3 1)
    build_fleet || return
    say "  the tests' classes, and Spark's jars"
    (cd "$root" && ./mvnw -q -B -ntp -pl agent/fleet test-compile dependency:build-classpath -DincludeScope=test \
        "-Dmdep.outputFile=$data/classpath" -Dspotless.check.skip) >"$data/maven.log" 2>&1 ||
        { echo "not measured, the tests were not compiled: $(tail -1 "$data/maven.log")" && return; }
    classpath=$root/agent/fleet/target/classes:$root/agent/fleet/target/test-classes:$(cat "$data/classpath")
    fleet_java=("$java" -XX:+UseParallelGC)
    fleet_spark=($(sed -n '/<spark.opens>/,/<\/spark.opens>/s/.*\(--add-opens=[^<]*\).*/\1/p' "$root/agent/fleet/pom.xml"))
    say "  a real recording, and $jvms recordings of $threads threads each made of it"
    HOSTNAME=web-1 "$java" "-javaagent:$agent_jar=wait=20s,record=$data/real.jfr" -jar "$demo_jar" --leak 61 \
        >"$data/real.txt" 2>&1
    rm -rf "$fleet" "$sample"
    fleet_timed generated "${fleet_java[@]}" -cp "$classpath" io.clonetrace.fleet.generator.FleetGenerator \
        --to "$fleet" --jvms "$jvms" --threads "$threads" --hosts "$((jvms / 10))" "$data/real.jfr"
    local bytes
    bytes=$(du -sb --apparent-size "$fleet" | cut -f1)
    echo "$jvms recordings of $threads started threads each, $((bytes >> 20)) MiB, of 41 services on $((jvms / 10)) hosts"
    echo
    fleet_readers "$classpath" "$fleet" "$sample"
    fleet_exports "$classpath" "$fleet" "$jvms" "$bytes"
    fleet_questions "$classpath" "$turns"
    rm -rf "$fleet" "$data"/tables-* "$sample"
}

# fleet_timed NAME COMMAND...: sets seconds of time and of processors (with child processes), and the peak of memory in MiB.
fleet_timed() {
    local name=$1 peak=0 now pid child
    shift
    (TIMEFORMAT='%R %U %S' && time "$@" >"$data/$name.out" 2>"$data/$name.err") 2>"$data/$name.time" &
    pid=$!
    while [ -e "/proc/$pid/task" ] && child=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null); do
        now=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/${child%% *}/status" 2>/dev/null) || true
        peak=${now:-$peak}
        sleep 0.05
    done
    wait "$pid" || say "    failed: $(tail -1 "$data/$name.err")"
    seconds=$(awk 'END { print $1 }' "$data/$name.time")
    cpu=$(awk 'END { print $2 + $3 }' "$data/$name.time")
    peak_mib=$((peak >> 10))
    printf '%s\t%s\t%s\t%s\n' "$name" "$seconds" "$cpu" "$peak_mib" >>"$data/raw"
}

# What other readers take for the first recordings of the fleet: one processor, one recording after the other.
fleet_readers() {
    local count=${fleet_sample:-10} files who mib
    mkdir -p "$3"
    mapfile -t files < <(find "$2" -name '*.jfr' | sort | head -$count)
    cp "${files[@]}" "$3"
    mapfile -t files < <(find "$3" -name '*.jfr' | sort)
    mib=$(du -sm --apparent-size "$3" | cut -f1)
    printf '%-36s %8s %14s %12s %10s\n' "${#files[@]} recordings, $mib MiB" "CPU s" "recordings/CPU s" "MiB/CPU s" "peak MiB"
    for who in export summary json jmc; do
        say "  $who"
        rm -rf "$data/tables-sample"
        case $who in
            export) fleet_timed "sample-$who" taskset -c 0 "$java" -XX:+UseSerialGC -jar "$fleet_jar" export "$3" --threads 1 \
                --to "$data/tables-sample" ;;
            summary) fleet_timed "sample-$who" taskset -c 0 sh -c 'for file; do '"${java%java}"'jfr summary "$file"; done' sh "${files[@]}" ;;
            json) fleet_timed "sample-$who" taskset -c 0 sh -c \
                'for file; do '"${java%java}"'jfr print --json "$file"; done >/dev/null' sh "${files[@]}" ;;
            jmc) fleet_timed "sample-$who" taskset -c 0 "$java" -XX:+UseSerialGC -cp "$1" io.clonetrace.fleet.generator.JmcRead "${files[@]}" ;;
        esac
        awk -v what="$(fleet_reader $who)" -v s="$cpu" -v n="${#files[@]}" -v mib="$mib" -v peak="$peak_mib" -v who=$who 'BEGIN {
            printf "%-36s %8.1f %14.2f %12.2f %10s\n", what, s, n / s, mib / s, who ~ /summary|json/ ? "-" : peak }'
    done
    echo "(CPU s: of one processor, user and system; jfr starts a JVM for each recording)"
    echo
}

fleet_reader() {
    case $1 in
        export) echo "clonetrace export" ;;
        summary) echo "jfr summary" ;;
        json) echo "jfr print --json" ;;
        jmc) echo "JMC's parser" ;;
    esac
}

# fleet_exports CLASSPATH FLEET JVMS BYTES: a tenth of them by the embedded export and by Spark, with one processor and with
# two; all of them by the export with two.
fleet_exports() {
    local engine cores tenth=$data/tenth count bytes
    mkdir -p "$tenth"
    find "$2" -name '*.jfr' | sort | awk 'NR % 10 == 1' | while read -r file; do
        mkdir -p "$tenth/$(dirname -- "${file#"$2"/}")"
        ln "$file" "$tenth/${file#"$2"/}"
    done
    count=$(find "$tenth" -name '*.jfr' | wc -l)
    bytes=$(du -sb --apparent-size "$tenth" | cut -f1)
    printf '%-36s %8s %8s %12s %10s %10s\n' "$count recordings, $((bytes >> 20)) MiB" s "CPU s" recordings/s MiB/s "peak MiB"
    for engine in export spark; do
        for cores in 1 2; do
            fleet_export "$engine" "$cores" "$tenth" "$1"
            fleet_exported "$(fleet_engine $engine), $cores at a time" "$count" "$bytes"
            rm -rf "$data/tables-$engine-$cores"
        done
    done
    rm -rf "$tenth"
    echo
    printf '%-36s %8s %8s %12s %10s %10s\n' "all $3 recordings" s "CPU s" recordings/s MiB/s "peak MiB"
    fleet_export export 2 "$2" "$1"
    fleet_exported "$(fleet_engine export), 2 at a time" "$3" "$4"
    echo
    printf '%-36s %8d MiB, %.1f%% of the recordings\n' "the tables" "$(du -sm --apparent-size "$data/tables-export-2" | cut -f1)" \
        "$(awk -v t="$(du -sb --apparent-size "$data/tables-export-2" | cut -f1)" -v r="$4" 'BEGIN { print 100 * t / r }')"
    echo
}

# fleet_export ENGINE CORES RECORDINGS CLASSPATH: into a folder of its own
fleet_export() {
    local tables=$data/tables-$1-$2
    rm -rf "$tables"
    say "  $1, $2"
    case $1 in
        export) fleet_timed "$1-$2" "$java" -Xmx1g -jar "$fleet_jar" export "$3" --threads "$2" --to "$tables" ;;
        spark) fleet_timed "$1-$2" env SPARK_LOCAL_IP=127.0.0.1 "$java" -Xmx1g "${fleet_spark[@]}" \
            "-Dspark.master=local[$2]" -Dspark.ui.enabled=false -cp "$4" io.clonetrace.fleet.spark.SparkExport "$3" "$tables" ;;
    esac
}

# fleet_exported WHAT RECORDINGS BYTES: a line of what fleet_timed measured last
fleet_exported() {
    awk -v what="$1" -v s="$seconds" -v cpu="$cpu" -v n="$2" -v b="$3" -v peak="$peak_mib" 'BEGIN {
        printf "%-36s %8.1f %8.1f %12.1f %10.1f %10d\n", what, s, cpu, n / s, b / 1048576 / s, peak }'
}

fleet_engine() {
    case $1 in
        export) echo "clonetrace export" ;;
        spark) echo "Spark, local" ;;
    esac
}

# Each question's median, of the turns after the first where there are several.
fleet_questions() {
    local engine cores
    for engine in duck spark; do
        for cores in 1 2; do
            say "  questions by $engine, $cores"
            fleet_timed "questions-$engine-$cores" env SPARK_LOCAL_IP=127.0.0.1 "$java" -Xmx2g "${fleet_spark[@]}" -cp "$1" \
                io.clonetrace.fleet.sql.QuestionTimes "$data/tables-export-2" "$engine" "$cores" "$2"
        done
    done
    printf '%-24s %10s %10s %10s %10s\n' "question, ms" "DuckDB 1" "DuckDB 2" "Spark 1" "Spark 2"
    awk -F '\t' '
        FNR == 1 { file++ }
        { count[file, $2]++; values[file, $2, count[file, $2]] = $3; if (!($2 in seen)) { seen[$2]; order[++names] = $2 } }
        END {
            for (n = 1; n <= names; n++) {
                printf "%-24s", order[n]
                for (f = 1; f <= 4; f++) {
                    c = count[f, order[n]]
                    # The least: what else the machine does only adds.
                    best = values[f, order[n], 1]
                    for (v = 2; v <= c; v++) if (values[f, order[n], v] < best) best = values[f, order[n], v]
                    printf " %10.0f", best
                }
                print ""
            }
        }' "$data"/questions-{duck,spark}-{1,2}.out
    echo "(the least of $2 turns; 1 and 2: processors that the engine may use)"
}
