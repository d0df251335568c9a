package io.clonetrace.limit;

import io.clonetrace.limit.ThreadLimit.Unit;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How many more threads fit into the limits of a process. Code that makes threads there checks this first: if it takes
 * the last place, the application's next thread fails.
 *
 * <p>Limits on memory are left out: used memory can be reclaimed, and lack of memory does not make a thread's start
 * fail. A limit that can't be read excludes nothing.
 *
 * @param limits all limits of the process, as read
 * @param one what one more thread of that process takes
 */
public record ThreadRoom(List<ThreadLimit> limits, ThreadNeeds one) {

    /** The room in the limits of the process with that folder, {@code /proc/PID}, as visible here. */
    public static ThreadRoom of(Path procDir, ThreadNeeds one) {
        return new ThreadRoom(ThreadLimits.of(procDir).all(), one);
    }

    /** The room in the limits of the calling thread and its process. */
    public static ThreadRoom ofSelf(ThreadNeeds one) {
        return new ThreadRoom(ThreadLimits.ofSelf().all(), one);
    }

    /** Whether a limit on the address space applies: only for those the size of a stack counts. */
    public boolean limitsAddressSpace() {
        for (ThreadLimit limit : limits) {
            if (limit.unit() == Unit.ADDRESS_SPACE && limit.isLimited()) {
                return true;
            }
        }
        return false;
    }

    /** The same limits, with another size of a thread. */
    public ThreadRoom with(ThreadNeeds needs) {
        return new ThreadRoom(limits, needs);
    }

    /**
     * The limit that does not allow that many more threads, the one that lacks the most; empty if they fit.
     *
     * @param inside threads of the process itself
     * @param beside tasks of other processes of the same user in the same cgroup, such as a tracer's: they count in
     *     {@code pids.max} or {@code RLIMIT_NPROC} as the process's own do, but have an address space of their own
     */
    public Optional<ThreadLimit> missing(long inside, long beside) {
        // A loop: the agent calls this in the application's start, and the first lambdas take 10 ms.
        ThreadLimit most = null;
        for (ThreadLimit limit : limits) {
            long spare = spare(limit, inside, beside);
            if (spare < 0 && (most == null || spare < spare(most, inside, beside))) {
                most = limit;
            }
        }
        return Optional.ofNullable(most);
    }

    /** What would be left of the limit; negative if it is not enough. */
    private long spare(ThreadLimit limit, long inside, long beside) {
        long room = limit.room(one);
        if (limit.unit() == Unit.MEMORY || room == ThreadLimit.UNKNOWN || room == ThreadLimit.UNLIMITED) {
            return ThreadLimit.UNLIMITED;
        }
        return room - (limit.unit() == Unit.TASKS ? inside + beside : inside);
    }

    /** The room of a limit and its numbers, for a message. */
    public String words(ThreadLimit limit) {
        long room = limit.room(one);
        return limit.name() + " has room for " + (room == 0 ? "no" : room) + " more thread" + (room == 1 ? "" : "s")
                + " (" + limit.used() + " of " + limit.max() + ", " + limit.source() + ")";
    }
}
