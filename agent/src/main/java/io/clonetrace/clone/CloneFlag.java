package io.clonetrace.clone;

import static io.clonetrace.clone.CloneSyscall.CLONE;
import static io.clonetrace.clone.CloneSyscall.CLONE3;

import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The clone flags of the kernel's {@code include/uapi/linux/sched.h} (Linux 7.1), in the order in which strace prints
 * them: by value, but {@link #CLONE_NEWTIME}, whose bit lies in clone's exit signal, after the 32-bit ones. Meanings
 * and versions are those of clone(2), time_namespaces(7) and, for what 7.1 added, of the commits themselves.
 */
public enum CloneFlag {
    CLONE_VM(0x100L, "2.0", "The child runs in its creator's memory, not in a copy of it."),
    CLONE_FS(0x200L, "2.0", "Root directory, working directory and umask are shared."),
    CLONE_FILES(0x400L, "2.0", "The file descriptor table is shared, so what one opens or closes is so for the other."),
    CLONE_SIGHAND(0x800L, "2.0", "The table of signal handlers is shared."),
    CLONE_PIDFD(0x1000L, "5.2", "The creator gets a file descriptor that refers to the child."),
    CLONE_PTRACE(0x2000L, "2.2", "If the creator is being traced, its tracer traces the child too."),
    CLONE_VFORK(0x4000L, "2.2", "The creator is suspended until the child ends or calls execve."),
    CLONE_PARENT(0x8000L, "2.3.12", "The child's parent is its creator's parent, so the two are siblings."),
    CLONE_THREAD(0x10000L, "2.4.0", "The child is a thread of its creator's process, with the same pid."),
    CLONE_NEWNS(0x20000L, "2.4.19", "The child starts in a new mount namespace, a copy of its creator's."),
    CLONE_SYSVSEM(0x40000L, "2.5.10", "The list of System V semaphore adjustments (semop's SEM_UNDO) is shared."),
    CLONE_SETTLS(0x80000L, "2.5.32", "The child's thread pointer is set to the tls argument."),
    CLONE_PARENT_SETTID(0x100000L, "2.5.49", "The kernel writes the child's tid into its creator's memory."),
    CLONE_CHILD_CLEARTID(
            0x200000L, "2.5.49", "At the child's end its tid in memory is cleared and the futex there woken."),
    CLONE_DETACHED(0x400000L, "2.5", "Nothing: clone ignores it, and clone3 refuses it.", CLONE),
    CLONE_UNTRACED(0x800000L, "2.5.46", "A tracer cannot force CLONE_PTRACE on the child."),
    CLONE_CHILD_SETTID(0x1000000L, "2.5.49", "The kernel writes the child's tid into the child's memory."),
    CLONE_NEWCGROUP(0x2000000L, "4.6", "The child starts in a new cgroup namespace."),
    CLONE_NEWUTS(0x4000000L, "2.6.19", "The child starts in a new UTS namespace: its own host name and domain name."),
    CLONE_NEWIPC(0x8000000L, "2.6.19", "The child starts in a new IPC namespace: its own semaphores and queues."),
    CLONE_NEWUSER(0x10000000L, "2.6.23", "The child starts in a new user namespace, with all capabilities inside it."),
    CLONE_NEWPID(0x20000000L, "2.6.24", "The child is process 1 of a new PID namespace."),
    CLONE_NEWNET(0x40000000L, "2.6.24", "The child starts in a new network namespace."),
    CLONE_IO(0x80000000L, "2.6.25", "The I/O context is shared: the disk scheduler treats the two as one."),
    CLONE_NEWTIME(0x80L, "5.6", "The child starts in a new time namespace: its own monotonic clock.", CLONE3),
    CLONE_CLEAR_SIGHAND(1L << 32, "5.5", "Signals that its creator handles have their default action.", CLONE3),
    CLONE_INTO_CGROUP(1L << 33, "5.7", "The child starts in the cgroup that the cgroup argument refers to.", CLONE3),
    CLONE_AUTOREAP(1L << 34, "7.1", "The child is never a zombie: the kernel reaps it, and no parent waits.", CLONE3),
    CLONE_NNP(1L << 35, "7.1", "The child starts with no_new_privs: execve gives it no more privileges.", CLONE3),
    CLONE_PIDFD_AUTOKILL(1L << 36, "7.1", "The child is killed when the last copy of its pidfd is closed.", CLONE3),
    CLONE_EMPTY_MNTNS(1L << 37, "7.1", "As CLONE_NEWNS, which it implies, but with nothing but a root.", CLONE3);

    /** By name, with and without the prefix, in either case. */
    private static final Map<String, CloneFlag> BY_NAME = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    private static final String PREFIX = "CLONE_";

    static {
        for (CloneFlag flag : values()) {
            BY_NAME.put(flag.name(), flag);
            BY_NAME.put(flag.name().substring(PREFIX.length()), flag);
        }
    }

    private final long bit;
    private final KernelVersion since;
    private final String meaning;
    private final Set<CloneSyscall> acceptedBy;

    CloneFlag(long bit, String since, String meaning) {
        this(bit, since, meaning, CLONE, CLONE3);
    }

    CloneFlag(long bit, String since, String meaning, CloneSyscall acceptedBy, CloneSyscall... more) {
        this.bit = bit;
        this.since = KernelVersion.parse(since);
        this.meaning = meaning;
        this.acceptedBy = EnumSet.of(acceptedBy, more);
    }

    /** The flag of that name, {@code CLONE_VM} or {@code vm}: the prefix and the case do not matter. */
    public static Optional<CloneFlag> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** The flag's bit. */
    public long bit() {
        return bit;
    }

    /** The kernel that introduced it; until 6.3, {@link #CLONE_NEWTIME} was for unshare(2) only. */
    public KernelVersion since() {
        return since;
    }

    /** What the flag does when set, in one sentence. */
    public String meaning() {
        return meaning;
    }

    /** Whether that system call accepts it. fork and vfork take no flags. */
    public boolean isAcceptedBy(CloneSyscall syscall) {
        return acceptedBy.contains(syscall);
    }

    /** The flags that the kernel requires with this one, else EINVAL; their own requirements are not included. */
    public Set<CloneFlag> requires() {
        return FlagRule.others(this, FlagRule.Kind.REQUIRES);
    }

    /** The flags that the kernel refuses together with this one (EINVAL), whatever the system call. */
    public Set<CloneFlag> forbids() {
        return FlagRule.others(this, FlagRule.Kind.EXCLUDES);
    }
}
