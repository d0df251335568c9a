#!/usr/bin/env bash
# What a snapshot of all stacks costs: by ioctls, by smaps, and reading smaps alone; with more threads, mappings and heap.
set -euo pipefail
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

case ${1:-} in
    -h | --help)
        echo "usage: scripts/bench-stacks.sh [THREADS]   (default 10000; takes about a minute)"
        exit 0
        ;;
esac
need_jdk
out=$root/target/bench-stacks.txt
mkdir -p "$root/target"
(cd "$root" && ./mvnw -q -B -ntp -pl demo-app,agent -am -Dtest=SnapshotBenchmark -Dsurefire.failIfNoSpecifiedTests=false \
    "-Dclonetrace.bench.threads=${1:-10000}" "-Dclonetrace.bench.out=$out" test) >&2
cat "$out"
