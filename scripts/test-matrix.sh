#!/usr/bin/env bash
# The integration tests on another platform: the jar and the tests built here, in a Debian trixie made by debootstrap, with its JDK 21 and 25, glibc and strace.
set -euo pipefail
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

usage="usage: scripts/test-matrix.sh [--all] [TEST...]
  Some integration tests of each capability; --all: all of them; TEST: only these, such as HookIT. A class with a test that
  fails is run once more, and named if it passes then."
tests=(DemoIT HookIT NativeProgramsIT NativeThreadsIT PackagedJarIT QuietIT RecordingToolsIT StackAtEndIT StackMappingIT)
methods=(
    'KernelSourcesIT#recordingIsCompleteInTheJvmItself(io.clonetrace.it.process.Jdk,java.lang.String)'
)
case ${1:-} in
    -h | --help)
        echo "$usage"
        exit 0
        ;;
    --all) tests=() methods=() ;;
    -*)
        say "test-matrix.sh: no option $1" "$usage"
        exit 2
        ;;
    ?*) tests=("$@") methods=() ;;
esac

suite=trixie
packages=(openjdk-21-jdk-headless openjdk-25-jdk-headless strace)
system=$root/target/$suite

# An unsuitable machine is no failure: the reason is printed, and the other tests count.
skip() {
    echo "skipped: the integration tests in Debian $suite: $1"
    exit 0
}

[ "$(id -u)" = 0 ] || skip "only root may make one and enter it"
need debootstrap debootstrap || skip "there is no debootstrap"
unshare -m true 2>/dev/null || skip "mounts can't be kept apart here (unshare -m is refused)"

# From the mirror that this machine's apt uses.
make_system() {
    local mirror part=$system.part
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' 'Component: main' | head -1)
    [ -n "$mirror" ] || skip "apt here knows no mirror of Debian"
    say "making $system (once; a few minutes)"
    rm -rf "$part"
    debootstrap --variant=minbase "$suite" "$part" "$mirror" >"$part.log" 2>&1 || {
        tail -3 "$part.log" >&2
        skip "debootstrap could not make it; see $part.log"
    }
    apt-config dump | grep -i '^Acquire::[a-z:]*proxy' >"$part/etc/apt/apt.conf.d/99proxy" || true
    # In a mount namespace of its own: the JDK's packages run java, which needs /proc.
    unshare -m --propagation private sh -euc '
        mount -t proc proc "$1/proc"
        exec chroot "$@"
    ' sh "$part" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
        sh -c 'apt-get update && apt-get install -y --no-install-recommends "$@"' sh "${packages[@]}" >>"$part.log" 2>&1 || {
        tail -3 "$part.log" >&2
        skip "apt could not install ${packages[*]}; see $part.log"
    }
    mv "$part" "$system"
}
[ -d "$system" ] || make_system

for built in "$agent_jar" "$demo_jar" "$root/agent/target/test-classes" "$root/agent/target/test-libraries" "$root/agent/target/host-agents" "$root/agent/target/host-programs"; do
    [ -e "$built" ] || {
        say "there is no ${built#"$root"/}; run scripts/test.sh first, or ./mvnw verify -DskipTests -DskipITs"
        exit 1
    }
done
selected=()
for test in ${tests[@]+"${tests[@]}"}; do selected+=(--select-class "io.clonetrace.it.$test"); done
for method in ${methods[@]+"${methods[@]}"}; do selected+=(--select-method "io.clonetrace.it.$method"); done
[ ${#selected[@]} -gt 0 ] || selected=(--select-package io.clonetrace.it --include-classname '.*IT')

target=$root/agent/target
reports=$root/target/$suite-reports
rm -rf "$reports" "$reports-again"

# run_selected REPORTS SELECTOR...: in a mount namespace of its own: mounts vanish when the tests end, however they end.
run_selected() {
    local folder=$1
    shift
    unshare -m --propagation private sh -euc '
        system=$1 root=$2
        shift 2
        mount -t proc proc "$system/proc"
        mount --rbind /sys "$system/sys"
        mount --rbind /dev "$system/dev"
        mount -t tmpfs tmpfs "$system/tmp"
        mkdir -p "$system$root"
        mount --bind "$root" "$system$root"
        exec chroot "$system" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 sh -euc "cd $root/agent && exec \"\$@\"" sh "$@"
    ' sh "$system" "$root" \
        /usr/lib/jvm/java-21-openjdk-amd64/bin/java \
        "-Dclonetrace.jar=$agent_jar" "-Dclonetrace.demo=$demo_jar" "-Dclonetrace.native=$native" \
        "-Dclonetrace.scripts=$root/scripts" "-Dclonetrace.hostlibs=$target/host-libraries" \
        "-Dclonetrace.hostagents=$target/host-agents" "-Dclonetrace.hostprograms=$target/host-programs" \
        "-Dclonetrace.logs=$target/it-$suite" -Dclonetrace.jdks=all \
        -cp "target/test-classes:target/classes:target/test-libraries/*" \
        org.junit.platform.console.ConsoleLauncher execute "$@" \
        --disable-banner --disable-ansi-colors --details=summary --reports-dir "$folder"
}

# failed_classes FOLDER: of JUnit's reports there
failed_classes() {
    cat "$1"/TEST-*.xml | awk '
        /<testcase / { class = $0; sub(/.*classname="/, "", class); sub(/".*/, "", class) }
        /<(failure|error)[ >]/ { print class }' | sort -u
}

status=0
run_selected "$reports" "${selected[@]}" || status=$?
if [ "$status" != 0 ]; then
    # As in test.sh --all: a class with a test that fails is run once more, and named if it passes then.
    mapfile -t failed < <(failed_classes "$reports")
    again=()
    for class in ${failed[@]+"${failed[@]}"}; do again+=(--select-class "$class"); done
    if [ ${#again[@]} -gt 0 ] && run_selected "$reports-again" "${again[@]}"; then
        status=0
        printf 'passed only when run again: %s\n' "${failed[@]##*.}"
    fi
fi
skipped_tests "$reports" || true
exit "$status"
