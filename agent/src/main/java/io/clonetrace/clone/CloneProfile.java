package io.clonetrace.clone;

import static io.clonetrace.clone.CloneSyscall.CLONE;
import static io.clonetrace.clone.CloneSyscall.CLONE3;
import static io.clonetrace.clone.CloneSyscall.FORK;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Common flag sets: what a library function or a well-known program passes to the kernel, bit by bit, each read in its
 * source or in a trace of it. Several may have the same flags; the order is that in which a call is named.
 */
public enum CloneProfile {
    PTHREAD_CREATE(
            "pthread_create of glibc",
            "pthread_create, thrd_create, Thread.start",
            CLONE3,
            "VM|FS|FILES|SIGHAND|THREAD|SYSVSEM|SETTLS|PARENT_SETTID|CHILD_CLEARTID",
            Signals.NONE,
            "glibc, nptl/pthread_create.c (commit 02189e8fb00c); trace of glibc 2.36. By clone before glibc 2.34"),
    GLIBC_FORK(
            "fork of glibc",
            "fork, _Fork, forkpty, daemon",
            CLONE,
            "CHILD_SETTID|CHILD_CLEARTID",
            Signals.SIGCHLD,
            "glibc, sysdeps/unix/sysv/linux/arch-fork.h (commit 04277e02d7f5); trace of glibc 2.36"),
    FORK_SYSCALL("the fork system call", "", FORK, "", Signals.SIGCHLD, "Linux, kernel/fork.c: it passes no flags"),
    POSIX_SPAWN(
            "posix_spawn or vfork of glibc",
            "posix_spawn, posix_spawnp, system, popen, vfork, ProcessBuilder.start, Runtime.exec",
            CLONE3,
            "VM|VFORK",
            Signals.SIGCHLD,
            "glibc, sysdeps/unix/sysv/linux/spawni.c and aarch64/vfork.S (commit 04277e02d7f5); traces of glibc 2.36 and of"
                    + " OpenJDK 17 on it. On x86-64 vfork is the system call of that name"),
    POSIX_SPAWN_CLEAR_SIGHAND(
            "posix_spawn of newer glibc",
            "posix_spawn, posix_spawnp, system, popen",
            CLONE3,
            "VM|VFORK|CLEAR_SIGHAND",
            Signals.SIGCHLD,
            "glibc, sysdeps/unix/sysv/linux/spawni.c (commit 25850e58feed); trace of glibc 2.41"),
    PIDFD_SPAWN(
            "pidfd_spawn of glibc",
            "pidfd_spawn, pidfd_spawnp",
            CLONE3,
            "VM|VFORK|CLEAR_SIGHAND|PIDFD",
            Signals.SIGCHLD,
            "glibc, sysdeps/unix/sysv/linux/spawni.c (commit 25850e58feed)"),
    PIDFD_SPAWN_INTO_CGROUP(
            "systemd, starting a unit by pidfd_spawn of glibc",
            "systemd, pidfd_spawn, pidfd_spawnp",
            CLONE3,
            "VM|VFORK|CLEAR_SIGHAND|PIDFD|INTO_CGROUP",
            Signals.SIGCHLD,
            "systemd, src/basic/process-util.c, posix_spawn_wrapper (commit 52b123cadb66); glibc, spawni.c (commit"
                    + " 25850e58feed)"),
    BARE_THREAD(
            "a bare thread",
            "",
            CLONE,
            "VM|SIGHAND|THREAD",
            Signals.NONE,
            "Linux, kernel/fork.c: the fewest flags that make a thread; without a thread pointer it can't use libc"),
    MUSL_PTHREAD_CREATE(
            "pthread_create of musl",
            "pthread_create, thrd_create, Thread.start",
            CLONE,
            "VM|FS|FILES|SIGHAND|THREAD|SYSVSEM|SETTLS|PARENT_SETTID|CHILD_CLEARTID|DETACHED",
            Signals.NONE,
            "musl, src/thread/pthread_create.c; trace of musl 1.2.3"),
    MUSL_FORK(
            "fork of musl",
            "fork, _Fork, forkpty, daemon",
            FORK,
            "",
            Signals.SIGCHLD,
            "musl, src/process/_Fork.c (commit 0c277ff15674); trace of musl 1.2.3. By clone where there is no fork system"
                    + " call, as on aarch64"),
    MUSL_POSIX_SPAWN(
            "posix_spawn or vfork of musl",
            "posix_spawn, posix_spawnp, system, popen, vfork",
            CLONE,
            "VM|VFORK",
            Signals.SIGCHLD,
            "musl, src/process/posix_spawn.c (commit 004dc9549b80); trace of musl 1.2.3. On x86-64 vfork is the system"
                    + " call of that name"),
    BIONIC_PTHREAD_CREATE(
            "pthread_create of bionic (Android)",
            "pthread_create, thrd_create",
            CLONE,
            "VM|FS|FILES|SIGHAND|THREAD|SYSVSEM|SETTLS|PARENT_SETTID|CHILD_CLEARTID",
            Signals.NONE,
            "bionic, libc/bionic/pthread_create.cpp (commit 00c353651fe7)"),
    BIONIC_FORK(
            "fork of bionic (Android)",
            "fork, _Fork",
            CLONE,
            "CHILD_SETTID|CHILD_CLEARTID",
            Signals.SIGCHLD,
            "bionic, libc/bionic/fork.cpp (commit 1b735c35f3f8)"),
    BIONIC_VFORK(
            "vfork or posix_spawn of bionic (Android)",
            "vfork, posix_spawn, posix_spawnp",
            CLONE,
            "VM|VFORK",
            Signals.SIGCHLD,
            "bionic, libc/arch-arm64/bionic/vfork.S (commit 011e111d2992), libc/bionic/spawn.cpp (commit 28bc5d6a15c3)"),
    GO_THREAD(
            "a thread of Go's runtime on amd64",
            "newosproc, go",
            CLONE,
            "VM|FS|FILES|SIGHAND|SYSVSEM|THREAD|SETTLS",
            Signals.NONE,
            "Go, src/runtime/os_linux.go (commit 02fa1b3b25cd) and sys_linux_amd64.s, which adds CLONE_SETTLS; programs"
                    + " with cgo use pthread_create"),
    GO_THREAD_WITHOUT_TLS(
            "a thread of Go's runtime, or of an old bionic (Android)",
            "newosproc, go",
            CLONE,
            "VM|FS|FILES|SIGHAND|SYSVSEM|THREAD",
            Signals.NONE,
            "Go, src/runtime/os_linux.go (commit 02fa1b3b25cd): processors other than amd64; for bionic, Chromium,"
                    + " syscall_parameters_restrictions.cc (commit 007c5f6a87c5)"),
    OLD_BIONIC_THREAD(
            "pthread_create of a still older bionic (Android)",
            "",
            CLONE,
            "VM|FS|FILES|SIGHAND|SYSVSEM|THREAD|DETACHED",
            Signals.NONE,
            "Chromium, sandbox/linux/seccomp-bpf-helpers/syscall_parameters_restrictions.cc (commit 007c5f6a87c5)"),
    GO_EXEC(
            "os/exec of Go",
            "os/exec, exec.Command, os.StartProcess, go",
            CLONE,
            "VM|VFORK",
            Signals.SIGCHLD,
            "Go, src/syscall/exec_linux.go (commit 00cb841b83ad); trace of runc 1.1.5. SysProcAttr.Cloneflags adds to it"),
    GO_EXEC_PIDFD(
            "os/exec of Go with a pidfd",
            "os/exec, exec.Command, os.StartProcess, go",
            CLONE,
            "VM|VFORK|PIDFD",
            Signals.SIGCHLD,
            "Go, src/syscall/exec_linux.go, forkAndExecInChild1: SysProcAttr.PidFD"),
    RUNC(
            "runc, between its stages",
            "runc, docker, containerd, nsexec",
            CLONE,
            "PARENT",
            Signals.SIGCHLD,
            "runc, libcontainer/nsenter/nsexec.c, clone_parent; trace of runc 1.1.5. It enters its namespaces by unshare"),
    CHROME_ZYGOTE(
            "Chrome's sandbox, starting the zygote",
            "chrome, chromium, electron",
            CLONE,
            "NEWUSER|NEWPID|NEWNET",
            Signals.SIGCHLD,
            "Chromium, sandbox/linux/services/namespace_sandbox.cc, LaunchProcessWithOptions (commit 1be20ce37271);"
                    + " trace of Chromium 156"),
    CHROME_PROBE(
            "Chrome's sandbox, trying a user namespace",
            "chrome, chromium, electron",
            CLONE,
            "NEWUSER",
            Signals.SIGCHLD,
            "Chromium, sandbox/linux/services/credentials.cc, CanCreateProcessInNewUserNS (commit 1a4f344c5089);"
                    + " trace of Chromium 156"),
    CHROME_PID_NAMESPACE(
            "Chrome's sandbox, forking into a pid namespace",
            "chrome, chromium, electron",
            CLONE,
            "NEWPID",
            Signals.SIGCHLD,
            "Chromium, sandbox/linux/services/namespace_sandbox.cc, ForkInNewPidNamespace (commit 1be20ce37271);"
                    + " trace of Chromium 156"),
    CHROME_CHROOT(
            "Chrome's sandbox, leaving the file system",
            "chrome, chromium, electron",
            CLONE,
            "FS|VM|VFORK|SETTLS",
            Signals.SIGCHLD,
            "Chromium, sandbox/linux/services/credentials.cc, ChrootToSafeEmptyDir (commit 1a4f344c5089);"
                    + " trace of Chromium 156"),
    SYSTEMD_MOUNT_NAMESPACE(
            "systemd, forking into a mount namespace",
            "systemd, systemd-nspawn",
            CLONE,
            "NEWNS",
            Signals.SIGCHLD,
            "systemd, src/basic/process-util.c, pidref_safe_fork_full (commit 52b123cadb66), and src/nspawn/nspawn.c"),
    SYSTEMD_NSPAWN(
            "systemd-nspawn, starting the container's init",
            "systemd-nspawn",
            CLONE,
            "NEWNS|NEWIPC|NEWPID|NEWUTS",
            Signals.SIGCHLD,
            "systemd, src/nspawn/nspawn.c, outer_child with its default arg_clone_ns_flags");

