package io.clonetrace.live;

import io.clonetrace.limit.ThreadLimit;
import io.clonetrace.limit.ThreadLimits;
import io.clonetrace.limit.ThreadNeeds;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The limits on the threads of a process, and how fast their use grows. */
final class LimitHistory {
    private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** What grows for a shorter time is a beginning, not a trend. */
    private static final long SHORTEST_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final double SECOND = 1e9;
    private static final String OF_MACHINE = "kernel.";

    private final ThreadLimits reader;
    private final ThreadNeeds needs;
    private final Deque<Reading> readings = new ArrayDeque<>();

    private record Reading(long at, Map<String, Long> used) {}

    /**
     * The limits of a process.
     *
     * @param process its folder in /proc
     * @param stackSize of one more thread, in bytes
     */
    LimitHistory(Path process, long stackSize) {
        reader = ThreadLimits.of(process);
        needs = ThreadNeeds.ofStack(stackSize);
    }

    /**
     * Reads them: the nearest first, only those with both numbers.
     *
     * @param threads how many the process has
     */
    List<LiveLimit> read(long now, long threads) {
        return of(now, threads, reader.read(needs));
    }

    List<LiveLimit> of(long now, long threads, List<ThreadLimit> limits) {
        Map<String, Long> used = new HashMap<>();
        List<LiveLimit> lines = new ArrayList<>();
        while (readings.size() > 1 && now - readings.getFirst().at() > WINDOW_NANOS) {
            readings.removeFirst();
        }
        Reading first = readings.peekFirst();
        for (ThreadLimit limit : limits) {
            if (!limit.isLimited() || limit.used() == ThreadLimit.UNKNOWN || limit.max() <= 0) {
                continue;
            }
            String key = limit.name() + ' ' + limit.location();
            // What others on the machine use counts in it, and says nothing of this process's growth.
            long grows = limit.name().startsWith(OF_MACHINE) ? threads : limit.used();
            used.put(key, grows);
            lines.add(new LiveLimit(
                    limit.name(),
                    limit.used(),
                    limit.max(),
                    limit.unit() == ThreadLimit.Unit.ADDRESS_SPACE || limit.unit() == ThreadLimit.Unit.MEMORY,
                    secondsLeft(first, now, key, grows, limit.max() - limit.used()),
                    limit.location()));
        }
        readings.addLast(new Reading(now, used));
        return lines;
    }

    private static double secondsLeft(Reading first, long now, String key, long grows, long left) {
        if (first == null || now - first.at() < SHORTEST_NANOS || !first.used().containsKey(key)) {
            return -1;
        }
        long grown = grows - first.used().get(key);
        return grown <= 0 ? -1 : Math.max(0, left) * ((now - first.at()) / SECOND) / grown;
    }
}
