package io.clonetrace.trace.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.NativeOrigin;
import io.clonetrace.linux.process.WakeableWait;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.StackCapture;
import io.clonetrace.trace.ebpf.LayoutTable.Layout;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What wakes the reader of a ring that watches this JVM, which may make a few threads of its own meanwhile. */
@Timeout(60)
class EbpfAlarmTest {
    private static final int RING = 1 << 16;

    /** With a header of 8 bytes, and the outcome of the capture. */
    private static final int QUARTER = RING / 4 / (CaptureOutcome.BYTES + 8) + 1;

    private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONG = TimeUnit.HOURS.toNanos(1);
    private static final int PID = (int) ProcessHandle.current().pid();

    private final AtomicInteger calls = new AtomicInteger();
    private final WakeableWait wait = WakeableWait.open();
    private EbpfSource source = source(StackCapture.Mode.NATIVE);

    EbpfAlarmTest() throws Exception {}

    @BeforeAll
    static void needsRights() {
        EbpfRights.assume();
    }

    private static EbpfSource source(StackCapture.Mode mode) throws Exception {
        EbpfSource source = new EbpfSource(
                PID,
                false,
                new StackCapture(mode, (pid, startRoutine, copy) -> new NativeOrigin(startRoutine)),
                RING,
                RING,
                Layout::of);
        source.start();
        return source;
    }

    @AfterEach
    void close() {
        source.stop();
        wait.close();
    }

    /** @return whether it found nothing */
    private boolean poll() {
        source.poll(new CloneSink() {
            @Override
            public void cloned(CloneCall call) {
                calls.incrementAndGet();
            }

            @Override
            public void exited(int tid) {
                throw new AssertionError("an end of " + tid);
            }
        });
        return source.isQuiet();
    }

    private boolean rings(long nanos) throws Exception {
        return wait.await(source.alarm(), -1, nanos);
    }

    private static void startThreads(int number) throws InterruptedException {
        for (int i = 0; i < number; i++) {
            Thread thread = new Thread(() -> {});
            thread.start();
            thread.join();
        }
    }

    /** As after the first poll that finds nothing. */
    private void beQuiet() {
        assertTrue(source.rings());
        while (!poll()) {}
    }

    /** As after a poll that found records. */
    private void beBusy() throws InterruptedException {
        beQuiet();
        startThreads(1);
        assertFalse(poll());
    }

    @Test
    void firstRecordAfterAPollThatFoundNothingRings() throws Exception {
        for (int i = 0; i < 3; i++) {
            beQuiet();
            startThreads(1);
            assertTrue(rings(LONG));
        }
    }

    @Test
    void furtherRecordsRingOnlyOnceAQuarterIsFull() throws Exception {
        beBusy();
        startThreads(7);
        assertFalse(rings(MOMENT));
        startThreads(QUARTER);
        assertTrue(rings(LONG));
        assertFalse(poll());
        assertFalse(rings(MOMENT), "what is read rings no more");
        assertEquals(0, source.lostRecords());
        assertTrue(calls.get() >= QUARTER + 8);
    }

    /** Which limit was hit has to be read before it changes. */
    @Test
    void refusedCallRingsAtOnce() throws Exception {
        assumeTrue(source.unseenRefusals() == null, source.unseenRefusals());
        beBusy();
        NativeLibrary libc = NativeLibrary.getInstance("c");
        try (Memory stack = new Memory(1 << 16)) {
            // CLONE_THREAD without CLONE_SIGHAND: EINVAL (clone(2)).
            Object[] refused = {
                libc.getFunction("getpid"), stack.share(1 << 15), (int) CloneFlag.CLONE_THREAD.bit(), null
            };
            assertEquals(-1, libc.getFunction("clone").invokeInt(refused));
        }
        assertTrue(rings(LONG));
    }

    /** Then only a thread that is alive can tell whose it is. */
    @Test
    void withoutStacksThereIsNoAlarm() throws Exception {
        source.stop();
        source = source(StackCapture.Mode.OFF);
        assertFalse(source.rings());
        assertEquals(-1, source.alarm());
    }
}
