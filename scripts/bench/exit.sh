# Sourced by bench.sh: how long a JVM takes to end.

exit_section() {
    "$bench_folder/../bench-exit.sh" "$(several 5 1)" "$(several 5000 1000)" ||
        echo "not measured: $(tail -1 "$root/target/bench-exit/stderr")"
}
