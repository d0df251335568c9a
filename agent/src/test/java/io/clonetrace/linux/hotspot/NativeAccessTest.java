package io.clonetrace.linux.hotspot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.clonetrace.hook.ThreadFields;
import io.clonetrace.linux.LibcThread;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.NativeUnavailableException;
import io.clonetrace.linux.Pthreads;
import io.clonetrace.linux.Tasks;
import io.clonetrace.linux.WaitingThread;
import io.clonetrace.linux.memory.OwnMemory;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the kernel's own view in /proc. Needs java.lang opened to this module. */
class NativeAccessTest {
    private static final long NO_ADDRESS = 0;
    private static final Path YAMA = Path.of("/proc/sys/kernel/yama");

    private static ThreadFields fields;
    private static NativeAccess access;
    private static WaitingThread waiting;

    @BeforeAll
    static void open() throws Exception {
        fields = new ThreadFields();
        waiting = new WaitingThread("unit native");
        access = waiting.call(() -> NativeAccess.open(() -> fields.eetop(Thread.currentThread())));
    }

    @AfterAll
    static void end() throws InterruptedException {
        waiting.end();
    }

    private static OsThread read(Thread thread) {
        return access.javaThreads().read(fields.eetop(thread), () -> fields.eetop(thread));
    }

    @Test
    void theTidIsTheKernels() throws Exception {
        assertEquals(Tasks.named("unit native"), read(waiting.thread()).tid());
    }

    @Test
    void ofItselfAThreadReadsTheSameInPlace() throws Exception {
        OsThread os = read(waiting.thread());
        OwnThread own = new OwnThread();
        assertTrue(waiting.call(() -> access.javaThreads().readOwn(ownEetop(), own)));
        assertEquals(os, own.toOsThread());
        assertEquals(os.tid(), waiting.call(() -> access.javaThreads().ownTid(ownEetop())));
        assertFalse(access.javaThreads().readOwn(0, own));
        assertEquals(-1, access.javaThreads().ownTid(0));
    }

