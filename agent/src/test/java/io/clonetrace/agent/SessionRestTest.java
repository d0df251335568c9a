package io.clonetrace.agent;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.agent.host.AgentThread;
import io.clonetrace.linux.file.Pipe;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SessionRestTest {
    private static final long LONG = TimeUnit.HOURS.toNanos(1);

    private final Pipe pipe = Pipe.make();
    private final AgentThread thread = new AgentThread("session", this::sleep);
    private final SessionRest rest = new SessionRest(thread);
    private volatile int descriptor = pipe.readFd();
    private volatile int alarm = -1;
    private volatile int times = 1;
    private volatile long nanos = LONG;

    SessionRestTest() throws Exception {}

    private void sleep() {
        for (int i = 0; i < times; i++) {
            rest.sleep(nanos, descriptor, alarm, false);
        }
    }

    @AfterEach
    void close() {
        rest.close();
        pipe.close();
    }

    private void makeReadable() throws Exception {
        try (OutputStream out = Files.newOutputStream(pipe.writing())) {
            out.write(1);
        }
    }

    @Test
    void wakeEndsTheSleepWhateverItWaitsFor() throws Exception {
        thread.start();
        while (thread.isAlive()) {
            AgentThread.wake(thread);
            thread.join(1);
        }
    }

    @Test
    void wakeEndsTheSleepWithoutADescriptor() throws Exception {
        descriptor = -1;
        thread.start();
        AgentThread.wake(thread);
        thread.join();
    }

    @Test
    void whatIsReadableEndsTheSleepButNotAtOnceTwice() throws Exception {
        makeReadable();
        times = 51;
        long began = System.nanoTime();
        thread.start();
        thread.join();
        long atLeast = 45 * PollInterval.APART_NANOS;
        assertTrue(System.nanoTime() - began >= atLeast);
    }

    @Test
    void alarmEndsTheSleepButNotAtOnceTwice() throws Exception {
        makeReadable();
        alarm = descriptor;
        descriptor = -1;
        times = 51;
        long began = System.nanoTime();
        thread.start();
        thread.join();
        assertTrue(System.nanoTime() - began >= 45 * PollInterval.APART_NANOS);
    }

    @Test
    void descriptorThatCannotBeWaitedForDoesNotEndTheSleep() throws Exception {
        descriptor = Integer.MAX_VALUE;
        nanos = 5 * PollInterval.APART_NANOS;
        times = 11;
        long began = System.nanoTime();
        thread.start();
        thread.join();
        assertTrue(System.nanoTime() - began >= 9 * nanos);
    }
}
