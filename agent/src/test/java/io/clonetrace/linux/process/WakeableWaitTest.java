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
        assertFalse(wait.await(pipe.readFd(), -1, MOMENT));
        try (OutputStream out = Files.newOutputStream(pipe.writing())) {
            out.write(1);
        }
        assertTrue(wait.await(pipe.readFd(), -1, LONG));
        assertTrue(wait.await(pipe.readFd(), -1, LONG), "the byte is still in it");
    }

    @Test
    void wakeEndsOneWaitEvenIfItComesBefore() throws Exception {
        wait.wake();
        wait.wake();
        assertFalse(wait.await(pipe.readFd(), -1, LONG));
        long began = System.nanoTime();
        assertFalse(wait.await(pipe.readFd(), -1, 20 * MOMENT));
        assertTrue(System.nanoTime() - began >= 15 * MOMENT);
    }

    @Test
    void otherThreadEndsTheWait() throws Exception {
        FutureTask<Boolean> waiting = new FutureTask<>(() -> wait.await(pipe.readFd(), -1, LONG));
        new Thread(waiting).start();
        wait.wake();
        assertFalse(waiting.get());
    }

    @Test
    void fileThatCannotBeWaitedForIsRefused() {
        int closed = Integer.MAX_VALUE;
        assertThrows(LinuxException.class, () -> wait.await(closed, -1, LONG));
    }

    @Test
    void eachOfTwoFilesEndsTheWaitAndIsTold() throws Exception {
        try (Pipe other = Pipe.make();
                OutputStream out = Files.newOutputStream(other.writing())) {
            assertFalse(wait.await(pipe.readFd(), other.readFd(), MOMENT));
            assertFalse(wait.isReadable(1));
            out.write(1);
            assertTrue(wait.await(pipe.readFd(), other.readFd(), LONG));
            assertFalse(wait.isReadable(0));
            assertTrue(wait.isReadable(1));
            assertTrue(wait.await(-1, other.readFd(), LONG));
            assertThrows(LinuxException.class, () -> wait.await(other.readFd(), Integer.MAX_VALUE, LONG));
        }
    }

    @Test
    void wakeAfterTheEndIsIgnored() {
        wait.close();
        wait.wake();
        wait.close();
    }
}
