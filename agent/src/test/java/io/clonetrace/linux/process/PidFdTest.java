package io.clonetrace.linux.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/**
 * With a descriptor and, as on a kernel without it, by the start time. WrappedCommandIT has a pid that is given to
 * another.
 */
class PidFdTest {
    private static final int SIGTERM = 15;

    private static void sendsAsLongAsItIsThere(IntFunction<PidFd> known) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sleep", "1000").start();
        try (PidFd fd = known.apply((int) process.pid())) {
            assertTrue(fd.send(0));
            assertTrue(fd.send(SIGTERM));
            assertEquals(128 + SIGTERM, process.waitFor());
            assertFalse(fd.send(0));
        }
    }

    @Test
    void byDescriptor() throws Exception {
        sendsAsLongAsItIsThere(PidFd::of);
    }

    @Test
    void byStart() throws Exception {
        sendsAsLongAsItIsThere(PidFd::byStart);
    }

    @Test
    void nothingIsSentWhenItIsClosed() throws Exception {
        Process process = new ProcessBuilder("sleep", "1000").start();
        PidFd fd = PidFd.of((int) process.pid());
        fd.close();
        fd.kill();
        assertFalse(fd.send(0));
        assertTrue(process.isAlive());
        process.destroyForcibly();
    }
}
