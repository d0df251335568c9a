package io.clonetrace.limit;

import io.clonetrace.limit.ThreadLimit.Unit;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How many more threads fit into the limits of a process. Whoever makes threads there looks here first: a thread that
 * takes the last place is one that the application is refused.
 *
 * <p>Limits on memory are left out: memory that is in use can be given back, and who gets none is not refused a thread.
 * A limit that can't be read excludes nothing.
 *
 * @param limits all limits of the process as they were read
 * @param one what one more thread a snapshot of that process takes
 */
public record ThreadRoom(List<ThreadLimit> limits, ThreadNeeds one) {

    /** In the limits of the process with that folder, {@code /proc/PID}, as they are to be seen from here. */
    public static ThreadRoom of(Path procDir, ThreadNeeds one) {
        return new ThreadRoom(ThreadLimits.of(procDir).all(), one);
    }

    /** In the limits of the calling thread and its process. */
    public static ThreadRoom ofSelf(ThreadNeeds one) {
        return new ThreadRoom(ThreadLimits.ofSelf().all(), one);
    }

    /** Whether a limit on the address space applies: only there the size of a stack counts. */
    public boolean limitsAddressSpace() {
        for (ThreadLimit limit : limits) {
            if (limit.unit() == Unit.ADDRESS_SPACE && limit.isLimited()) {
                return true;
            }
        }
        return false;
    }

    /** The same limits, where one more thread takes that. */
    public ThreadRoom with(ThreadNeeds needs) {
        return new ThreadRoom(limits, needs);
    }

    /**
     * The limit that is in the way of so many more threads, the one with the most missing first; empty if they fit.
     *
     * @param inside threads of the process itself
     * @param beside tasks of other processes of the same user in the same cgroup, as those of a tracer: they count in
     *     {@code pids.max} or {@code RLIMIT_NPROC} as the process's own do, and have an address space of their own
     */
    public Optional<ThreadLimit> missing(long inside, long beside) {
        // A loop: the agent asks in the application's start, which would wait 10 ms for the first lambdas.
        ThreadLimit most = null;
        for (ThreadLimit limit : limits) {
            long spare = spare(limit, inside, beside);
            if (spare < 0 && (most == null || spare < spare(most, inside, beside))) {
                most = limit;
            }
        }
        return Optional.ofNullable(most);
    }

    /** What would be left of the limit; negative if it doesn't suffice. */
    private long spare(ThreadLimit limit, long inside, long beside) {
        long room = limit.room(one);
        if (limit.unit() == Unit.MEMORY || room == ThreadLimit.UNKNOWN || room == ThreadLimit.UNLIMITED) {
            return ThreadLimit.UNLIMITED;
        }
        return room - (limit.unit() == Unit.TASKS ? inside + beside : inside);
    }

    /** In one text how much room such a limit has, and its numbers: for a message. */
    public String words(ThreadLimit limit) {
        long room = limit.room(one);
        return limit.name() + " has room for " + (room == 0 ? "no" : room) + " more thread" + (room == 1 ? "" : "s")
                + " (" + limit.used() + " of " + limit.max() + ", " + limit.source() + ")";
    }
}
