#!/usr/bin/env bash
# Fuzzes the readers of foreign bytes with Jazzer: each fuzz test of agent/fuzz in a JVM of its own.
set -euo pipefail
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

fuzz=$root/agent/fuzz
sources=$fuzz/src/test/java
names=$(find "$sources" -name '*FuzzTest.java' -printf '%f\n' | sed 's/FuzzTest\.java$//' | sort)

usage="usage: scripts/fuzz.sh [--in-all] [SECONDS] [TARGET...]
  SECONDS for each target, 20 by default; with --in-all for all of them together, two at a time. An hour: --in-all 3600
  Up to 20 seconds a target the inputs are the same each time, as far as the machine's speed allows; beyond, new ones.
  TARGET   one of: $(echo $names)
  What makes a reader fail is kept in target/fuzz/TARGET, the corpus in target/fuzz/corpus/TARGET: with it the next run
  begins. The exit status is 1 if anything was found."
in_all=
[ "${1:-}" = --in-all ] && in_all=yes && shift
case ${1:-} in
    -h | --help)
        echo "$usage"
        exit 0
        ;;
esac
seconds=20
[[ ${1:-} =~ ^[1-9][0-9]{0,5}$ ]] && seconds=$1 && shift
targets=("$@")
[ $# -gt 0 ] || mapfile -t targets <<<"$names"
for target in "${targets[@]}"; do
    grep -qxF -- "$target" <<<"$names" || {
        say "fuzz.sh: no target $target" "$usage"
        exit 2
    }
done
at_once=2
[ -z "$in_all" ] || seconds=$((seconds * at_once / ${#targets[@]} > 0 ? seconds * at_once / ${#targets[@]} : 1))

need_jdk
built=$fuzz/target/test-classes/io/clonetrace/clone/FlagsFuzzTest.class
if [ ! -e "$built" ] || [ ! -e "$fuzz/target/libraries" ] ||
    [ -n "$(find "$root/agent/src/main" "$fuzz/src" "$fuzz/pom.xml" -newer "$built" -print -quit)" ]; then
    say "building"
    (cd "$root" && ./mvnw -q -B -ntp -pl demo-app,agent,agent/fuzz process-test-classes -Dspotless.check.skip) >&2
    touch "$built"
fi

out=$root/target/fuzz
mkdir -p "$out/corpus"
began=$EPOCHSECONDS

# Sanitizers that would report what these readers do on purpose: options are paths, and nothing here opens a connection.
unwanted=com.code_intelligence.jazzer.sanitizers
unwanted=$unwanted.FilePathTraversal:$unwanted.ServerSideRequestForgery

# run TARGET: replaces the shell by the fuzzer, and leaves log and finds in the target's folder.
run() {
    local source class method seed=0 folder=$out/$1
    source=$(find "$sources" -name "$1FuzzTest.java")
    class=${source#"$sources/"}
    class=${class%.java}
    method=$(sed -n '/@FuzzTest/{n;s/.* \([a-z]\w*\)(.*/\1/p}' "$source")
    [ "$seconds" -gt 20 ] || seed=20261128
    rm -rf "$folder"
    mkdir -p "$folder" "$out/corpus/$1"
    # Not in a folder with src/test/resources, where Jazzer would write finds into the source tree.
    cd "$folder"
    exec java -Xmx640m -XX:+UseSerialGC -cp "$fuzz/target/test-classes:$root/agent/target/classes:$fuzz/target/libraries/*" \
        com.code_intelligence.jazzer.Jazzer --target_class="${class//\//.}" --target_method="$method" \
        --instrumentation_includes='io.clonetrace.**' --disabled_hooks="$unwanted" \
        -max_total_time="$seconds" -timeout=10 -max_len=8192 -seed=$seed -print_final_stats=1 \
        -artifact_prefix="$folder/" "$out/corpus/$1" >log 2>&1 </dev/null
}

trap 'kill $(jobs -rp) 2>/dev/null || true' EXIT
trap 'exit 1' INT TERM
for target in "${targets[@]}"; do
    while [ "$(jobs -rp | wc -l)" -ge "$at_once" ]; do wait -n || true; done
    run "$target" &
done
wait || true

# The covered edges and features of the reader, from libFuzzer's lines "#1234 NEW cov: 56 ft: 78 corp: ...".
status=0 total=0 found=0
printf '%-16s %12s %8s %18s %6s\n' target inputs seconds 'coverage, from to' finds
for target in "${targets[@]}"; do
    log=$out/$target/log
    inputs=$(sed -n 's/^stat::number_of_executed_units: *//p; s/^Done \([0-9]*\) runs.*/\1/p' "$log" | tail -1)
    spent=$(sed -n 's/^Done .* runs in \([0-9]*\) second.*/\1/p' "$log" | tail -1)
    from=$(sed -n 's/^#.*INITED cov: \([0-9]*\).*/\1/p' "$log" | head -1)
    to=$(sed -n 's/^#.* cov: \([0-9]*\).*/\1/p' "$log" | tail -1)
    finds=$(find "$out/$target" -name 'crash-*' -o -name 'timeout-*' -o -name 'oom-*' -o -name 'leak-*' | wc -l)
    [ -n "$spent" ] || [ "$finds" != 0 ] || finds=failed
    [ "$finds" = 0 ] || status=1
    printf '%-16s %12s %8s %18s %6s\n' "$target" "${inputs:-?}" "${spent:--}" "${from:-?} ${to:-?}" "$finds"
    total=$((total + ${inputs:-0}))
    [ "$finds" = 0 ] || found=$((found + 1))
done
echo "${#targets[@]} targets, $total inputs in $(((EPOCHSECONDS - began + 59) / 60)) minutes, $found with finds"
if [ "$status" != 0 ]; then
    for target in "${targets[@]}"; do
        grep -m1 -A6 '== Java Exception\|ERROR: libFuzzer' "$out/$target/log" | sed "s/^/$target: /" || true
    done
    echo "the inputs are in ${out#"$root"/}/TARGET; one that is mended belongs among the seeds, in agent/fuzz/src/test/resources"
fi
exit "$status"
