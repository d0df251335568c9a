# Sourced by bench.sh: the parts one by one.

micro_section() {
    "$bench_folder/../bench-micro.sh" --quick
}
