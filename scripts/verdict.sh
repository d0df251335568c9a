#!/usr/bin/env bash
# Runs the corpus of demo-app, outages and healthy programs, and compares the report's findings with its labels.
set -euo pipefail
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

seconds=10
only=
at_once=2
usage="usage: scripts/verdict.sh [--only NAME[,NAME...]] [--seconds N] [--again] [--list]
  Runs each program of the corpus for N seconds ($seconds), $at_once at a time, and prints what the report finds. An outage is found
  if a finding of severity warning or problem names its call site, or, where no start of its threads was recorded, their
  names; a healthy program is right if there is no such finding. Exit status 1 if one is wrong. All take about eight minutes.
  The recordings stay in target/verdict.
  --again  reports on the recordings of the last run again, and runs nothing
  --list   prints the programs: name, outage or healthy, mode, what is to be blamed, description
  mode: start    the agent is there from the start on
        late     it is attached when the program has done what it does
        limited  from the start on, with room for 2,000 threads
        full     from the start on, with room for 100 threads
        virtual  from the start on, by a JDK 21 or later: \$VIRTUAL_JAVA, \$JAVA_HOME, or one of /usr/lib/jvm"
list= again=
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help)
            echo "$usage"
            exit 0
            ;;
        --list) list=yes ;;
        --again) again=yes ;;
        --only)
            only=,${2:?"$usage"},
            shift
            ;;
        --seconds)
            [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || { say "verdict.sh: --seconds takes a number" "$usage" && exit 2; }
            seconds=$2
            shift
            ;;
        *)
            say "verdict.sh: no option $1" "$usage"
            exit 2
            ;;
    esac
    shift
done
build
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
corpus=io.clonetrace.demoapp.verdict.Corpus
if [ "$list" ]; then
    exec "$java" -cp "$demo_jar" $corpus --list
fi
out=$root/target/verdict
mkdir -p "$out"

