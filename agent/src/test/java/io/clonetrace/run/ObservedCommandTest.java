package io.clonetrace.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.linux.process.PidFd;
import io.clonetrace.trace.CloneSource;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ObservedCommandTest {
    private static final long RUNS_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** Runs for a moment, and counts how often its end was asked for. */
    private static final class Command implements ObservedCommand {
        private final long begin = System.nanoTime();
        private int asked;

        @Override
        public PidFd process() {
            throw new UnsupportedOperationException();
        }

        @Override
        public CloneSource source() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void go() {}

        @Override
        public OptionalInt ended() {
            asked++;
            return System.nanoTime() - begin < RUNS_NANOS ? OptionalInt.empty() : OptionalInt.of(9);
        }
    }

    @Test
    void interruptedThreadWaitsWithoutSpinning() {
        Command command = new Command();
        Thread.currentThread().interrupt();
        assertEquals(9, command.awaitEnd());
        assertTrue(Thread.interrupted());
        assertTrue(command.asked < 100, () -> "asked " + command.asked + " times");
    }
}
