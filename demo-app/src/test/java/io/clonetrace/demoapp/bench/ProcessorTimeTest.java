package io.clonetrace.demoapp.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessorTimeTest {
    private static final Duration MUCH = Duration.ofMillis(300);
    private static final double MICROS = 1e3;
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
        assertTrue(ProcessorTime.micros() - before >= MUCH.toMillis() * MICROS - TICKS);
    }

    @Test
    void childCounts() throws Exception {
        double before = ProcessorTime.micros();
        Process child = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
        try {
            while (child.info().totalCpuDuration().orElseThrow().compareTo(MUCH) < 0) {
                Thread.sleep(10);
            }
            assertTrue(ProcessorTime.micros() - before >= MUCH.toMillis() * MICROS - TICKS);
        } finally {
            child.destroyForcibly().waitFor();
        }
    }
}
