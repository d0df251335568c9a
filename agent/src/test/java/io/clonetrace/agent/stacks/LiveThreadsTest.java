package io.clonetrace.agent.stacks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.agent.recording.JfrState;
import io.clonetrace.hook.ThreadFields;
import io.clonetrace.linux.hotspot.NativeAccess;
import io.clonetrace.linux.hotspot.OsThread;
import io.clonetrace.linux.jna.LibC;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Threads that say what their own tid is. Needs java.lang opened to this module. */
@Tag("own-jvm")
class LiveThreadsTest {
    private final ThreadFields fields = new ThreadFields();
    private final LiveThreads threads;
    private final List<Parked> parked = new ArrayList<>();
    private final Map<Thread, Integer> tids = new ConcurrentHashMap<>();

    LiveThreadsTest() throws Exception {
        FutureTask<NativeAccess> opening =
                new FutureTask<>(() -> NativeAccess.open(() -> fields.eetop(Thread.currentThread())));
        new Thread(opening).start();
        threads = new LiveThreads(fields, opening.get(), new JfrState(() -> {}));
    }

    private record Parked(Thread thread, CountDownLatch end) {
        void stop() throws InterruptedException {
            end.countDown();
            thread.join();
        }
    }

    private void start(int count) throws InterruptedException {
        CountDownLatch ready = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            CountDownLatch end = new CountDownLatch(1);
            Thread thread = new Thread(() -> {
                tids.put(Thread.currentThread(), LibC.gettid());
                ready.countDown();
                try {
                    end.await();
                } catch (InterruptedException ends) {
                    // It ends.
                }
            });
            thread.start();
            parked.add(new Parked(thread, end));
        }
        ready.await();
    }

    /** Of the next ones in the list, or of every other one, that many. */
    private void stop(int from, int step, int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            parked.remove(from + i * (step - 1)).stop();
        }
    }

    @AfterEach
    void stopAll() throws InterruptedException {
        stop(0, 1, parked.size());
    }

    private Map<Thread, OsThread> assertEachHasItsTid() throws ReflectiveOperationException {
        Map<Thread, OsThread> found = new HashMap<>();
        threads.all().forEach(live -> found.put(live.thread(), live.os()));
        Map<Thread, Integer> expected = new HashMap<>();
        Map<Thread, Integer> measured = new HashMap<>();
        for (Parked one : parked) {
            expected.put(one.thread(), tids.get(one.thread()));
            measured.put(
                    one.thread(),
                    found.containsKey(one.thread()) ? found.get(one.thread()).tid() : null);
        }
        assertEquals(expected, measured);
        assertTrue(tids.keySet().stream().noneMatch(thread -> !thread.isAlive() && found.containsKey(thread)));
        return found;
    }

    /** The memory of those that ended is reused by those that start. */
    @Test
    void eachHasItsOwnTidWhicheverEndAndStart() throws Exception {
        start(211);
        assertEachHasItsTid();
        stop(0, 2, 53);
        start(101);
        assertEachHasItsTid();
        stop(3, 1, KnownThreads.ENDED + 7);
        assertEachHasItsTid();
        start(13);
        stop(5, 3, 29);
        assertEachHasItsTid();
    }

    @Test
    void aThreadThatLivesIsReadOnce() throws Exception {
        start(13);
        Map<Thread, OsThread> first = assertEachHasItsTid();
        stop(2, 2, 5);
        start(7);
        Map<Thread, OsThread> second = assertEachHasItsTid();
        for (Parked one : parked.subList(0, 8)) {
            assertSame(first.get(one.thread()), second.get(one.thread()));
        }
    }

    @Test
    void whatIsKnownIsOfThatThreadOnly() {
        OsThread[] os = {new OsThread(11, 1, 1, 1), null, new OsThread(13, 3, 3, 3), new OsThread(17, 4, 4, 4)};
        KnownThreads known = new KnownThreads(new long[] {1, 2, 3, 4}, new long[] {16, 32, 48, 64}, os);
        assertSame(os[0], known.next(1, 16));
        assertNull(known.next(2, 32), "it had not started");
        assertNull(known.next(3, 16), "its field has changed");
        assertNull(known.next(5, 64), "another one in the same memory");
        assertSame(os[3], known.next(4, 64));
        assertNull(known.next(6, 80));
    }

    @Test
    void aThreadBehindTooManyThatEndedIsNotLookedFor() {
        int ended = KnownThreads.ENDED;
        OsThread[] os = new OsThread[ended + 3];
        long[] ids = new long[os.length];
        long[] eetops = new long[os.length];
        for (int i = 0; i < os.length; i++) {
            ids[i] = i;
            eetops[i] = 16 + i;
            os[i] = new OsThread(i, 1, 1, 1);
        }
        KnownThreads known = new KnownThreads(ids, eetops, os);
        assertNull(known.next(ended + 1, 16 + ended + 1));
        assertSame(os[ended], known.next(ended, 16 + ended));
        assertSame(os[ended + 2], known.next(ended + 2, 16 + ended + 2));
    }
}
