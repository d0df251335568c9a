package io.clonetrace.fleet.generator;

import io.clonetrace.fleet.generator.jfr.EventRow;
import io.clonetrace.fleet.generator.jfr.RecordedChunk.Times;
import io.clonetrace.fleet.generator.jfr.Type;
import java.util.List;

/** Moves the times of a template to those of a chunk that lasts longer, and begins elsewhere. */
final class Clock {
    private static final long MILLI = 1_000_000;
    /** The machine had run so long before. */
    private static final long UP = 400_000_000_000_000L;

    private final Times from;
    private final Times to;
    private final long begin;
    private final double scale;

    /**
     * @param begin when the recording began that the chunk belongs to, in nanoseconds since the epoch: what was before
     *     the template is as long before this
     */
    Clock(Times from, Times to, long begin) {
        this.from = from;
        this.to = to;
        this.begin = begin;
        scale = (double) to.nanos() / Math.max(1, from.nanos());
    }

    /** When the recording began, in nanoseconds since the epoch. */
    long begin() {
        return begin;
    }

    /** The ticks of a time in nanoseconds since the epoch. */
    long ticks(long time) {
        return to.startTicks() + (long) ((time - to.startNanos()) * (to.ticksPerSecond() / 1e9));
    }

    /** The time of ticks, in nanoseconds since the epoch. */
    long time(long ticks) {
        return to.startNanos() + (long) ((ticks - to.startTicks()) * (1e9 / to.ticksPerSecond()));
    }

    long movedTicks(long ticks) {
        return ticks <= 0 ? ticks : to.startTicks() + (long) ((ticks - from.startTicks()) * scale);
    }

    /** Without those that stand for none, or are the end of a certificate. */
    private long movedMillis(long millis) {
        return millis <= 0 || millis > from.startNanos() / MILLI * 2 ? millis : moved(millis * MILLI) / MILLI;
    }

    /** Moves a time in nanoseconds since the epoch; unknown stays unknown. */
    long moved(long time) {
        if (time <= 0) {
            return time;
        }
        long since = time - from.startNanos();
        return since < 0 ? begin + since : to.startNanos() + (long) (since * scale);
    }

    /** What CLOCK_MONOTONIC is at a time since the epoch. */
    long monotonic(long time) {
        return time - begin + UP;
    }

    /** Moves all times of an event. */
    void move(EventRow event) {
        List<Type.Field> fields = event.type().fields();
        for (int index = 0; index < fields.size(); index++) {
            switch (fields.get(index).time()) {
                case TICKS -> event.set(index, movedTicks((Long) event.value(index)));
                case MILLIS -> event.set(index, movedMillis((Long) event.value(index)));
                case NONE -> {}
            }
        }
        event.with("snapshot", moved(event.number("snapshot")));
        event.with("taskStarted", moved(event.number("taskStarted")));
        if (event.number("kernelTime") > 0) {
            event.with("kernelTime", monotonic(event.number("observedAt") * MILLI));
        }
    }
}
