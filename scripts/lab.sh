#!/usr/bin/env bash
# The platforms that users have: Debian guests in QEMU, a chroot with the newest glibc, containers. What works on each is compared with truth
# from outside clonetrace, and printed as a table.
set -euo pipefail
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

platforms=(x86-sid containers x86-bullseye x86-bookworm x86-trixie arm64-bookworm arm64-trixie arm64-trixie-16k)
usage="usage: scripts/lab.sh [--again | --check CHECK] [--write] [NAME...]
  Runs the checks on the platforms NAME (all: some 2 hours on two cores) and prints one table, platform by capability.
  Each cell comes from a run: works, refused (with the sentence that is due there), FAILED, or not testable.
  A finished platform is not run again until the jar or the lab's scripts change; its raw results are judged anew.
  --list    say what each platform is
  --quick   without NAME, those that need no other kernel: x86-sid and containers (3 minutes, 6 with their images);
            where this user may not run it, it is skipped, with exit status 0
  --again   run finished platforms again
  --check   run one check of the platforms (again), as attach, another row, as 'x86-bookworm, Yama 1, as a user', or one
            check of it, as 'x86-bookworm, Yama 1, as a user/strace'; * stands for any characters
  --write   put what was run on this machine into docs/platforms.md; its other rows and cells stay
  Needs root. On Debian it installs what is missing: QEMU, mmdebstrap, podman. A platform whose packages can't be had is
  skipped, with the reason. Images take a minute each, for aarch64 7 minutes; they and the raw results are kept below
  target/lab (12 GB). Exit status: 0, 1 if a cell FAILED, 2 for wrong usage."
list="x86-sid           a chroot with Debian sid's glibc and JDK 25, on this machine's kernel
containers        podman with runc and with crun, on this machine's kernel
x86-bullseye      a guest: Linux 5.10, glibc 2.31, JDK 17
x86-bookworm      a guest: Linux 6.1, glibc 2.36, JDK 17; then Yama, lockdown and other settings, and containers by podman on cgroup v2
x86-trixie        a guest: Linux 6.12, glibc 2.41, JDK 25
arm64-bookworm    a guest: Linux 6.1, glibc 2.36, JDK 17
arm64-trixie      a guest: Linux 6.12, glibc 2.41, JDK 21
arm64-trixie-16k  the same with pages of 16 KiB, JDK 25"
again= check= write= quick= names=()
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help) echo "$usage" && exit 0 ;;
        --list) echo "$list" && exit 0 ;;
        --again) again=yes ;;
        --check)
            [ -n "${2:-}" ] || { say "lab.sh: --check needs the name of a check" "$usage" && exit 2; }
            check=$2 && shift
            ;;
        --write) write=yes ;;
        --quick) quick=yes ;;
        -*) say "lab.sh: no option $1" "$usage" && exit 2 ;;
        *) [[ " ${platforms[*]} " == *" $1 "* ]] || { say "lab.sh: no platform $1; there are: ${platforms[*]}" && exit 2; } && names+=("$1") ;;
    esac
    shift
