package io.clonetrace.demoapp.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessorTimeTest {
    private static final Duration MUCH = Duration.ofMillis(300);
    private static final double MICROS_A_MILLI = 1e3;
    private static final double NANOS_A_MICRO = 1e3;
    private static final double TICKS = 2e4;

    @Test
    void threadThatHasEndedCounts() throws InterruptedException {
        double before = ProcessorTime.micros();
        Thread busy = new Thread(() -> {
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            while (threads.getCurrentThreadCpuTime() < MUCH.toNanos()) {
                Thread.onSpinWait();
            }
        });
        busy.start();
        busy.join();
        assertTrue(ProcessorTime.micros() - before >= MUCH.toMillis() * MICROS_A_MILLI - TICKS);
    }

    /** The child counts to itself, and says so: then it has used all that it will use. */
    @Test
    void childCounts() throws Exception {
        double before = ProcessorTime.micros();
        Process child = new ProcessBuilder(
                        "sh", "-c", "i=0; while [ $i -lt 500000 ]; do i=$((i+1)); done; echo; read end")
                .start();
        try {
            child.getInputStream().read();
            double used = child.info().totalCpuDuration().orElseThrow().toNanos() / NANOS_A_MICRO;
            assertTrue(used >= 10 * TICKS, () -> "too little to be distinguished from this process's own: " + used);
            assertTrue(ProcessorTime.micros() - before >= used - TICKS);
        } finally {
            child.destroyForcibly().waitFor();
        }
    }
}
