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

/** The flag sets that one meets: what a library function passes to the kernel, bit by bit, as strace shows it. */
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
    /** spawni.c of glibc 2.36; also the vfork system call (kernel/fork.c), and glibc's vfork where there is none. */
    POSIX_SPAWN("posix_spawn or vfork of glibc", Signals.SIGCHLD, CLONE_VM, CLONE_VFORK),
    /** spawni.c of glibc 2.41, where the kernel has clone3 and this flag. */
    POSIX_SPAWN_CLEAR_SIGHAND(
            "posix_spawn of newer glibc", Signals.SIGCHLD, CLONE_VM, CLONE_VFORK, CLONE_CLEAR_SIGHAND),
    /** The fewest flags that make a thread, by libc's clone: no thread pointer of its own, so no libc in it. */
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
     * The profile that a call equals exactly. fork and vfork are known by their name, whatever {@code flags} and
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

    /** For people: {@code pthread_create of glibc}. */
    public String label() {
        return label;
    }

    /** The flags, without the exit signal. */
    public CloneFlags flags() {
        return flags;
    }

    /** The signal that the parent gets at the child's end, 0 for none. */
    public int exitSignal() {
        return exitSignal;
    }

    /** Constants that an enum's own constants cannot take from itself. */
    private static final class Signals {
        static final int SIGCHLD = 17; // asm-generic/signal.h
    }
}
