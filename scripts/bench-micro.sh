#!/usr/bin/env bash
# What the agent's parts cost one by one, by JMH: the hook, the calls into the kernel, the sources' readers; with what they allocate.
set -euo pipefail
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

depth=full
case ${1:-} in
    --quick) depth=quick ;;
    '') ;;
    *)
        echo "usage: scripts/bench-micro.sh [--quick]   (takes 10 minutes, --quick one and a half)"
        [ "$1" = -h ] || [ "$1" = --help ] && exit 0
        exit 2
        ;;
esac
build
micro=$root/agent/micro/target
if [ ! -e "$micro/clonetrace-micro.jar" ] ||
    [ -n "$(find "$root/agent/micro/src" "$root/agent/micro/pom.xml" -newer "$micro/clonetrace-micro.jar" -print -quit)" ]; then
    (cd "$root" && ./mvnw -q -B -ntp -pl agent/micro package -Dmaven.test.skip -Dspotless.check.skip) >&2
fi
out=$root/target/bench
mkdir -p "$out"
# The agent's entry is in its jar and in its classes; a JVM with the agent is to take the jar's.
java -cp "$micro/classes:$agent_jar:$root/agent/target/classes:$micro/libraries/*" io.clonetrace.micro.Main "$agent_jar" "$out" $depth
say "JMH's own numbers: ${out#"$root"/}/micro.json"
