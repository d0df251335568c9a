# Sourced by bench.sh: what the agent's parts cost one by one, by JMH: the hook, the calls into the kernel, the sources'
# readers; with what they allocate.

micro_section() {
    if ! build_micro; then
        echo "not measured: Maven could not build it, see above"
        return
    fi
    # The entry class is in the jar and in the classes; a JVM with the agent must load the jar's.
    "$java" -cp "$micro/classes:$agent_jar:$root/agent/target/classes:$micro/libraries/*" io.clonetrace.micro.Main \
        "$agent_jar" "$out" "$micro_depth" || {
        echo "not measured: JMH failed, see above"
        return
    }
    say "JMH's own numbers: ${out#"$root"/}/micro.json"
}
