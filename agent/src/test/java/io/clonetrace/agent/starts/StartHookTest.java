package io.clonetrace.agent.starts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.clonetrace.agent.creators.Creator;
import io.clonetrace.agent.creators.CreatorCounts;
import io.clonetrace.agent.host.AgentThread;
import io.clonetrace.agent.host.SuppressedFailures;
import io.clonetrace.agent.recording.JfrState;
import io.clonetrace.agent.stacks.ExitStackSampler;
import io.clonetrace.clone.TaskKind;
import io.clonetrace.correlate.FailedStart;
import io.clonetrace.correlate.JavaThread;
import io.clonetrace.hook.LoaderFields;
import io.clonetrace.hook.ThreadFields;
import io.clonetrace.linux.hotspot.NativeAccess;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The hook's two ends on real threads, without the weaving. Needs java.lang opened to this module. */
@Tag("own-jvm")
class StartHookTest {
    private static final long STACK = 320 << 10;

    private static ThreadFields fields;
    private static LoaderFields loaders;
    private static NativeAccess access;

    private final PendingStarts pending = new PendingStarts();
    private final JfrState jfr = new JfrState(() -> {});
    private final SuppressedFailures suppressed = new SuppressedFailures();
    private final AtomicReference<HookContext> context = new AtomicReference<>(HookContext.EMPTY);
    private final CreatorCounts creators = new CreatorCounts();
    private final StartHook startHook = new StartHook(fields, loaders, pending, jfr, suppressed, context, creators);
    private final StartHook.Listener afterStart = AfterStart.hidden(startHook);
    private final ExitHook exitHook = new ExitHook(fields, pending, suppressed, context, creators);
    private final WovenStart woven = new WovenStart(fields, startHook, exitHook);
    private final LinkedBlockingQueue<JavaThread> handed = new LinkedBlockingQueue<>();
    private final CountDownLatch end = new CountDownLatch(1);

    @BeforeAll
    static void open() throws Exception {
        fields = new ThreadFields();
        loaders = new LoaderFields();
        FutureTask<NativeAccess> opening =
                new FutureTask<>(() -> NativeAccess.open(() -> fields.eetop(Thread.currentThread())));
        new Thread(opening).start();
        access = opening.get();
    }

    @AfterEach
    void nothingIsPending() {
        end.countDown();
        jfr.forget();
        assertFalse(pending.isStarting(tid(), System.nanoTime()), "a start is said to be under way");
    }

    /** Answers what it likes once it is made. */
    private static final class LyingLoader extends ClassLoader {
        LyingLoader() {
            super("shop", null);
        }

        @Override
        public String toString() {
            throw new AssertionError("code of the application");
        }

        @Override
        public int hashCode() {
            throw new AssertionError("code of the application");
        }
    }

    private void useNativeAccess() {
        context.updateAndGet(now -> now.withAccess(access));
    }

    private void joinWith(Consumer<JavaThread> joining) {
        context.updateAndGet(now -> now.withJoining(joining, null));
    }

    /** By /proc/thread-self (proc(5)), not by our own native code. */
    private static int tid() {
        try {
            return Integer.parseInt(Files.readSymbolicLink(Path.of("/proc/thread-self"))
                    .getFileName()
                    .toString());
        } catch (IOException noProc) {
            throw new AssertionError(noProc);
        }
    }

