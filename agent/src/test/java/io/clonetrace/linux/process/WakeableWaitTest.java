package io.clonetrace.linux.process;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.file.Pipe;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.concurrent.FutureTask;
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
        assertTrue(wait.await(pipe.readFd(), LONG), "the byte is still in it");
    }

    @Test
    void wakeEndsOneWaitEvenIfItComesBefore() throws Exception {
        wait.wake();
        wait.wake();
        assertFalse(wait.await(pipe.readFd(), LONG));
        long began = System.nanoTime();
        assertFalse(wait.await(pipe.readFd(), 20 * MOMENT));
        assertTrue(System.nanoTime() - began >= 15 * MOMENT);
    }

    @Test
    void otherThreadEndsTheWait() throws Exception {
        FutureTask<Boolean> waiting = new FutureTask<>(() -> wait.await(pipe.readFd(), LONG));
        new Thread(waiting).start();
        wait.wake();
        assertFalse(waiting.get());
    }

    @Test
    void fileThatCannotBeWaitedForIsRefused() {
        int closed = Integer.MAX_VALUE;
        assertThrows(LinuxException.class, () -> wait.await(closed, LONG));
    }

    @Test
    void wakeAfterTheEndIsIgnored() {
        wait.close();
        wait.wake();
        wait.close();
    }
}
