package io.clonetrace.report.chunk;

import java.nio.ByteBuffer;

/** The clock of a chunk, by its header (JDK: {@code consumer/TimeConverter.java}). */
final class ChunkClock {
    private static final int NANOS_AT = 32;
    private static final int TICKS_AT = 48;
    private static final int FREQUENCY_AT = 56;
    private static final double NANOS = 1e9;

    private final long startNanos;
    private final long startTicks;
    private final double ticksInANanosecond;

    ChunkClock(ByteBuffer header) {
        startNanos = header.getLong(NANOS_AT);
        startTicks = header.getLong(TICKS_AT);
        ticksInANanosecond = header.getLong(FREQUENCY_AT) / NANOS;
    }

    /** Nanoseconds since the epoch. */
    long nanos(long ticks) {
        return startNanos + (long) ((ticks - startTicks) / ticksInANanosecond);
    }
}