    @Test
    void nothingIsAllocatedWithoutRecordingAndSource() {
        useNativeAccess();
        Thread child = new Thread();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = 0;
        for (int i = 0; i < 2_018; i++) {
            if (i == 1_009) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            assertSame(child, startHook.apply(child));
            afterStart.accept(child, 0);
            exitHook.accept(child, 0);
        }
        assertEquals(before, threads.getCurrentThreadAllocatedBytes());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void startedThreadIsPassedOnWithTidAndCreator(boolean isSynchronized) {
        useNativeAccess();
        joinWith(handed::add);
        AtomicInteger own = new AtomicInteger();
        CountDownLatch known = new CountDownLatch(1);
        long before = System.currentTimeMillis();
        Thread child = new Thread(
                () -> {
                    own.set(tid());
                    known.countDown();
                    WovenStart.waiting(end).run();
                },
                "child");
        assertTrue(isSynchronized ? woven.longLivedSynchronized(child) : woven.longLived(child));
        JavaThread thread = handed.remove();
        WovenStart.waiting(known).run();
        assertEquals(own.get(), thread.tid());
        assertEquals("child", thread.name());
        assertEquals(child.getId(), thread.id());
        assertEquals(TaskKind.JAVA, thread.kind());
        assertEquals(child, thread.thread().get());
        assertEquals(tid(), thread.creator().tid());
        assertEquals(Thread.currentThread().getName(), thread.creator().name());
        assertTrue(before <= thread.creator().before() && thread.creator().before() <= thread.known());
        assertEquals(1, startHook.seen());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void threadThatEndedBeforeStartReturnedIsPassedOnWithItsTid(boolean isSynchronized) throws InterruptedException {
        useNativeAccess();
        joinWith(handed::add);
        AtomicInteger own = new AtomicInteger();
        Thread child = new Thread(() -> {
            own.set(tid());
            woven.ending().run();
        });
        synchronized (isSynchronized ? child : new Object()) {
            woven.shortLived(child);
        }
        assertEquals(own.get(), handed.remove().tid());
    }

    @Test
    void agentThreadIsPassedOnAsAgent() {
        useNativeAccess();
        joinWith(handed::add);
        woven.longLived(new AgentThread("ours", WovenStart.waiting(end)));
        assertEquals(TaskKind.AGENT, handed.remove().kind());
    }

    @Test
    void failedStartIsNoLongerPending() {
        joinWith(handed::add);
        Object token = startHook.apply(new Thread());
        assertTrue(pending.isStarting(tid(), System.nanoTime()));
        afterStart.accept(token, new OutOfMemoryError("unable to create native thread"));
        afterStart.accept(startHook.apply(new Thread()), new IllegalThreadStateException());
        assertEquals(List.of(), List.copyOf(handed));
        assertEquals(0, startHook.seen());
        assertEquals(1, startHook.failures().refused());
    }

    @Test
    void failedStartIsHandedOverWithWhoseItIs() {
        List<FailedStart> failed = new ArrayList<>();
        context.set(HookContext.EMPTY.withAccess(access).withJoining(handed::add, failed::add));
        OutOfMemoryError refused = new OutOfMemoryError("unable to create native thread");
        afterStart.accept(startHook.apply(new Thread("app")), refused);
        afterStart.accept(startHook.apply(new AgentThread("ours", () -> {})), refused);
        assertEquals(
                List.of("app JAVA", "ours AGENT"),
                failed.stream()
                        .map(start -> start.childName() + " " + start.kind())
                        .toList());
        assertEquals(1, startHook.failures().refused(), "only the application's count");
    }

    @Test
    void failedStartIsRecordedInTheCreator() throws IOException {
        jfr.listen();
        Path file = Files.createTempFile("start-failed", ".jfr");
        try (Recording recording = new Recording()) {
            recording.enable("clonetrace.ThreadStartFailed").withStackTrace();
            recording.start();
            Thread child = new Thread(null, () -> {}, "child");
            afterStart.accept(startHook.apply(child), new OutOfMemoryError("Java heap space"));
            AgentThread ours = new AgentThread("ours", () -> {});
            afterStart.accept(startHook.apply(ours), new OutOfMemoryError("Java heap space"));
            recording.stop();
            recording.dump(file);
            List<RecordedEvent> events = RecordingFile.readAllEvents(file);
            assertEquals(1, events.size(), "our own thread has no event");
            RecordedEvent event = events.get(0);
            assertEquals("child", event.getString("childName"));
            assertEquals(child.getId(), event.getLong("childId"));
            assertEquals("java.lang.OutOfMemoryError: Java heap space", event.getString("error"));
            assertNull(event.getString("limit"), "the heap is none of the limits on threads");
            assertEquals(-1, event.getLong("max"));
            assertEquals(
                    List.of("failedStartIsRecordedInTheCreator"),
                    event.getStackTrace().getFrames().stream()
                            .filter(frame -> !frame.getMethod().isHidden())
                            .map(frame -> frame.getMethod().getName())
                            .toList()
                            .subList(0, 1));
            assertEquals(0, suppressed.count());
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void failureInTheHookIsCountedAndNotThrown() {
        useNativeAccess();
        IllegalStateException broken = new IllegalStateException("broken");
        joinWith(thread -> {
            throw broken;
        });
        woven.longLived(new Thread(WovenStart.waiting(end)));
        assertEquals(1, suppressed.count());
        assertEquals(broken, suppressed.first());
        assertNull(startHook.apply("no thread"));
        context.updateAndGet(
                now -> now.withExitSampler(new ExitStackSampler(null, null, null, null, null, null, null)));
        // Of another than the calling thread nothing is read: it may be gone.
        exitHook.accept(new Thread(), 1);
        assertEquals(2, suppressed.count());
        exitHook.accept(Thread.currentThread(), 1);
        assertEquals(3, suppressed.count());
    }

    @Test
    void startIsRecordedInTheCreator() throws IOException {
        useNativeAccess();
        jfr.listen();
        Thread child = new Thread(null, WovenStart.waiting(end), "child", STACK) {
            @Override
            public ClassLoader getContextClassLoader() {
                throw new AssertionError("code of the application");
            }
        };
        LyingLoader shop = new LyingLoader();
        child.setContextClassLoader(shop);
        Path file = Files.createTempFile("start-hook", ".jfr");
        try (Recording recording = new Recording()) {
            recording.enable("clonetrace.ThreadStart").withStackTrace();
            recording.start();
            woven.longLived(child);
            woven.longLived(new AgentThread("ours", WovenStart.waiting(end)));
            recording.stop();
            recording.dump(file);
            List<RecordedEvent> events = RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.getEventType().getName().equals("clonetrace.ThreadStart"))
                    .toList();
            assertEquals(1, events.size(), "our own thread has no event");
            RecordedEvent event = events.get(0);
            assertEquals("child", event.getString("childName"));
            assertEquals(child.getId(), event.getLong("childId"));
            assertEquals(STACK, event.getLong("requestedStackSize"));
            assertEquals(
                    access.javaThreads()
                            .read(fields.eetop(child), () -> fields.eetop(child))
                            .tid(),
                    event.getInt("childTid"));
            assertEquals(Thread.currentThread().getName(), event.getThread().getJavaName());
            List<RecordedFrame> frames = event.getStackTrace().getFrames();
            assertEquals(
                    List.of("accept", "longLived", "startIsRecordedInTheCreator"),
                    frames.subList(0, 3).stream()
                            .map(frame -> frame.getMethod().getName())
                            .toList());
            assertTrue(frames.get(0).getMethod().isHidden(), "jfr print skips our frame");
            assertFalse(frames.get(1).getMethod().isHidden());
            // Another line than the event's: here the two parts of the hook are called from two lines.
            assertTrue(
                    event.getString("callSite")
                            .matches(Pattern.quote(WovenStart.class.getName() + ".longLived:") + "\\d+"),
                    event::toString);
            assertEquals(
                    LyingLoader.class.getName() + " 'shop' @" + Integer.toHexString(System.identityHashCode(shop)),
                    event.getString("contextClassLoader"));
        } finally {
            Files.delete(file);
        }
    }

    private String counts() {
        return creators.top(7).stream()
                .map(creator -> creator.name().replaceAll(".*\\.|:\\d+", "") + " " + creator.created() + " "
                        + creator.alive() + " " + creator.reserved())
                .toList()
                .toString();
    }

    @Test
    void startsAndEndsAreCountedForTheirCallSiteWithoutRecordingAndSource() throws InterruptedException {
        useNativeAccess();
        creators.begin();
        Thread child = new Thread(
                null,
                () -> {
                    WovenStart.waiting(end).run();
                    woven.ending().run();
                },
                "child",
                STACK);
        assertTrue(woven.longLived(child));
        long reserved = access.javaThreads()
                .read(fields.eetop(child), () -> fields.eetop(child))
                .stackSize();
        assertTrue(reserved >= STACK);
        woven.longLived(new AgentThread("ours", WovenStart.waiting(end)));
        assertEquals("[longLived 1 1 " + reserved + "]", counts(), "our own thread is not counted");
        woven.shortLived(new Thread(woven.ending()));
        assertEquals(
                "[longLived 1 1 " + reserved + ", shortLived 1 0 0]", counts(), "it ended before its start returned");
        end.countDown();
        child.join();
        assertEquals(
                List.of(0L, 0L), creators.top(7).stream().map(Creator::alive).toList());
        afterStart.accept(startHook.apply(new Thread()), new OutOfMemoryError("unable to create native thread"));
        assertEquals(0, creators.top(1).get(0).alive(), "a failed start made no thread");
        assertEquals(2, creators.top(7).stream().mapToLong(Creator::created).sum());
        assertEquals(
                1,
                startHook.failures().refusedByLimit().values().stream()
                        .mapToLong(one -> one)
                        .sum());
        assertEquals(0, suppressed.count());
    }

    @Test
    void failedSecondStartOfALiveThreadLeavesItCounted() {
        creators.begin();
        Thread child = new Thread(WovenStart.waiting(end));
        woven.longLived(child);
        afterStart.accept(startHook.apply(child), new IllegalThreadStateException());
        assertEquals(1, creators.aliveOfJava());
    }

    @Test
    void nothingIsPassedOnWithoutNativeAccess() {
        joinWith(handed::add);
        woven.longLived(new Thread(WovenStart.waiting(end)));
        assertEquals(List.of(), List.copyOf(handed));
        assertEquals(0, suppressed.count());
    }
}
