package io.clonetrace.linux.process;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.file.Pipe;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EpollTest {
    private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONG = TimeUnit.HOURS.toNanos(1);

    private final Pipe pipe = Pipe.make();
    private final Epoll epoll = Epoll.open();
    private final WakeableWait wait = WakeableWait.open();

    EpollTest() throws Exception {}

    @AfterEach
    void close() {
        wait.close();
        epoll.close();
        pipe.close();
    }

    private void write() throws Exception {
        try (OutputStream out = Files.newOutputStream(pipe.writing())) {
            out.write(1);
        }
    }

    @Test
    void fileCountsOnceEachTimeItsReadersAreWoken() throws Exception {
        epoll.addEdge(pipe.readFd());
        for (int i = 0; i < 3; i++) {
            assertFalse(wait.await(epoll.fd(), -1, MOMENT), "what was in it before does not count again");
            write();
            assertTrue(wait.await(epoll.fd(), -1, LONG));
            assertTrue(wait.await(epoll.fd(), -1, LONG), "not cleared yet");
            epoll.clear();
        }
    }

    @Test
    void fileThatCannotBeWaitedForIsRefused() {
        assertThrows(LinuxException.class, () -> epoll.addEdge(Integer.MAX_VALUE));
    }
}
