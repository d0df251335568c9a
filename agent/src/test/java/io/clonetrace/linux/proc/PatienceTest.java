package io.clonetrace.linux.proc;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private static final int CHECKS = 7;
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(50);

    /** Long enough that the limit by the clock is not reached. */
    private static final long LONG_PAUSE = TimeUnit.SECONDS.toNanos(60);

    @Test
    void aProcessThatSleepsIsGivenUpAfterTheChecks() throws Exception {
        Process sleeping = new ProcessBuilder("sleep", "600").start();
        try {
            Path stat = folder(sleeping).resolve("comm");
            while (!PseudoFile.of(stat).equals("sleep") || !isAsleep(sleeping)) {
                LockSupport.parkNanos(PAUSE);
            }
            Patience patience = new Patience(CHECKS * LONG_PAUSE, LONG_PAUSE, folder(sleeping));
            for (int check = 1; check < CHECKS; check++) {
                assertFalse(patience.isOver());
            }
            assertTrue(patience.isOver());
        } finally {
            sleeping.destroyForcibly();
        }
    }

    private static boolean isAsleep(Process process) {
        return ProcessStatus.of(process.pid())
                .flatMap(status -> status.field("State"))
                .filter(state -> state.startsWith("S"))
                .isPresent();
    }

    /** Each check waits for a moment of progress: how long that takes does not matter. */
    @Test
    void aProcessThatUsesTheProcessorIsWaitedFor() throws Exception {
        Process busy = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
        try {
            Patience patience = new Patience(CHECKS * LONG_PAUSE, LONG_PAUSE, folder(busy));
            for (int check = 0; check < 2 * CHECKS; check++) {
                String before = times(busy);
                while (times(busy).equals(before)) {
                    LockSupport.parkNanos(PAUSE);
                }
                assertFalse(patience.isOver());
            }
        } finally {
            busy.destroyForcibly();
        }
    }

    @Test
    void theWaitEndsAlsoIfThereIsProgress() throws Exception {
        Process busy = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
        try {
            Patience patience = new Patience(PAUSE, 1, folder(busy));
            while (!patience.isOver()) {
                LockSupport.parkNanos(1);
            }
        } finally {
            busy.destroyForcibly();
        }
    }

    private static Path folder(Process process) {
        return Path.of("/proc/" + process.pid());
    }

    /** utime and stime of proc_pid_stat(5). */
    private static String times(Process process) throws IOException {
        String[] fields = PseudoFile.of(folder(process).resolve("stat")).split(" ");
        return fields[13] + " " + fields[14];
    }
}