    /**
     * What {@link ThreadFields#keepsEetop} depends on: a thread that has ended waits for the monitor of its Thread
     * object before it clears eetop, and its native side is there until then.
     */
    @Test
    void endedThreadKeepsItsNativeSideWhileItsMonitorIsHeld() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Thread ending = new Thread(() -> {
            try {
                end.await();
            } catch (InterruptedException stopped) {
                throw new AssertionError(stopped);
            }
        });
        ending.start();
        OsThread alive = read(ending);
        Path state = Path.of("/proc/self/task/" + alive.tid() + "/stat");
        synchronized (ending) {
            end.countDown();
            // It sleeps, and not in Java code.
            while (ending.getStackTrace().length > 0 || !Files.readString(state).contains(") S ")) {
                Thread.onSpinWait();
            }
            assertEquals(alive, access.javaThreads().readHeld(fields.eetop(ending)));
        }
        ending.join();
        assertNull(access.javaThreads().readHeld(fields.eetop(ending)));
    }

    /** Of threads one after the other, which get each other's memory, and of many at once. */
    @Test
    void whatIsKnownOfAnEarlierThreadIsNotTakenForALaterOnes() throws Exception {
        for (int alive : new int[] {1, 53, 1, 2}) {
            for (int round = 0; round < 11; round++) {
                List<WaitingThread> threads = new ArrayList<>();
                for (int i = 0; i < alive; i++) {
                    threads.add(new WaitingThread("unit native " + i));
                }
                for (WaitingThread each : threads) {
                    OwnThread own = new OwnThread();
                    each.call(() -> access.javaThreads().readOwn(ownEetop(), own));
                    assertEquals(own.toOsThread(), read(each.thread()));
                    assertEquals(own.toOsThread(), read(each.thread()));
                    each.end();
                }
            }
        }
    }

    private static long ownEetop() {
        return fields.eetop(Thread.currentThread());
    }

    private static JavaThreadLayout found(List<LongSupplier> others) throws Exception {
        return waiting.call(() -> new LayoutSearch(ownEetop()).find(others));
    }

    private static List<LongSupplier> live() throws Exception {
        return fields.live().stream()
                .<LongSupplier>map(thread -> () -> fields.eetop(thread))
                .toList();
    }

    @Test
    void layoutFoundWithoutTheTableIsTheTables() throws Exception {
        JavaThreadLayout table =
                JavaThreadLayout.of(VmStructs.ofThisJvm().orElseThrow()).orElseThrow();
        assertNotEquals(-1, table.anchorSp());
        assertEquals(
                new JavaThreadLayout(
                        table.osThread(),
                        table.stackBase(),
                        table.stackSize(),
                        table.threadId(),
                        table.pthreadId(),
                        -1,
                        -1),
                found(live()));
    }

    @Test
    void layoutThatOtherThreadsDoNotProveDoesNotCount() throws Exception {
        List<LongSupplier> contradicted = new ArrayList<>(live());
        long zeros = Native.malloc(1 << 16);
        try {
            new Pointer(zeros).clear(1 << 16);
            contradicted.add(() -> zeros);
            String why = assertThrows(NativeUnavailableException.class, () -> found(contradicted))
                    .getMessage();
            assertTrue(why.contains(" and 0 places in a JavaThread, not one,"), why);
            assertThrows(NativeUnavailableException.class, () -> found(List.of()));
        } finally {
            Native.free(zeros);
        }
    }

    /** A thread that ends while it is looked at proves nothing, and contradicts nothing. */
    @Test
    void threadThatEndedMeanwhileIsNoWitness() throws Exception {
        List<LongSupplier> others = new ArrayList<>(live());
        AtomicLong ending = new AtomicLong(0x1000);
        others.add(() -> ending.getAndSet(0));
        assertEquals(found(live()), found(others));
    }

    @Test
    void theStackHoldsTheThreadsStackPointer() throws IOException {
        OsThread os = read(waiting.thread());
        long pointer = Tasks.stackPointer(os.tid());
        assertTrue(pointer < os.stackBase() && pointer >= os.stackBase() - os.stackSize(), () -> os + " " + pointer);
    }

    /** As on aarch64, where only the links of the neighbours prove that there is a struct pthread. */
    @Test
    void threadsAreFoundWithoutThePointerToItself() {
        OsThread self = read(waiting.thread());
        long[] words = new Pointer(self.pthreadId()).getLongArray(0, 128);
        PthreadList byPointer = new PthreadList(new OwnMemory(), self, words);
        PthreadList byLinks = new PthreadList(new OwnMemory(), self, words, false);
        assertTrue(byLinks.known());
        Set<Integer> wanted = Set.of(self.tid());
        assertEquals(Map.of(self.tid(), self.pthreadId()), byLinks.find(self.pthreadId(), wanted, 1000));
        assertEquals(Map.of(self.tid(), self.pthreadId()), byPointer.find(self.pthreadId(), wanted, 1000));
    }

    @Test
    void aDeadThreadHasNoNativeSide() throws Exception {
        WaitingThread ending = new WaitingThread("unit ending");
        long eetop = fields.eetop(ending.thread());
        assertNotNull(read(ending.thread()));
        ending.end();
        assertNull(read(ending.thread()));
        assertNull(access.javaThreads().read(eetop, () -> fields.eetop(ending.thread())));
    }

    /**
     * More than one call to the kernel has room for, and among them addresses where no thread is, or nothing at all.
     */
    @Test
    void manyAtOnceAreReadAsOneByOne() {
        long eetop = fields.eetop(waiting.thread());
        long[] eetops = new long[211];
        Arrays.fill(eetops, eetop);
        eetops[0] = 0;
        eetops[100] = 0x1000;
        eetops[210] = Long.MIN_VALUE;
        OsThread[] expected = new OsThread[211];
        Arrays.fill(expected, read(waiting.thread()));
        expected[0] = null;
        expected[100] = null;
        expected[210] = null;
        assertArrayEquals(expected, access.javaThreads().readAll(eetops));
    }

    @Test
    void whatChangedWhileItWasReadDoesNotCount() {
        long eetop = fields.eetop(waiting.thread());
        assertNull(access.javaThreads().read(eetop, () -> eetop + 8));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 8, -8, 0x1000, 0x0000_8000_0000_0000L, 0x7fff_ffff_ffff_f000L, Long.MIN_VALUE})
    void whatIsNoJavaThreadIsNotReadAndNotFollowed(long garbage) {
        OsThread before = read(waiting.thread());
        assertNull(access.javaThreads().read(garbage, () -> garbage));
        assertEquals(before, read(waiting.thread()));
    }

    @Test
    void memoryOfZerosIsNoThread() {
        OsThread before = read(waiting.thread());
        long size = 1 << 16;
        long zeros = Native.malloc(size);
        try {
            new Pointer(zeros).clear(size);
            assertNull(access.javaThreads().read(zeros, () -> zeros));
            assertEquals(before, read(waiting.thread()));
        } finally {
            Native.free(zeros);
        }
    }

    /** Asked only where tls is not pthread_t. */
    private static OsThread notAsked() {
        throw new AssertionError("tls is pthread_t here");
    }

    @Test
    void hotSpotMadeItsOwnThreads() throws IOException {
        OsThread java = read(waiting.thread());
        Pthreads pthreads = new Pthreads(java);
        int tid = Tasks.named("VM Thread");
        StartRoutines routines = access.startRoutines();
        assertEquals(
                Optional.of(true),
                routines.madeByHotSpot(pthreads.of(tid), NO_ADDRESS, tid, NativeAccessTest::notAsked));
        assertEquals(
                Optional.of(true),
                routines.madeByHotSpot(java.pthreadId(), NO_ADDRESS, java.tid(), NativeAccessTest::notAsked));
    }

    @Test
    void hotSpotDidNotMakeWhatLibcWasAskedFor() throws Exception {
        Pthreads pthreads = new Pthreads(read(waiting.thread()));
        try (LibcThread native1 = new LibcThread()) {
            int tid = new Pointer(pthreads.tidAddress(native1.pthread())).getInt(0);
            StartRoutines routines = access.startRoutines();
            assertTrue(Files.exists(Path.of("/proc/self/task/" + tid)));
            assertEquals(
                    Optional.of(false),
                    routines.madeByHotSpot(native1.pthread(), NO_ADDRESS, tid, NativeAccessTest::notAsked));
            assertEquals(
                    Optional.empty(),
                    routines.madeByHotSpot(native1.pthread(), NO_ADDRESS, tid + 1, NativeAccessTest::notAsked));
        }
    }

    /** As on aarch64, where tls lies behind struct pthread. */
    @Test
    void distanceOfTlsFromPthreadIsLearnedFromTheFirstThread() throws Exception {
        OsThread java = read(waiting.thread());
        Pthreads pthreads = new Pthreads(java);
        StartRoutines routines = waiting.call(() -> new StartRoutines(java, ownEetop(), access.javaThreads(), false));
        int tid = Tasks.named("VM Thread");
        long distance = 0x740;
        long tls = pthreads.of(tid) + distance;
        assertEquals(Optional.empty(), routines.madeByHotSpot(tls, NO_ADDRESS, tid, () -> null));
        assertEquals(Optional.empty(), routines.madeByHotSpot(tls, NO_ADDRESS, Integer.MAX_VALUE, () -> java));
        assertEquals(Optional.of(true), routines.madeByHotSpot(tls, NO_ADDRESS, tid, () -> java));
        try (LibcThread libc = new LibcThread()) {
            int own = new Pointer(pthreads.tidAddress(libc.pthread())).getInt(0);
            long ownTls = libc.pthread() + distance;
            assertEquals(
                    Optional.of(false), routines.madeByHotSpot(ownTls, NO_ADDRESS, own, NativeAccessTest::notAsked));
            assertEquals(
                    Optional.empty(),
                    routines.madeByHotSpot(ownTls + Long.BYTES, NO_ADDRESS, own, NativeAccessTest::notAsked));
        }
    }

    private static Map<Integer, StartRoutines.Origin> origins(Set<Integer> tids) throws Exception {
        return waiting.call(() -> access.startRoutines()
                .of(tids, 1_009, access.javaThreads().read(ownEetop(), NativeAccessTest::ownEetop)));
    }

    @Test
    void liveTasksAreProvedByTheirStartRoutineAndThreadObject() throws Exception {
        try (LibcThread libc = new LibcThread()) {
            Pthreads pthreads = new Pthreads(read(waiting.thread()));
            int vm = Tasks.named("VM Thread");
            int java = read(waiting.thread()).tid();
            int own = new Pointer(pthreads.tidAddress(libc.pthread())).getInt(0);
            int none = Integer.MAX_VALUE;
            assertEquals(
                    Map.of(
                            vm, StartRoutines.Origin.VM,
                            java, StartRoutines.Origin.JAVA,
                            own, StartRoutines.Origin.NATIVE),
                    origins(Set.of(vm, java, own, none)));
        }
    }

    /** All but the first task, whose stack is the kernel's, and those that start or end meanwhile. */
    @Test
    void allThreadsOfTheJvmAreProved() throws Exception {
        Set<Integer> tids = new HashSet<>();
        for (String tid : new File("/proc/self/task").list()) {
            tids.add(Integer.parseInt(tid));
        }
        tids.remove((int) ProcessHandle.current().pid());
        Map<Integer, StartRoutines.Origin> origins = origins(tids);
        tids.removeIf(tid -> origins.containsKey(tid) || !new File("/proc/self/task/" + tid).exists());
        assertEquals(Set.of(), tids);
    }

    @Test
    void onlyThreadsThatNativeCodeMadeAreAttached() throws Exception {
        OsThread java = read(waiting.thread());
        OsThread gone = new OsThread(1, java.pthreadId(), java.stackBase(), java.stackSize());
        assertEquals(new BitSet(), access.startRoutines().attached(List.of(java, gone)));
        assertFalse(waiting.call(() -> {
            OwnThread own = new OwnThread();
            access.javaThreads().readOwn(ownEetop(), own);
            return access.startRoutines().isAttached(own);
        }));
        // The launcher's thread.
        OsThread main = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("main"))
                .map(NativeAccessTest::read)
                .findFirst()
                .orElseThrow();
        assertEquals(BitSet.valueOf(new long[] {2}), access.startRoutines().attached(List.of(java, main)));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 0x0000_8000_0000_0000L})
    void whoMadeAThreadThatIsNotThereIsUnknown(long garbage) {
        assertEquals(
                Optional.empty(),
                access.startRoutines().madeByHotSpot(garbage, garbage, 1, NativeAccessTest::notAsked));
    }

    @Test
    void aTracerIsAllowedWhereThereIsYama() {
        Optional<LinuxException> refused = access.allowTracer(1);
        if (Files.exists(YAMA)) {
            assertEquals(Optional.empty(), refused);
            access.allowTracer(0);
        } else {
            assertEquals(
                    "prctl(PR_SET_PTRACER, 1): EINVAL", refused.orElseThrow().getMessage());
        }
    }
}
