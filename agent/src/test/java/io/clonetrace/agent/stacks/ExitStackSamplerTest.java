package io.clonetrace.agent.stacks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.clonetrace.agent.recording.JfrState;
import io.clonetrace.clone.TaskKind;
import io.clonetrace.correlate.ProcessTasks;
import io.clonetrace.hook.ThreadFields;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.hotspot.NativeAccess;
import io.clonetrace.stack.OwnMeasure;
import io.clonetrace.stack.OwnStack;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What dying threads do to measure themselves. Needs java.lang opened to this module. */
@Tag("own-jvm")
class ExitStackSamplerTest {
    /** More than the ring has room for. */
    private static final int MANY = 5_003;

    private final JfrState jfr = new JfrState(() -> {});
    private final AtomicInteger wakes = new AtomicInteger();
    private final ThreadFields fields;
    private final NativeAccess access;

    ExitStackSamplerTest() throws Exception {
        fields = new ThreadFields();
        access = inANewThread(() -> NativeAccess.open(() -> fields.eetop(Thread.currentThread())));
    }

    private static <T> T inANewThread(Callable<T> work) throws Exception {
        FutureTask<T> task = new FutureTask<>(work);
        new Thread(task).start();
        return task.get();
    }

    private ExitStackSampler atEnd(OwnStack stack) {
        LiveThreads threads = new LiveThreads(fields, access, jfr);
        ProcessTasks tasks = new ProcessTasks(1, tid -> true);
        return new ExitStackSampler(
                threads, access, new TaskKinds(threads, tasks, access), jfr, tasks, stack, wakes::incrementAndGet);
    }

    private static OwnStack stack(String reader) {
        try {
            return reader.equals("ioctl") ? OwnStack.byIoctl() : OwnStack.byMincore();
        } catch (LinuxException unable) {
            return Assumptions.abort("this kernel lacks what Linux 6.11 has: " + unable.getMessage());
        }
    }

    /** A thread's first object costs more than its measure. */
    @ParameterizedTest
    @ValueSource(strings = {"ioctl", "fallback"})
    void measuringAllocatesNothing(String reader) throws Exception {
        ExitStackSampler atEnd = atEnd(stack(reader));
        ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = inANewThread(() -> {
            Thread self = Thread.currentThread();
            long eetop = fields.eetop(self);
            for (int i = 0; i < 100; i++) {
                atEnd.measure(self, eetop, null);
                memory.getCurrentThreadAllocatedBytes();
            }
            long before = memory.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1_009; i++) {
                atEnd.measure(self, eetop, null);
            }
            return memory.getCurrentThreadAllocatedBytes() - before;
        });
        // The first use of a place in the code may make an object or two; a measure that did would make a thousand.
        assertTrue(allocated < 1_009, () -> allocated + " bytes");
        assertEquals(0, atEnd.unmeasured());
    }

    /** Nobody takes them out meanwhile: those that find no room commit themselves. */
    @Test
    void measuresBeyondTheRingsRoomAreCommitted(@TempDir Path dir) throws Exception {
        ExitStackSampler atEnd = atEnd(OwnStack.byMincore());
        jfr.listen();
        try (Recording recording = new Recording()) {
            recording.start();
            inANewThread(() -> {
                for (int i = 0; i < MANY; i++) {
                    atEnd.measure(Thread.currentThread(), fields.eetop(Thread.currentThread()), null);
                }
                return null;
            });
            atEnd.commit();
            recording.stop();
            Path file = dir.resolve("ends.jfr");
            recording.dump(file);
            List<RecordedEvent> events = RecordingFile.readAllEvents(file);
            assertEquals(
                    MANY,
                    events.stream().filter(event -> event.hasField("moment")).count());
        } finally {
            jfr.forget();
        }
        assertEquals(MANY, atEnd.measured());
        assertTrue(wakes.get() > 0, "the agent's thread was not told that the ring fills");
    }

    /** Four put in what one takes out, in a ring that is often full. */
    @Test
    void eachMeasureIsCommittedOnce() throws Exception {
        ExitStackRing ring = new ExitStackRing(8);
        OwnMeasure measure = OwnStack.byMincore().borrow();
        int each = 2_003;
        List<Thread> givers = new ArrayList<>();
        for (int giver = 0; giver < 4; giver++) {
            long first = (long) giver * each;
            Thread thread = new Thread(() -> {
                for (long id = first; id < first + each; ) {
                    if (ring.offer(Thread.currentThread(), id, TaskKind.JAVA, measure) >= 0) {
                        id++;
                    } else {
                        Thread.onSpinWait();
                    }
                }
            });
            givers.add(thread);
            thread.start();
        }
        List<Long> taken = new ArrayList<>();
        while (taken.size() < 4 * each) {
            ring.drain(ended -> taken.add(ended.threadId()));
        }
        for (Thread giver : givers) {
            giver.join();
        }
        ring.drain(ended -> taken.add(ended.threadId()));
        assertEquals(
                LongStream.range(0, 4L * each).boxed().collect(Collectors.toList()),
                taken.stream().sorted().collect(Collectors.toList()));
    }
}