    private final String label;
    private final List<String> names;
    private final CloneSyscall syscall;
    private final CloneFlags flags;
    private final int exitSignal;
    private final String source;

    CloneProfile(String label, String names, CloneSyscall syscall, String flags, int exitSignal, String source) {
        this.label = label;
        this.names = names.isEmpty() ? List.of() : List.of(names.split(", "));
        this.syscall = syscall;
        this.flags = flags.isEmpty() ? new CloneFlags(0) : CloneFlags.parse(flags);
        this.exitSignal = exitSignal;
        this.source = source;
    }

    /**
     * The first profile that a call matches exactly. fork and vfork are recognized by name, whatever {@code flags} and
     * {@code exitSignal} say, since they pass neither.
     */
    public static Optional<CloneProfile> of(CloneFlags flags, int exitSignal, CloneSyscall syscall) {
        return switch (syscall) {
            case FORK -> Optional.of(FORK_SYSCALL);
            case VFORK -> Optional.of(POSIX_SPAWN);
            default -> all(flags, exitSignal).stream().findFirst();
        };
    }

    /** The profiles with exactly these flags and this exit signal, whichever system call passes them. */
    public static List<CloneProfile> all(CloneFlags flags, int exitSignal) {
        return Arrays.stream(values())
                .filter(profile -> profile.flags.equals(flags) && profile.exitSignal == exitSignal)
                .toList();
    }