done
[ -z "$quick" ] || [ ${#names[@]} -gt 0 ] || names=(x86-sid containers)
[ ${#names[@]} -gt 0 ] || names=("${platforms[@]}")

export LAB=${LAB:-$root/target/lab}
mkdir -p "$LAB/results"
lab=$root/scripts/lab
[ "$(id -u)" = 0 ] || {
    say "skipped: the lab: only root may make and boot these platforms"
    [ "$quick" ] || exit 1
    exit 0
}
build
tests=$root/agent/target/test-classes
[ -e "$root/agent/target/test-libraries" ] && [ -z "$(find "$root/agent/src/test/java" -newer "$tests" -name '*.java' -print -quit)" ] || {
    say "building the tests"
    (cd "$root" && ./mvnw -q -B -ntp -pl demo-app,agent verify -DskipTests -DskipITs -Dspotless.check.skip) >&2
    touch "$tests"
}
need_c_compiler
# What was seen is judged each time, so the judge may change.
key=$(cat "$agent_jar" "$lab"/*.sh "$lab"/held.c "$lab"/Makes.java "$root"/scripts/lab.sh | sha256sum | cut -c1-16)

# not_here NAME REASON: an unsuitable machine is no failure of clonetrace.
not_here() {
    say "skipped: $1: $2"
    return 77
}

image() { # image NAME: makes what a platform is made of
    case $1 in
        x86-sid) "$lab/image.sh" "$1" sid amd64 openjdk-25-jre-headless ;;
        x86-bullseye) "$lab/image.sh" "$1" bullseye amd64 linux-image-amd64 openjdk-17-jre-headless ;;
        x86-bookworm) "$lab/image.sh" "$1" bookworm amd64 linux-image-amd64 openjdk-17-jre-headless podman runc crun apparmor ;;
        x86-trixie) "$lab/image.sh" "$1" trixie amd64 linux-image-amd64 openjdk-21-jre-headless openjdk-25-jre-headless ;;
        containers) "$lab/image.sh" x86-container bookworm amd64 openjdk-17-jre-headless ;;
        arm64-bookworm) "$lab/image.sh" "$1" bookworm arm64 linux-image-arm64 openjdk-17-jre-headless ;;
        arm64-trixie) "$lab/image.sh" "$1" trixie arm64 linux-image-arm64 openjdk-21-jre-headless openjdk-25-jre-headless ;;
        arm64-trixie-16k) image arm64-trixie && "$lab/kernel.sh" arm64-trixie "$1" linux-image-arm64-16k ;;
    esac
}

# foreign: lets this kernel run programs of aarch64 while an image is made and programs are compiled.
foreign() {
    local registry=/proc/sys/fs/binfmt_misc
    mountpoint -q $registry || mount -t binfmt_misc none $registry || return 1
    # By the main shell: at its end, and not at that of a subshell, the registration goes.
    [ -e $registry/qemu-aarch64 ] || {
        say "registering qemu-aarch64-static in $registry until the lab ends"
        printf '%s' ':qemu-aarch64:M::\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00:\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff:/usr/bin/qemu-aarch64-static:F' >$registry/register
        trap 'echo -1 >/proc/sys/fs/binfmt_misc/qemu-aarch64' EXIT
    }
}

# stage FOLDER ROOT: what the checks need; native programs compiled by ROOT's own compiler, against its own glibc.
stage() {
    mkdir -p "$1/native"
    cp "$agent_jar" "$1/"
    javac --release 17 -d "$1" "$lab/Makes.java"
    rm -rf "$2/var/tmp/c" && mkdir -p "$2/var/tmp/c"
    cp -r "$root/src/main/c" "$2/var/tmp/c/src"
    cp "$lab/held.c" "$2/var/tmp/c/"
    chroot "$2" sh -euc 'cd /var/tmp/c && mkdir out && for p in pthread_thread clone_thread clone3_thread clone_process; do make -s -C src OUT=/var/tmp/c/out /var/tmp/c/out/$p; done && cc -O1 -pthread -o out/held held.c' >"$1/make.log" 2>&1 || { cat "$1/make.log" && return 1; }
    cp "$2"/var/tmp/c/out/* "$1/native/"
    local target=$1/agent/target
    mkdir -p "$target/test-libraries" "$1/agent/src/test"
    cp "$demo_jar" "$1/"
    cp -r "$tests" "$root/agent/target/classes" "$target/"
    cp "$root"/agent/target/test-libraries/{junit-platform-console-standalone,jna,byte-buddy,picocli}-[0-9]*.jar "$target/test-libraries/"
    cp -r "$root/agent/src/test/c" "$1/agent/src/test/"
    rm -rf "$2/var/tmp/c"
}

# checks NAME: what runs on the platform, given CT and RAW.
checks() {
    cat "$lab/battery.sh"
    echo "ROW='$1'"
    [ -z "$check" ] || case $check in
        */*) printf 'ONLY=%q\n' "$check" ;;
        *,*) printf 'ONLY=%q\n' "$check/*" ;;
        *) printf 'ONLY=%q\n' "$1/$check" ;;
    esac
    case $1 in
        # The other tests need ebpf, clone3, or pthread_create in libc.
        x86-bullseye) echo "refusal[ebpf]='5\\.15|helper' refusal[trace-ebpf]='5\\.15|helper'" && echo 'tests=("${tests[@]:0:2}")' ;;
        arm64-trixie) echo 'J=$(ls -d /usr/lib/jvm/java-21-*/bin/java | head -1)' ;;
        *trixie*) echo 'J=$(ls -d /usr/lib/jvm/java-25-*/bin/java | head -1)' ;;
    esac
    case $1 in
        containers) echo "ROW=podman IMAGE=$LAB/root/x86-container RUNTIMES='runc crun'" && cat "$lab/containers.sh" ;;
        x86-bookworm)
            echo battery
            # What --check has no row of need not be prepared.
            [[ -n $check && $check != podman* ]] || { echo "ROW='podman in x86-bookworm' IMAGE=/ RUNTIMES='crun runc'" && cat "$lab/containers.sh"; }
            [[ -n $check && $check != "$1,"* ]] || { echo "ROW=$1" && cat "$lab/settings.sh"; }
            ;;
        *) echo battery ;;
    esac
}

