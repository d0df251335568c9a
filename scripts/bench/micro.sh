# Sourced by bench.sh: what the agent's parts cost one by one, by JMH: the hook, the calls into the kernel, the sources'
# readers; with what they allocate.

micro_section() {
    if ! build_micro; then
        echo "not measured: Maven could not build it, see above"
        return
    fi
    run_micro "$out" "$micro_depth" || {
        echo "not measured: JMH failed, see above"
        return
    }
    say "JMH's own numbers: ${out#"$root"/}/micro.json"
}