    /** The first profile with these flags, whatever its exit signal. */
    public static Optional<CloneProfile> named(long flags) {
        return Arrays.stream(values())
                .filter(profile -> profile.flags.bits() == flags)
                .findFirst();
    }

    /** The profiles of the function or program of that name, such as {@code pthread_create}, in any case. */
    public static List<CloneProfile> called(String name) {
        return Arrays.stream(values())
                .filter(profile -> profile.names.stream().anyMatch(name::equalsIgnoreCase))
                .toList();
    }

    /** The name for people: {@code pthread_create of glibc}. */
    public String label() {
        return label;
    }

    /** The functions and programs that pass these flags, by their own names; empty if no name stands for it. */
    public List<String> names() {
        return names;
    }

    /** The system call that passes them. */
    public CloneSyscall syscall() {
        return syscall;
    }

    /** The flags, without the exit signal. */
    public CloneFlags flags() {
        return flags;
    }

    /** The signal sent to the parent when the child ends, 0 for none. */
    public int exitSignal() {
        return exitSignal;
    }

    /** Where this was read: project, file and commit, or the program that was traced. */
    public String source() {
        return source;
    }

    /** Constants that the enum's own constants need, and so can't be its fields. */
    private static final class Signals {
        static final int NONE = 0;
        static final int SIGCHLD = 17; // asm-generic/signal.h
    }
}
