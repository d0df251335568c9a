# Sourced where the checks run: in a guest, a chroot, or beside containers. Each check leaves what it saw in $RAW/ROW/CAPABILITY, and
# judges nothing: Judge.java does. Given: RAW; CT, a folder with clonetrace.jar, the class Makes and the native programs; ROW.

J=${J:-java}
patience=${PATIENCE:-60}
jvm=(-XX:+UseSerialGC -Xmx128m)
declare -A refusal=() # by capability: the sentence that must come if it does not work; without one, it must work
work=$(mktemp -d) && chmod 1777 "$work"
user=(setpriv --reuid=1000 --regid=1000 --clear-groups env HOME=/tmp)

clonetrace() { "${who[@]}" "$J" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -jar "$CT/clonetrace.jar" "$@"; }
who=(env)

# facts [PREFIX...]
facts() {
    mkdir -p "$RAW/$ROW"
    {
        echo "kernel=$(uname -r)"
        echo "glibc=$("$@" getconf GNU_LIBC_VERSION 2>/dev/null | cut -d' ' -f2)"
        echo "jdk=$("$@" "$J" -version 2>&1 | sed -n 's/.*version "\([^"]*\)".*/\1/p')"
        echo "page=$(getconf PAGESIZE)"
    } >"$RAW/$ROW/facts"
}

# begin CAPABILITY JUDGE: fails if ONLY, a pattern of ROW/CAPABILITY, leaves it out.
begin() {
    # shellcheck disable=SC2053 # a pattern
    [[ $ROW/$1 == ${ONLY:-*} ]] || return 1
    d=$RAW/$ROW/$1
    rm -rf "$d" && mkdir -p "$d"
    echo "$2" >"$d/judge"
    echo "${refusal[$1]:-}" >"$d/refusal"
    rm -rf "${work:?}"/*
    begun=$EPOCHREALTIME
}

ended() {
    echo "$1" >"$d/rc"
    [ ! -e "$work/rec.jfr" ] || cp "$work/rec.jfr" "$d/"
    [ ! -e "$work/os.log" ] || cp "$work/os.log" "$d/"
    awk -v a="$begun" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f\n", b - a }' >"$d/seconds"
}

untestable() {
    begin "$1" none || return 0
    echo "$2" >"$d/untestable"
}

log() { echo "-Xlog:os+thread=debug:file=$work/os.log"; }

# until_line FILE PATTERN PID: waits for a line in FILE, as long as PID lives.
until_line() {
    local end=$((EPOCHSECONDS + patience))
    until grep -qE "$2" "$1" 2>/dev/null; do
        kill -0 "$3" 2>/dev/null && [ "$EPOCHSECONDS" -lt "$end" ] || return 1
        sleep 0.2
    done
}

# agent CAPABILITY SOURCE [PREFIX...]: a JVM that PREFIX starts, with the agent from its start.
agent() {
    begin "$1" agent || return 0
    local source=$2
    shift 2
    timeout $((patience * 2)) "$@" "$J" "${jvm[@]}" "$(log)" "-javaagent:$CT/clonetrace.jar=wait=${patience}s,source=$source,record=$work/rec.jfr" \
        -cp "$CT" Makes 23 3 now >"$d/stdout" 2>"$d/stderr" </dev/null
    ended $?
}

# run_command CAPABILITY SOURCE [PREFIX...]: clonetrace run, by PREFIX's user.
run_command() {
    begin "$1" run || return 0
    local source=$2
    shift 2
    who=("${@:-env}")
    clonetrace run --source "$source" --record "$work/rec.jfr" -- "$J" "${jvm[@]}" "$(log)" -cp "$CT" Makes 23 3 now >"$d/stdout" 2>"$d/stderr" </dev/null
    ended $?
    who=(env)
}

# trace CAPABILITY SOURCE [PREFIX...]: native programs, which say what they did; under ebpf and tracefs inside an outer strace.
trace() {
    begin "$1" trace || return 0
    local source=$2 outer=()
    shift 2
    case $source in
        ebpf | tracefs) outer=(strace -f -q -e trace=clone,clone3,fork,vfork -e signal=none -o "$work/outer") ;;
    esac
    who=("${@:-env}")
    clonetrace trace --source "$source" --follow-forks -o "$work/trace" -- ${outer[@]+"${outer[@]}"} \
        sh -c "for p in pthread_thread clone_thread clone3_thread clone_process; do $CT/native/\$p; done; true" >"$d/stdout" 2>"$d/stderr" </dev/null
    ended $?
    cp "$work/trace" "$work/outer" "$d/" 2>/dev/null || true
    who=(env)
}

# start [PREFIX...]: Makes, waiting for lines on descriptor 9; sets child (its starter's pid) and pid.
start() {
    mkfifo "$work/in"
    "$@" "$J" "${jvm[@]}" "$(log)" -cp "$CT" Makes 23 3 <"$work/in" >"$d/stdout" 2>"$d/jvm-stderr" &
    child=$!
    exec 9>"$work/in"
    until_line "$d/stdout" ready "$child" || { echo "the JVM did not start: $(tail -1 "$d/jvm-stderr")" >"$d/stderr" && return 1; }
    pid=$child
}
finish() {
    exec 9>&-
    wait "$child" 2>/dev/null
}

# attach CAPABILITY OPTIONS: into the JVM that the array launch starts, by the array client; pid_of_jvm says its pid there.
launch=(env) client=(env)
pid_of_jvm() { echo "$pid"; }
attach() {
    begin "$1" attach || return 0
    if start "${launch[@]}"; then
        local target attached
        target=$(pid_of_jvm)
        who=("${client[@]}")
        clonetrace attach "$target" "record=$work/rec.jfr,$2" >"$d/attach" 2>&1 </dev/null &
        attached=$!
        if until_line "$d/attach" observe "$attached" || grep -q observe "$d/attach"; then
            echo >&9
            until_line "$d/stdout" 'done 1' "$child"
            clonetrace detach "$target" >"$d/detach" 2>&1 </dev/null
            echo >&9
            until_line "$d/stdout" 'done 2' "$child"
        fi
        who=(env)
        kill -0 "$attached" 2>/dev/null && [ ! -s "$d/detach" ] && kill "$attached"
        wait "$attached"
        status=$?
    else
        status=1
    fi
    finish
    ended "$status"
}

# stacks: of native threads, against pthread_getattr_np.
stacks() {
    begin stacks stacks || return 0
    mkfifo "$work/in"
    "$CT/native/held" <"$work/in" >"$d/stdout" &
    child=$!
    exec 9>"$work/in"
    until_line "$d/stdout" ready "$child"
    clonetrace stacks --json "$child" >"$d/stacks.json" 2>"$d/stderr"
    ended $?
    finish
}

# jvm_stacks: of a JVM's threads, against its own log. The stack of a thread that is running can't be located: then once more.
jvm_stacks() {
    begin jvm-stacks jvm-stacks || return 0
    start env && for _ in 1 2 3 4 5; do
        clonetrace stacks --json "$pid" >"$d/stacks.json" 2>"$d/stderr"
        status=$?
        grep -q '"base": -1,' "$d/stacks.json" || break
    done
    ended "${status:-1}"
    finish
}

# limit LIMIT MAX [PREFIX...]: more threads than the limit has room for.
limit() {
    begin limits limits || return 0
    echo "$1 $2" >"$d/limit"
    shift 2
    timeout $((patience * 2)) "$@" "$J" "${jvm[@]}" "-javaagent:$CT/clonetrace.jar=wait=${patience}s,source=none,stacks=off,record=$work/rec.jfr" \
        -cp "$CT" Makes 90 0 now >"$d/stdout" 2>"$d/stderr" </dev/null
    ended $?
}

doctor() {
    begin doctor doctor || return 0
    who=("${@:-env}")
    clonetrace doctor >"$d/stdout" 2>"$d/stderr" </dev/null
    ended $?
    who=(env)
}

# What no other check shows: starts that JFR sees, kinds of threads by their start routines, call sites in native code, refused clones.
tests=(
    --select-method 'io.clonetrace.it.HookIT#hookSeesEveryStartThatJfrSees(io.clonetrace.it.process.Jdk)'
    --select-class io.clonetrace.it.NativeThreadsIT
    --select-method 'io.clonetrace.it.NativeStacksIT#threadsOfNativeCodeHaveTheirCallSites(io.clonetrace.it.process.Jdk,java.lang.String,java.lang.String)'
    --select-method 'io.clonetrace.it.RefusedClonesIT#forbiddenCloneNamesTheFilterAndNoLimit(io.clonetrace.it.process.Jdk,java.lang.String)'
)

# integration_tests: the array tests.
integration_tests() {
    begin tests tests || return 0
    (cd "$CT/agent" && timeout $((patience * 15)) "$J" -XX:+UseSerialGC -Xmx256m "-Dclonetrace.jar=$CT/clonetrace.jar" "-Dclonetrace.demo=$CT/demo-app.jar" \
        "-Dclonetrace.native=$CT/native" "-Dclonetrace.scripts=$CT" -Dclonetrace.hostlibs=target/test-libraries -Dclonetrace.hostagents=. \
        -Dclonetrace.hostprograms=. "-Dclonetrace.logs=$work/tests" -Dclonetrace.jdks=current "-Dclonetrace.patience=$((patience / 60))" \
        -cp 'target/test-classes:target/classes:target/test-libraries/*' org.junit.platform.console.ConsoleLauncher execute "${tests[@]}" \
        --disable-banner --disable-ansi-colors --details=summary >"$d/stdout" 2>"$d/stderr" </dev/null)
    ended $?
    cp -r "$work/tests" "$d/" 2>/dev/null || true
}

# The checks of a whole platform.
battery() {
    facts
    for source in ebpf tracefs ptrace strace; do agent "$source" "$source"; done
    agent user auto "${user[@]}"
    run_command run auto
    for source in ebpf tracefs ptrace; do trace "trace-$source" "$source"; done
    launch=("${user[@]}") client=(env)
    attach attach source=auto
    launch=(env)
    stacks
    jvm_stacks
    limit RLIMIT_NPROC 60 prlimit --nproc=60 "${user[@]}"
    doctor
    integration_tests
}
