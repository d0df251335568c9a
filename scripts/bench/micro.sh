# Sourced by bench.sh: the parts one by one.

micro_section() {
    "$bench_folder/../bench-micro.sh" --quick || echo "not measured: JMH failed, see above"
}
