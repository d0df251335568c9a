package io.clonetrace.agent.host;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GateTest {
    private static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    @Test
    void closeWaitsForThreadsThatEntered() throws InterruptedException {
        Gate gate = new Gate();
        assertTrue(gate.enter());
        assertFalse(gate.close(SHORT_NANOS));
        assertFalse(gate.enter());
        Thread leaving = new Thread(gate::leave);
        leaving.start();
        assertTrue(gate.close(TimeUnit.SECONDS.toNanos(10)));
        leaving.join();
    }
}
