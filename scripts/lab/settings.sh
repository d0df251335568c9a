# In a guest, after battery.sh: what the machine's settings refuse, and with which sentence.
base=$ROW
pid_of_jvm() { echo "$pid"; } # containers.sh has its own
set_row() {
    ROW="$base, $1"
    refusal=()
    facts
}
by_user() {
    run_command ptrace ptrace "${user[@]}"
    run_command strace strace "${user[@]}"
    launch=("${user[@]}") client=("${user[@]}")
    attach attach source=ptrace
    launch=(env) client=(env)
    doctor "${user[@]}"
}
by_root() {
    for source in ebpf tracefs; do trace "trace-$source" "$source"; done
    doctor
}
yama_scope() {
    set_row "Yama $1, as a user"
    [ "$1" -lt 2 ] || for c in ptrace strace attach; do refusal[$c]='ptrace_scope|Yama'; done
    echo "$1" >/proc/sys/kernel/yama/ptrace_scope
    by_user
}
set_row "perf_event_paranoid 3, as root"
echo 3 >/proc/sys/kernel/perf_event_paranoid
by_root
set_row "unprivileged_bpf_disabled 1, as root"
echo 1 >/proc/sys/kernel/unprivileged_bpf_disabled 2>/dev/null || true
by_root
set_row "RLIMIT_MEMLOCK 64 KiB, as root"
trace trace-ebpf ebpf prlimit --memlock=65536:65536
set_row "THP always"
echo always >/sys/kernel/mm/transparent_hugepage/enabled
stacks
jvm_stacks
set_row "systemd scope with TasksMax=60"
limit pids.max 60 systemd-run --quiet --scope -p TasksMax=60 --
# As docker-default allows it: within the profile.
profile() { # profile NAME RULE...
    { echo "profile $1 flags=(attach_disconnected) { capability, file, network, unix, signal, dbus," && shift && printf '%s\n' "$@" '}'; } |
        apparmor_parser --replace --skip-cache
}
for kind in within none; do
    set_row "AppArmor, ptrace $([ $kind = none ] && echo forbidden || echo allowed within the profile)"
    rules=()
    [ $kind = none ] || rules=("ptrace peer=lab-$kind,")
    said=$(profile "lab-$kind" ${rules[@]+"${rules[@]}"} 2>&1) || { untestable ptrace "$(echo "$said" | tail -1)" && continue; }
    [ $kind = within ] || for c in ptrace strace; do refusal[$c]='security module'; done
    for source in ptrace strace; do agent "$source" "$source" aa-exec -p "lab-$kind" -- "${user[@]}"; done
done
for scope in 0 1 2; do yama_scope $scope; done
# From here on, what is set stays until the next boot.
for level in integrity confidentiality; do
    set_row "lockdown $level, as root"
    # What a level forbids is named; what it allows works.
    [ "$level" = integrity ] || refusal[trace-tracefs]=lockdown
    if echo "$level" >/sys/kernel/security/lockdown; then by_root; else untestable trace-ebpf "this kernel has no lockdown"; fi
done
yama_scope 3
set_row "Yama 3, as root"
refusal[trace-ptrace]='ptrace_scope|Yama'
trace trace-ptrace ptrace
