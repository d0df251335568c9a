# Sourced by bench.sh: the parts one by one.

micro_section() {
    # A JVM with -Xlog:disable prints the file of its recording.
    "$bench_folder/../bench-micro.sh" --quick | sed '/^filename=/d' || echo "not measured: JMH failed, see above"
}
