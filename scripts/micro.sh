#!/usr/bin/env bash
# Runs each micro-benchmark of agent/micro once.
set -euo pipefail
usage="usage: scripts/micro.sh
  Shows that the micro-benchmarks still work, in a minute; scripts/test.sh --all does so. The times mean nothing: measure
  with scripts/bench.sh --only micro. Exit status 1 if one of them fails."
case ${1:-} in
    "") ;;
    -h | --help) echo "$usage" && exit 0 ;;
    *) echo "micro.sh: no option $1" "$usage" >&2 && exit 2 ;;
esac
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

build
build_micro
out=$root/target/micro
mkdir -p "$out"
began=$EPOCHSECONDS status=0
run_micro "$out" smoke || status=1
say "micro.sh: $((EPOCHSECONDS - began)) s"
exit "$status"
