package io.clonetrace.report.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.report.Recordings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class DumpedThreadTest {
    private static final int SPINS = 50_000_000;

    private static volatile long sink;
    private static long id;

    @Test
    void bothFormatsOfHotSpotAreRead() {
        Map<Long, DumpedThread> read = read(
                "Threads class SMR info:",
                "",
                "\"main\" #1 prio=5 os_prio=0 cpu=216.79ms elapsed=0.56s tid=0x00007f78d4019b50 nid=0x78aa waiting on"
                        + " condition  [0x00007f78d9bfd000]",
                "   java.lang.Thread.State: TIMED_WAITING (parking)",
                "\tat jdk.internal.misc.Unsafe.park(java.base@17.0.15/Native Method)",
                "",
                "\"Finalizer\" #13 [32167] daemon prio=8 os_prio=0 cpu=0.10ms elapsed=1.03s allocated=7K"
                        + " defined_classes=3 tid=0x00007f122c115b30 nid=32167 in Object.wait()  [0x0]",
                "   java.lang.Thread.State: WAITING (on object monitor)",
                "\"VM Thread\" os_prio=0 cpu=9.39ms elapsed=0.55s tid=0x00007f78d414b9a0 nid=0x78b0 runnable");
        assertEquals(
                Map.of(
                        1L, new DumpedThread(7, 0x78aa, 216_790_000, "TIMED_WAITING (parking)"),
                        13L, new DumpedThread(7, 32167, 100_000, "WAITING (on object monitor)")),
                read);
    }

    @Test
    void nameThatLooksLikeAHeaderIsNotReadAsOne() {
        String forged = "\" #1 prio=5 os_prio=0 cpu=9.00ms elapsed=1.00s tid=0x1 nid=0x1 runnable";
        Map<Long, DumpedThread> read = read(
                "\"x" + forged + "\" #29 prio=5 os_prio=0 cpu=1.00ms elapsed=1.00s tid=0x7 nid=0x2b runnable  [0x0]",
                "\"",
                "\"\"",
                "\"unfinished\" #");
        assertEquals(Map.of(29L, new DumpedThread(7, 43, 1_000_000, null)), read);
    }

    @Test
    void laterDumpCounts() {
        Map<Long, DumpedThread> read = new HashMap<>();
        String line = "\"x\" #5 prio=5 os_prio=0 cpu=%s0ms elapsed=1.00s tid=0x7 nid=0x2b runnable";
        DumpedThread.read(11, String.format(line, "3.0"), read);
        DumpedThread.read(7, String.format(line, "2.0"), read);
        assertEquals(3_000_000, read.get(5L).cpu());
    }

    @Test
    void cpuTimeAndStateOfARecordedDumpAreThoseOfTheJvm() throws IOException {
        CountDownLatch done = new CountDownLatch(1);
        Path file = Recordings.file(List.of("jdk.JVMInformation", "jdk.ThreadStart", "jdk.ThreadDump"), () -> {
            CountDownLatch spun = new CountDownLatch(1);
            Thread thread = new Thread(() -> {
                for (int spin = 0; spin < SPINS; spin++) {
                    sink += spin;
                }
                spun.countDown();
                awaitUninterrupted(done);
            });
            thread.start();
            spun.await();
            while (thread.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            id = thread.getId();
        });
        long used = ManagementFactory.getThreadMXBean().getThreadCpuTime(id);
        done.countDown();
        ThreadRow row = Recordings.read(file).jvms().get(0).threads().stream()
                .filter(one -> one.javaId() == id)
                .findAny()
                .orElseThrow();
        DumpedThread dumped = row.dumped().orElseThrow();
        assertEquals("WAITING (parking)", dumped.state());
        assertTrue(dumped.cpu() > used / 2 && dumped.cpu() <= used + 1_000_000, dumped + " of " + used);
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    private static Map<Long, DumpedThread> read(String... lines) {
        Map<Long, DumpedThread> read = new HashMap<>();
        DumpedThread.read(7, String.join("\n", lines), read);
        return read;
    }
}