# replace_checks RAW RESULTS COMMIT: checks that were run again replace those of before, and say so.
replace_checks() {
    local seen row
    for seen in "$1"/*/*/; do
        [ -d "$seen" ] || return 1
        row=$2/raw/$(basename "$(dirname "$seen")")
        mkdir -p "$row"
        [ -e "$row/facts" ] || cp "$(dirname "$seen")/facts" "$row/" 2>/dev/null || true
        echo "run again on $(date -u +%F), $3" >"$seen/again"
        rm -rf "$row/$(basename "$seen")"
        mv "$seen" "$row/"
    done
}

# platform NAME: runs it; what it saw is in results/NAME/raw.
platform() {
    local name=$1 out=$LAB/results/$1 shared=$LAB/shared/$1 made log=$LAB/results/$1/log
    [ -z "$check" ] || log=$out/log.check
    [ -n "$check" ] || rm -rf "$out"
    rm -rf "$shared" && mkdir -p "$shared/in" "$shared/raw" "$out"
    made=$(image "$name" 2>&1) || { say "$made" && not_here "$name" "$(tail -1 <<<"$made")" && return; return 77; }
    [ -z "$made" ] || say "$made"
    local begun=$EPOCHSECONDS
    minutes() { awk -v s=$((EPOCHSECONDS - begun)) 'BEGIN { printf "%.1f\n", s / 60 }'; }
    local base=${name%-16k}
    [ "$name" != containers ] || base=x86-container
    stage "$shared/ct" "$LAB/root/$base" || return 1
    case $name in
        x86-sid)
            checks "$name" >"$shared/checks.sh"
            # In namespaces of its own: mounts vanish however the checks end.
            unshare -m --propagation private sh -euc '
                root=$1 shared=$2
                mount -t proc proc "$root/proc"
                mount --rbind /sys "$root/sys"
                mount --rbind /dev "$root/dev"
                mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
                mount --bind "$shared" "$root/lab"
                exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 CT=/lab/ct RAW=/lab/raw bash /lab/checks.sh
            ' sh "$LAB/root/$name" "$shared" >"$log" 2>&1 || true
            ;;
        containers)
            checks "$name" >"$shared/checks.sh"
            RAW=$shared/raw CT=$shared/ct bash "$shared/checks.sh" >"$log" 2>&1 </dev/null || true
            ;;
        *)
            {
                echo 'mkdir -p /opt/ct && cp -r /lab/ct/. /opt/ct/ && chmod -R a+rX /opt/ct && cd /tmp'
                echo 'export CT=/opt/ct RAW=/lab/raw PATIENCE=240'
                checks "$name"
            } >"$shared/in/checks.sh"
            # One guest at a time: two emulated machines on two processors are slower than their own clocks allow.
            flock "${LAB_LOCK:-$LAB/lock}" "$lab/guest.sh" "$name" "$shared" 9000 >"$log" 2>&1 || say "$name: $(tail -1 "$log")"
            cat "$shared"/out/checks.out >>"$log" 2>/dev/null || true
            ;;
    esac
    rm -rf "$shared/ct"
    local commit
    commit=$(git -C "$root" log -1 --format=%h -- agent/src/main 2>/dev/null) || commit=-
    if [ "$check" ]; then
        replace_checks "$shared/raw" "$out" "$commit" || { say "$name: no check of it is $check; see $log" && return 1; }
    else
        mv "$shared/raw" "$out/raw"
    fi
    java "$lab/Judge.java" "$out/raw" >"$out/cells" || return 1
    [ -s "$out/cells" ] || { say "$name: no check ran; see $out/log" && return 1; }
    if [ -z "$check" ]; then
        date -u +%F >"$out/date"
        minutes >"$out/minutes"
        echo "$commit" >"$out/commit"
        echo "$key" >"$out/key"
    fi
    say "$name: $(cut -f3 "$out/cells" | sort | uniq -c | awk '{ n = $1; $1 = ""; printf "%s%s%s", (NR > 1 ? ", " : ""), n, $0 }'), $(minutes) minutes"
}

