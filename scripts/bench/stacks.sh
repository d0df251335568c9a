# Sourced by bench.sh: what a snapshot of all stacks costs, clonetrace's and others', and how it grows.

stacks_section() {
    local newest
    newest=$(newest_java)
    say "  in a JVM of ${newest%/bin/java}"
    if ! build_micro 2>"$data/maven.log"; then
        tail -20 "$data/maven.log" >&2
        echo "not measured: Maven could not compile it, see $data/maven.log"
        return
    fi
    # shellcheck disable=SC2046
    "$newest" --add-opens java.base/java.lang=ALL-UNNAMED \
        -cp "$micro/classes:$root/agent/target/classes:$micro/libraries/*" \
        io.clonetrace.micro.SnapshotBenchmark $(several 9 5) "$native/snapshot_calls" \
        $(several "100 1000 10000" "100 1000") 2>"$data/err" | tee "$data/raw" ||
        echo "not measured to the end: $(tail -1 "$data/err")"
}

# The newest java of this machine: jcmd has System.map since JDK 24.
newest_java() {
    local other version newest=$java best
    best=$(version "$java")
    for other in /usr/lib/jvm/*/bin/java; do
        [ -x "${other}c" ] || continue
        version=$(version "$other")
        if [ "$version" -gt "$best" ]; then
            best=$version newest=$other
        fi
    done
    echo "$newest"
}
version() { "$1" -version 2>&1 | sed -n '1s/[^"]*"\([0-9]*\).*/\1/p'; }
