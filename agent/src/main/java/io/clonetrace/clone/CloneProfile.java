package io.clonetrace.clone;

import static io.clonetrace.clone.CloneFlag.CLONE_CHILD_CLEARTID;
import static io.clonetrace.clone.CloneFlag.CLONE_CHILD_SETTID;
import static io.clonetrace.clone.CloneFlag.CLONE_CLEAR_SIGHAND;
import static io.clonetrace.clone.CloneFlag.CLONE_FILES;
import static io.clonetrace.clone.CloneFlag.CLONE_FS;
import static io.clonetrace.clone.CloneFlag.CLONE_PARENT_SETTID;
import static io.clonetrace.clone.CloneFlag.CLONE_SETTLS;
import static io.clonetrace.clone.CloneFlag.CLONE_SIGHAND;
import static io.clonetrace.clone.CloneFlag.CLONE_SYSVSEM;
import static io.clonetrace.clone.CloneFlag.CLONE_THREAD;
import static io.clonetrace.clone.CloneFlag.CLONE_VFORK;
import static io.clonetrace.clone.CloneFlag.CLONE_VM;

import java.util.Arrays;
import java.util.Optional;

/** Common flag sets: what a library function passes to the kernel, bit by bit, as strace shows it. */
public enum CloneProfile {
    /** nptl/pthread_create.c, create_thread; glibc 2.34 and later through clone3, older ones through clone. */
    PTHREAD_CREATE(
            "pthread_create of glibc",
            0,
            CLONE_VM,
            CLONE_FS,
            CLONE_FILES,
            CLONE_SIGHAND,
            CLONE_THREAD,
            CLONE_SYSVSEM,
            CLONE_SETTLS,
            CLONE_PARENT_SETTID,
            CLONE_CHILD_CLEARTID),
    /** sysdeps/unix/sysv/linux/arch-fork.h. */
    GLIBC_FORK("fork of glibc", Signals.SIGCHLD, CLONE_CHILD_SETTID, CLONE_CHILD_CLEARTID),
    /** The fork system call itself, which passes no flags (kernel/fork.c). */
    FORK("the fork system call", Signals.SIGCHLD),
    /**
     * spawni.c of glibc 2.36; also the vfork system call (kernel/fork.c), and glibc's vfork where that call is missing.
     */
    POSIX_SPAWN("posix_spawn or vfork of glibc", Signals.SIGCHLD, CLONE_VM, CLONE_VFORK),
    /** spawni.c of glibc 2.41, on kernels with clone3 and this flag. */
    POSIX_SPAWN_CLEAR_SIGHAND(
            "posix_spawn of newer glibc", Signals.SIGCHLD, CLONE_VM, CLONE_VFORK, CLONE_CLEAR_SIGHAND),
    /**
     * The fewest flags that make a thread with libc's clone: it has no thread pointer of its own, so it can't use libc.
     */
    BARE_THREAD("a bare thread", 0, CLONE_VM, CLONE_SIGHAND, CLONE_THREAD);

    private final String label;
    private final int exitSignal;
    private final CloneFlags flags;

    CloneProfile(String label, int exitSignal, CloneFlag... flags) {
        this.label = label;
        this.exitSignal = exitSignal;
        this.flags = CloneFlags.of(flags);
    }

    /**
     * The profile that a call matches exactly. fork and vfork are recognized by name, whatever {@code flags} and
     * {@code exitSignal} say, since they pass neither.
     */
    public static Optional<CloneProfile> of(CloneFlags flags, int exitSignal, CloneSyscall syscall) {
        switch (syscall) {
            case FORK:
                return Optional.of(FORK);
            case VFORK:
                return Optional.of(POSIX_SPAWN);
            default:
                for (CloneProfile profile : values()) {
                    if (profile.flags.equals(flags) && profile.exitSignal == exitSignal) {
                        return Optional.of(profile);
                    }
                }
                return Optional.empty();
        }
    }

    /** The first profile with these flags, whatever its exit signal. */
    public static Optional<CloneProfile> named(long flags) {
        return Arrays.stream(values())
                .filter(profile -> profile.flags.bits() == flags)
                .findFirst();
    }

    /** The name for people: {@code pthread_create of glibc}. */
    public String label() {
        return label;
    }

    /** The flags, without the exit signal. */
    public CloneFlags flags() {
        return flags;
    }

    /** The signal sent to the parent when the child ends, 0 for none. */
    public int exitSignal() {
        return exitSignal;
    }

    /** Constants that the enum's own constants need, and so can't be its fields. */
    private static final class Signals {
        static final int SIGCHLD = 17; // asm-generic/signal.h
    }
}