# virtual_java: a java of version 21 or later; nothing if there is none.
virtual_java() {
    local candidate
    for candidate in ${VIRTUAL_JAVA:+"$VIRTUAL_JAVA"} "$java" /usr/lib/jvm/*/bin/java; do
        if [ "$("$candidate" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')" -ge 21 ] 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
}

# with_room N COMMAND...: runs it where N more threads fit: in a cgroup if we may make one, otherwise by RLIMIT_NPROC.
with_room() {
    local room=$1 group=/sys/fs/cgroup/pids/clonetrace-verdict-$BASHPID
    shift
    if mkdir "$group" 2>/dev/null; then
        echo "$room" >"$group/pids.max"
        local status=0
        (echo "$BASHPID" >"$group/cgroup.procs" && exec "$@") || status=$?
        rmdir "$group" || true
        return $status
    fi
    [ "$(id -u)" != 0 ] || { say "root needs the cgroup controller pids in /sys/fs/cgroup/pids" && return 1; }
    (ulimit -u $(($(ps -L -u "$(id -u)" --no-headers | wc -l) + room)) && exec "$@")
}

# observed NAME COMMAND...: the command, which ends in java, runs the program with the agent from its start on.
observed() {
    local name=$1
    shift
    "$@" -Xmx256m "-javaagent:$agent_jar=record=$folder/run.jfr,wait=10s" -cp "$demo_jar" $corpus "$name" "$seconds"
}

# late NAME: the agent comes when the program is done, and stays for half of the time.
late() {
    local pid status=0
    mkfifo "$folder/in"
    "$java" -Xmx256m -cp "$demo_jar" $corpus "$1" "$seconds" <"$folder/in" >"$folder/said" &
    pid=$!
    exec {input}>"$folder/in"
    until grep -q ready "$folder/said"; do
        kill -0 $pid || return 1
        sleep 0.1
    done
    "$java" -jar "$agent_jar" attach "$pid" "record=$folder/run.jfr" && sleep $((seconds / 2 + 1)) &&
        "$java" -jar "$agent_jar" detach "$pid" || status=$?
    exec {input}>&-
    wait $pid || status=$?
    return $status
}

# run NAME MODE: leaves the recording in $out/NAME/run.jfr.
run() {
    rm -rf "$folder"
    mkdir -p "$folder"
    case $2 in
        start) observed "$1" "$java" ;;
        late) late "$1" ;;
        limited) observed "$1" with_room 2000 "$java" ;;
        full) observed "$1" with_room 100 "$java" ;;
        virtual) observed "$1" "$(virtual_java)" ;;
    esac
}

# report: the report beside the recording.
report() {
    "$java" -jar "$agent_jar" report "$folder/run.jfr" --json "$folder/report.json" >"$folder/report.txt"
}

# found BLAMED FILE: the report's findings of severity warning or problem: rule @ the word that names what is to be blamed.
# Where several name it, the first; where none does, the first of all, with ? for the site.
found() {
    BLAMED=$1 awk '
        function value(line) {
            sub(/^[^:]*: "/, "", line)
            sub(/",?$/, "", line)
            return line
        }
        /^ *"rule": / { rule = value($0) }
        /^ *"severity": / { severity = value($0) }
        /^ *"summary": / { text = value($0) }
        /^ *"evidence": / {
            text = text " " value($0)
            if (severity == "note") next
            others++
            if (first == "") first = rule
            if (ENVIRON["BLAMED"] == "" || named) next
            words = split(text, word, " ")
            for (i = 1; i <= words; i++) {
                if (word[i] ~ ENVIRON["BLAMED"]) {
                    named = rule " @ " word[i]
                    break
                }
            }
        }
        END {
            gsub(/io\.clonetrace\.demoapp\.verdict\./, "", named)
            gsub(/[\\",;.)(]+$/, "", named)
            if (named) print named
            else if (first) print first " @ ?"
            else print "-"
        }' "$2"
}

names=()
while IFS=$'\t' read -r name label mode blamed _; do
    [[ -z $only || $only = *",$name,"* ]] || continue
    names+=("$name")
    if [ "$mode" = virtual ] && [ -z "$(virtual_java)" ]; then
        mkdir -p "$out/$name"
        printf '%s\t%s\t%s\t%s\n' "$name" "$label" "" "skipped: no JDK 21 or later" >"$out/$name/row"
        continue
    fi
    while [ "$(jobs -rp | wc -l)" -ge $at_once ]; do
        wait -n || true
    done
    {
        folder=$out/$name
        if { [ "$again" ] || run "$name" "$mode"; } >"$out/$name.log" 2>&1 && report 2>>"$out/$name.log"; then
            finding=$(found "$blamed" "$out/$name/report.json")
            case $label:$finding in
                healthy:- | outage:*"@ "[!?]*) verdict=right ;;
                *) verdict=wrong ;;
            esac
            printf '%s\t%s\t%s\t%s\n' "$name" "$label" "$finding" $verdict >"$out/$name/row"
        else
            printf '%s\t%s\t%s\t%s\n' "$name" "$label" "failed: target/verdict/$name.log" wrong >"$out/$name/row"
        fi
        printf '%s\t%s\n' "$(cut -f 4 "$out/$name/row")" "$name" >&2
    } &
done < <("$java" -cp "$demo_jar" $corpus --list)
wait
[ ${#names[@]} -gt 0 ] || { say "verdict.sh: no program is named ${only//,/ }; --list prints them" && exit 2; }
for name in "${names[@]}"; do
    cat "$out/$name/row"
done >"$out/rows"
awk -F '\t' '
    BEGIN { printf "%-20s %-8s %-72s %s\n", "case", "expected", "found", "" }
    { printf "%-20s %-8s %-72s %s\n", $1, $2, $3, $4 }
    $4 == "wrong" { wrong++ }
    $2 == "outage" { outages++; if ($4 == "right") found++ }
    $2 == "healthy" && $3 != "-" && $4 == "wrong" { alarms++ }
    END {
        printf "\nprecision %s (%d of %d programs with a finding are outages that it names), recall %s (%d of %d outages)\n",
            found + alarms ? sprintf("%.0f %%", 100 * found / (found + alarms)) : "-", found, found + alarms,
            outages ? sprintf("%.0f %%", 100 * found / outages) : "-", found, outages
        exit wrong > 0
    }' "$out/rows"
