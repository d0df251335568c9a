package io.clonetrace.correlate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RealtimeClockTest {
    private static final long NOON = TimeUnit.MILLISECONDS.toNanos(1_700_000_000_000L);
    private static final long READING = 200;
    private static final long STOPPED = TimeUnit.MILLISECONDS.toNanos(5);

    /** The thread is stopped before so many of the first readings. */
    private int stops;

    private int readings;
    private long time;

    private long read() {
        readings++;
        time += READING + (readings <= stops ? STOPPED : 0);
        return time;
    }

    private final RealtimeClock clock = new RealtimeClock(() -> NOON + read(), this::read);

    @Test
    void clocksAreReadOnceWhereNothingStopsTheThread() {
        assertEquals(NOON, clock.aheadOfNanoTime());
        assertEquals(3, readings);
    }

    @Test
    void readingInWhichTheThreadWasStoppedDoesNotCount() {
        for (stops = 1; stops <= 12; stops++) {
            readings = 0;
            assertEquals(NOON, clock.aheadOfNanoTime(), () -> stops + " readings late");
        }
    }

    @Test
    void clockOfAMachineThatIsAlwaysSlowIsStillRead() {
        stops = Integer.MAX_VALUE;
        assertEquals(NOON, clock.aheadOfNanoTime());
    }

    @Test
    void nowIsTheSystemsTime() {
        long before = System.currentTimeMillis();
        long now = TimeUnit.NANOSECONDS.toMillis(RealtimeClock.now());
        assertTrue(before <= now && now <= System.currentTimeMillis());
    }
}
