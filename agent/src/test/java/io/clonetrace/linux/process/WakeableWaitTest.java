package io.clonetrace.linux.process;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.linux.file.Pipe;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WakeableWaitTest {
    private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONG = TimeUnit.HOURS.toNanos(1);

    private final Pipe pipe = Pipe.make();
    private final WakeableWait wait = WakeableWait.open();

    WakeableWaitTest() throws Exception {}

    @AfterEach
    void close() {
        wait.close();
        pipe.close();
    }

    @Test
    void fileThatCanBeReadEndsTheWait() throws Exception {
        assertFalse(wait.await(pipe.readFd(), MOMENT));
        try (OutputStream out = Files.newOutputStream(pipe.writing())) {
            out.write(1);
        }
        assertTrue(wait.await(pipe.readFd(), LONG));
        assertTrue(wait.await(pipe.readFd(), LONG), "nobody has read it");
    }

    @Test
    void wakeEndsOneWaitEvenIfItComesBefore() {
        wait.wake();
        wait.wake();
        assertFalse(wait.await(pipe.readFd(), LONG));
        long began = System.nanoTime();
        assertFalse(wait.await(pipe.readFd(), 20 * MOMENT));
        assertTrue(System.nanoTime() - began >= 15 * MOMENT);
    }

    @Test
    void otherThreadEndsTheWait() throws Exception {
        Thread waiting = new Thread(() -> wait.await(pipe.readFd(), LONG));
        waiting.start();
        wait.wake();
        waiting.join();
    }

    @Test
    void wakeAfterTheEndIsIgnored() {
        wait.close();
        wait.wake();
        wait.close();
    }
}
