package io.clonetrace.limit;

import java.util.Comparator;

/**
 * A limit that can stop a process from making a thread, as it was when it was read.
 *
 * @param name the kernel's name: {@code RLIMIT_NPROC}, {@code pids.max}, {@code kernel.threads-max} ...
 * @param unit what {@code used} and {@code max} count
 * @param used how much is in use; {@link #UNKNOWN} if it could not be read, or does not matter
 * @param max the limit; {@link #UNKNOWN} if there is none or if it could not be read; {@code note} says which
 * @param reserve how much between the two is not available; negative: how much counts as used and is reclaimed when
 *     needed (a cgroup's page cache)
 * @param location the file that {@code max} was read from
 * @param note null, or a note on the numbers: why one is missing, why the limit does not apply
 * @param holds whether the kernel applies it to this process at all
 */
public record ThreadLimit(
        String name, Unit unit, long used, long max, long reserve, String location, String note, boolean holds) {

    /** A number that is not known. */
    public static final long UNKNOWN = -1;

    /** {@link #room} if the limit stops no thread. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** The smallest room first; limits without room to compare last. */
    static Comparator<ThreadLimit> nearestFirst(ThreadNeeds needs) {
        return (one, other) -> {
            int byRank = Long.compare(one.rank(needs), other.rank(needs));
            int byUnit = byRank != 0 ? byRank : one.unit.compareTo(other.unit);
            return byUnit != 0 ? byUnit : Long.compare(one.unused(), other.unused());
        };
    }

    private long unused() {
        return isLimited() ? max - used : UNLIMITED;
    }

    /** What a limit counts, in the order in which a clone meets the limits. */
    public enum Unit {
        /** Threads of any process. */
        TASKS,
        /** Mappings of the process's memory (vm_area_struct). */
        MAPPINGS,
        /** Bytes of the process's address space. */
        ADDRESS_SPACE,
        /** Bytes of memory. */
        MEMORY
    }

    static ThreadLimit of(String name, Unit unit, long used, long max, String location) {
        return new ThreadLimit(name, unit, used, max, 0, location, null, true);
    }

    ThreadLimit withReserve(long bytesOrTasks) {
        return new ThreadLimit(name, unit, used, max, bytesOrTasks, location, note, holds);
    }

    ThreadLimit withNote(String text) {
        return new ThreadLimit(name, unit, used, max, reserve, location, text, holds);
    }

    ThreadLimit notHolding() {
        return new ThreadLimit(name, unit, used, max, reserve, location, note, false);
    }

    /** Whether the kernel applies it, with a known number. */
    public boolean isLimited() {
        return holds && max != UNKNOWN;
    }

    /**
     * How many more threads fit: {@link #UNLIMITED} if it stops no thread, {@link #UNKNOWN} if a number could not be
     * read.
     *
     * @param needs what one thread takes
     */
    public long room(ThreadNeeds needs) {
        if (!holds || max == UNKNOWN) {
            return holds && used == UNKNOWN ? UNKNOWN : UNLIMITED;
        }
        if (used == UNKNOWN) {
            return UNKNOWN;
        }
        long left = max - used;
        // A sum that overflows a long is more than is ever needed.
        left = reserve < 0 && left > Long.MAX_VALUE + reserve ? Long.MAX_VALUE : left - reserve;
        return left <= 0 ? 0 : left / needs.of(unit);
    }

    /** Whether not even one more thread fits. */
    public boolean isReached(ThreadNeeds needs) {
        return room(needs) == 0;
    }

    private long rank(ThreadNeeds needs) {
        long room = room(needs);
        return room == UNKNOWN ? UNLIMITED : room;
    }

    /** Where it was read, with the note. */
    public String source() {
        return note == null ? location : location + " (" + note + ")";
    }

    /** How to raise it, beginning with a verb. */
    public String advice() {
        return switch (name) {
            case "pids.max" -> "raise it (systemd: TasksMax, docker: --pids-limit, Kubernetes: podPidsLimit)";
            case "RLIMIT_NPROC" -> "raise it (ulimit -u, systemd: LimitNPROC)";
            case "RLIMIT_AS" -> "raise it (ulimit -v)";
            case "RLIMIT_DATA" -> "raise it (ulimit -d)";
            case "memory.max", "memory.limit_in_bytes" -> "give the cgroup more memory";
            default -> "raise it (sysctl " + name + ")";
        };
    }
}
