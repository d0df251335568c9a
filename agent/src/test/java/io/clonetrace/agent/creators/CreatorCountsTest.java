package io.clonetrace.agent.creators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.TaskKind;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CreatorCountsTest {
    private static final long STACK = 1 << 20;
    private static final String SITE = "com.example.Pool.grow:37";

    private final CreatorCounts counts = new CreatorCounts();

    @BeforeEach
    void begin() {
        counts.begin();
    }

    private void start(long id, String site) {
        counts.started(counts.starting(id), site, STACK);
    }

    private void hasCounts(String name, long created, long alive, long reserved) {
        Creator creator = counts.named(TaskKind.JAVA, name);
        assertEquals(
                List.of(created, alive, reserved),
                List.of(creator.created(), creator.alive(), creator.reserved()),
                name);
    }

    @Test
    void nothingIsCountedBeforeTheBeginningAndAfterTheEnd() {
        CreatorCounts off = new CreatorCounts();
        assertNull(off.starting(7));
        off.started(null, SITE, STACK);
        off.ended(7);
        assertEquals(List.of(), off.top(7));
        Creation earlier = counts.starting(7);
        counts.end();
        counts.started(earlier, SITE, STACK);
        counts.ended(7);
        assertNull(counts.starting(11));
        hasCounts(SITE, 1, 1, STACK);
    }

    @Test
    void startsAndEndsAreCountedForTheirSite() {
        for (long id = 100; id < 113; id++) {
            start(id, SITE);
        }
        start(200, null);
        for (long id = 100; id < 105; id++) {
            counts.ended(id);
            counts.ended(id);
        }
        counts.ended(99);
        hasCounts(SITE, 13, 8, 8 * STACK);
        hasCounts(CreatorCounts.JDK, 1, 1, STACK);
        assertEquals(9, counts.aliveOfJava());
    }

    @Test
    void threadThatEndsBeforeItsStartReturnsIsCreatedAndDead() {
        Creation creation = counts.starting(7);
        counts.ended(7);
        counts.started(creation, SITE, CloneCall.UNKNOWN);
        hasCounts(SITE, 1, 0, 0);
    }

    @Test
    void failedStartIsNotCounted() {
        counts.failed(counts.starting(7));
        counts.failed(null);
        assertEquals(List.of(), counts.top(7));
        start(7, SITE);
        assertNull(counts.starting(7), "it was started before");
        hasCounts(SITE, 1, 1, STACK);
    }

    @Test
    void unknownStackSizeMakesTheSumUnknown() {
        start(7, SITE);
        counts.started(counts.starting(11), SITE, CloneCall.UNKNOWN);
        hasCounts(SITE, 2, 2, CloneCall.UNKNOWN);
    }

    @Test
    void topIsOrderedByLiveThreadsThenByCreated() {
        start(1, "a");
        start(2, "b");
        start(3, "b");
        start(4, "c");
        start(5, "c");
        counts.ended(5);
        assertEquals(
                List.of("b", "c"), counts.top(2).stream().map(Creator::name).toList());
    }

    /** As many sites as generated classes may have, each of whose threads ends. */
    @Test
    void millionsOfSitesAreBoundedAndNoThreadIsLost() {
        long sites = 1_000_003;
        for (long id = 0; id < sites; id++) {
            start(id, "com.example.Generated" + id + ".run");
            counts.ended(id);
            if (id % 1_009 == 0) {
                counts.makeRoom();
            }
        }
        List<Creator> all = counts.top(Integer.MAX_VALUE);
        assertTrue(all.size() <= CreatorCounts.MOST + 1, () -> all.size() + " creators");
        assertEquals(sites, all.stream().mapToLong(Creator::created).sum());
        assertEquals(0, counts.aliveOfJava());
        start(sites, SITE);
        hasCounts(SITE, 1, 1, STACK);
    }

    @Test
    void sitesBeyondTheBoundWhoseThreadsLiveCountAsOthers() {
        int more = 13;
        for (long id = 0; id < CreatorCounts.MOST + more; id++) {
            start(id, "site" + id);
        }
        counts.makeRoom();
        hasCounts("(others)", more, more, more * STACK);
        assertNotNull(counts.named(TaskKind.JAVA, "site0"));
        counts.ended(CreatorCounts.MOST + 1);
        hasCounts("(others)", more, more - 1, (more - 1) * STACK);
    }

    @Test
    void longNameIsCutOff() {
        start(7, "x".repeat(65_535));
        assertEquals(512, counts.top(1).get(0).name().length());
    }

    /** Starts, ends, failures and retirements at once, on more threads than processors. */
    @Test
    void noCountIsLostAmongManyThreads() throws Exception {
        int threads = 7;
        int each = 30_011;
        AtomicLong ids = new AtomicLong();
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        List<Future<List<Long>>> left = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            Callable<List<Long>> work = () -> {
                List<Long> alive = new ArrayList<>();
                for (int i = 0; i < each; i++) {
                    long id = ids.incrementAndGet();
                    Creation creation = counts.starting(id);
                    String site = i % 3 == 0 ? SITE : "site" + i % 1_999;
                    if (i % 11 == 0) {
                        counts.failed(creation);
                        continue;
                    }
                    if (i % 7 == 0) {
                        counts.ended(id);
                        counts.started(creation, site, STACK);
                        continue;
                    }
                    counts.started(creation, site, STACK);
                    if (i % 101 == 0) {
                        alive.add(id);
                    } else {
                        counts.ended(id);
                    }
                }
                return alive;
            };
            left.add(executor.submit(work));
        }
        executor.shutdown();
        while (!executor.isTerminated()) {
            counts.makeRoom();
        }
        int alive = 0;
        for (Future<List<Long>> one : left) {
            alive += one.get().size();
        }
        List<Creator> all = counts.top(Integer.MAX_VALUE);
        int failed = (each + 10) / 11;
        assertEquals(
                (long) threads * (each - failed),
                all.stream().mapToLong(Creator::created).sum());
        assertEquals(alive, counts.aliveOfJava());
        assertEquals(alive * STACK, all.stream().mapToLong(Creator::reserved).sum());
        assertTrue(alive > 0);
    }

    @Test
    void endOfAThreadAllocatesNothing() {
        int threads = 20_011;
        for (long id = 0; id < threads; id++) {
            start(id, SITE);
        }
        ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        counts.ended(0);
        memory.getCurrentThreadAllocatedBytes();
        long before = memory.getCurrentThreadAllocatedBytes();
        for (long id = 1; id < threads; id++) {
            counts.ended(id);
        }
        assertEquals(before, memory.getCurrentThreadAllocatedBytes());
        hasCounts(SITE, threads, 0, 0);
    }

    @Test
    void recountEndsThreadsWhoseEndsWereMissed() throws ReflectiveOperationException {
        start(7, SITE);
        start(11, SITE);
        Creation starting = counts.starting(13);
        counts.recount(() -> Set.of(11L));
        hasCounts(SITE, 2, 1, STACK);
        counts.started(starting, SITE, STACK);
        hasCounts(SITE, 3, 2, 2 * STACK);
    }

    @Test
    void nativeThreadsAreCountedByLibrary() {
        NativeCreations natives = counts.natives();
        natives.created(7, "libfoo.so");
        natives.created(11, "libfoo.so");
        natives.created(13, null);
        natives.created(11, "libbar.so");
        natives.keepOnly(Set.of(13, 17), tid -> tid == 11);
        assertEquals(
                List.of("(native, not observed) 1 1", "libbar.so 1 1", "libfoo.so 2 0"),
                counts.top(7).stream()
                        .map(creator -> creator.name() + " " + creator.created() + " " + creator.alive())
                        .sorted()
                        .toList());
    }

    @Test
    void measuredStacksAreSummedByCreator() {
        start(7, SITE);
        start(11, SITE);
        counts.natives().created(101, "libfoo.so");
        counts.natives().created(102, "libbar.so");
        // That tid was a native thread's, and is a Java thread's now.
        counts.natives().created(103, "libbaz.so");
        CreatorCounts.Measure measure = counts.measure();
        measure.add(103, 7, 4_096);
        measure.add(104, 11, 8_192);
        measure.add(101, 17, 12_288);
        measure.add(102, CloneCall.UNKNOWN, CloneCall.UNKNOWN);
        assertEquals(CloneCall.UNKNOWN, counts.named(TaskKind.JAVA, SITE).touched(), "not before all are added");
        measure.done();
        assertEquals(12_288, counts.named(TaskKind.JAVA, SITE).touched());
        assertEquals(12_288, counts.named(TaskKind.NATIVE, "libfoo.so").touched());
        assertEquals(
                CloneCall.UNKNOWN, counts.named(TaskKind.NATIVE, "libbar.so").touched());
        assertEquals(0, counts.named(TaskKind.NATIVE, "libbaz.so").alive());
    }
}
