# Sourced by bench.sh: what reading the MXBean costs, against the JDK's ThreadMXBean.

scrape_section() {
    if ! build_micro 2>"$data/maven.log"; then
        tail -20 "$data/maven.log" >&2
        echo "not measured: Maven could not compile it, see $data/maven.log"
        return
    fi
    # Not the agent's classes: they would hide those of its jar.
    # shellcheck disable=SC2046
    "$java" "-javaagent:$agent_jar=jmx=true,wait=20s" -cp "$micro/classes" \
        io.clonetrace.micro.ScrapeBenchmark $(several "31 101 1009 15013" "31 101 1009") 2>"$data/err" | tee "$data/raw" ||
        echo "not measured to the end: $(tail -1 "$data/err")"
}
