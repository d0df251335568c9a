# After battery.sh, on a machine with podman: $IMAGE is a root that is not changed (:O), $RUNTIMES which to try.
base=$ROW
pod() { nice podman --cgroup-manager=cgroupfs --runtime "$runtime" "$@"; }
name=clonetrace-lab-$$
common=(--rm --network=none --ulimit nofile=1024:4096 --ulimit nproc=30000:30000 -v "$CT:$CT:ro" -v "$work:$work")
container() { # container OPTION...: sets launch, a JVM as pid 1
    launch=(podman --cgroup-manager=cgroupfs --runtime "$runtime" run -i --name "$name" "${common[@]}" "$@" --rootfs "$IMAGE:O")
    facts "${launch[@]}"
}
row() {
    ROW="$base, $runtime: $1"
    refusal=()
}
kernel_sources_refused() { for c in ebpf tracefs; do refusal[$c]='pid namespace|CAP_|tracefs|container'; done; }
main_pid() { pod inspect -f '{{.State.Pid}}' "$name"; }
for runtime in $RUNTIMES; do
    row "JVM as pid 1, root"
    kernel_sources_refused
    container
    said=$("${launch[@]}" true 2>&1) || { untestable ptrace "$(echo "$said" | tail -1)" && continue; }
    for source in ebpf tracefs ptrace strace; do agent "$source" "$source" "${launch[@]}"; done
    row "JVM as pid 1, a user"
    kernel_sources_refused
    container --user 1000:1000
    for source in ebpf ptrace; do agent "$source" "$source" "${launch[@]}"; done
    agent user auto "${launch[@]}"
    row "CAP_BPF and CAP_PERFMON, root"
    refusal[ebpf]='seccomp|filter'
    container --cap-add BPF --cap-add PERFMON
    agent ebpf ebpf "${launch[@]}"
    row "CAP_SYS_ADMIN, root"
    container --cap-add SYS_ADMIN
    agent ebpf ebpf "${launch[@]}"
    row "read-only root, noexec tmp, TMPDIR elsewhere"
    container --read-only --read-only-tmpfs=false --tmpfs /tmp:rw,noexec,mode=1777 --tmpfs /scratch:rw,exec,mode=1777 -e TMPDIR=/scratch --user 1000:1000
    jvm+=(-XX:FlightRecorderOptions=repository=/scratch)
    agent ptrace ptrace "${launch[@]}"
    agent user auto "${launch[@]}"
    unset 'jvm[-1]'
    row "pids limit 60"
    container --pids-limit 60
    limit pids.max 60 "${launch[@]}"
    row "memory limit 384 MiB"
    container --memory 384m
    agent ptrace ptrace "${launch[@]}"
    for where in "the host" "a second container" "inside"; do
        row "attach from $where"
        container
        case $where in
            "the host") client=(env) && pid_of_jvm() { main_pid; } ;;
            "a second container")
                client=(podman --cgroup-manager=cgroupfs --runtime "$runtime" run -i "${common[@]}" "--pid=container:$name" --rootfs "$IMAGE:O")
                pid_of_jvm() { echo 1; }
                ;;
            inside) client=(podman --cgroup-manager=cgroupfs --runtime "$runtime" exec -i "$name") && pid_of_jvm() { echo 1; } ;;
        esac
        attach attach source=auto
        [ "$where" != "the host" ] || attach ebpf source=ebpf
    done
    client=(env)
done