# The packages; what can't be had skips the platforms that need it.
needs() { # needs NAME: the packages of a platform
    need mmdebstrap mmdebstrap && unshare -m true 2>/dev/null || return 1
    case $1 in
        containers) need podman podman && need runc runc && need crun crun ;;
        x86-sid) ;;
        arm64-*) need qemu-system-aarch64 qemu-system-arm && need qemu-aarch64-static qemu-user-static && need arch-test arch-test && need cpio cpio && need depmod kmod && foreign ;;
        *) need qemu-system-x86_64 qemu-system-x86 ;;
    esac
}

status=0
for name in "${names[@]}"; do
    if [ -z "$again$check" ] && [ "$(cat "$LAB/results/$name/key" 2>/dev/null)" = "$key" ]; then
        say "$name: kept, run on $(cat "$LAB/results/$name/date")"
        java "$lab/Judge.java" "$LAB/results/$name/raw" >"$LAB/results/$name/cells"
        continue
    fi
    needs "$name" || { not_here "$name" "a package or a permission it needs is missing (see above)" || continue; }
    platform "$name" || { [ $? = 77 ] || status=1; }
done

shown=()
for name in "${platforms[@]}"; do
    [ ! -s "$LAB/results/$name/cells" ] || shown+=("$LAB/results/$name")
done
[ ${#shown[@]} -gt 0 ] || exit $status
java "$lab/Judge.java" --table "${shown[@]}" >"$LAB/results/table.md"
cat "$LAB/results/table.md"
if [ "$write" ]; then
    page=$root/docs/platforms.md
    java "$lab/Judge.java" --page "$page" "${shown[@]}" >"$LAB/results/table.md"
    awk -v table="$LAB/results/table.md" '
        /^<!-- lab -->/ { print; print ""; while ((getline line <table) > 0) print line; skip = 1 }
        /^<!-- \/lab -->/ { skip = 0 }
        !skip || /^<!-- \/lab -->/ { if ($0 !~ /^<!-- lab -->/) print }
    ' "$page" >"$page.part" && mv "$page.part" "$page"
fi
for name in "${names[@]}"; do
    ! cut -f3 "$LAB/results/$name/cells" 2>/dev/null | grep -q FAILED || { grep FAILED "$LAB/results/$name/cells" >&2 && status=1; }
done
exit $status
