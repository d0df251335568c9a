package io.clonetrace.agent.jmx;

import io.clonetrace.limit.ThreadLimit;
import io.clonetrace.limit.ThreadLimits;
import io.clonetrace.limit.ThreadNeeds;
import io.clonetrace.stack.JavaThreadStack;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What takes longer the more threads there are: the stacks and the limits. The session's thread measures them while a
 * client reads, so that no client waits for it; any thread may ask for the last values.
 */
final class Measurements {
    private static final long APART_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** The rest between two measures, as a multiple of what the last took: at most a fiftieth of a processor. */
    private static final int REST = 50;

    /** A client that has not read for so long is gone. */
    private static final long GONE_NANOS = TimeUnit.MINUTES.toNanos(5);

    private final StackSums sums;
    private final ThreadLimits limits = ThreadLimits.ofSelf();
    private final ThreadNeeds needs = ThreadNeeds.ofStack(JavaThreadStack.STANDARD);
    private volatile Measured last = new Measured(null, Map.of(), Map.of());
    private volatile long asked = System.nanoTime();
    private long next = asked;

    /**
     * One measure.
     *
     * @param at milliseconds since the epoch; null before the first
     */
    record Measured(Long at, Map<String, StackSum> stacks, Map<String, Limit> limits) {}

    Measurements(StackSums sums) {
        this.sums = sums;
    }

    /** The last one. The next will follow. */
    Measured last() {
        asked = System.nanoTime();
        return last;
    }

    /** Measures if it is time. Called by the session's thread. */
    void tick() {
        sums.dropEnded();
        long begin = System.nanoTime();
        if (begin - next < 0 || begin - asked > GONE_NANOS) {
            return;
        }
        last = new Measured(System.currentTimeMillis(), sums.measure(), limits());
        long end = System.nanoTime();
        next = end + Math.max(APART_NANOS, REST * (end - begin));
    }

    private Map<String, Limit> limits() {
        Map<String, Limit> all = new LinkedHashMap<>();
        for (ThreadLimit limit : limits.read(needs)) {
            long room = limit.room(needs);
            Limit value = new Limit(
                    Numbers.known(limit.used()),
                    Numbers.known(limit.max()),
                    room == ThreadLimit.UNLIMITED ? null : Numbers.known(room),
                    limit.source());
            // Each ancestor of a cgroup has a limit of the same name.
            String name = all.containsKey(limit.name()) ? limit.name() + " " + limit.location() : limit.name();
            all.put(name, value);
        }
        return all;
    }
}
