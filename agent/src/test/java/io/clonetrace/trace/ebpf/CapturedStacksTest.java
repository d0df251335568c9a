package io.clonetrace.trace.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.NativeOrigin;
import io.clonetrace.linux.process.PidFd;
import io.clonetrace.linux.process.Ptrace;
import io.clonetrace.linux.process.StoppedCommand;
import io.clonetrace.linux.process.WaitStatus;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.StackCapture;
import io.clonetrace.trace.StackCapture.Mode;
import io.clonetrace.trace.ebpf.LayoutTable.Layout;
import io.clonetrace.unwind.StackCopy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stacks captured in this machine's kernel, against what the programs say of themselves. */
class CapturedStacksTest {
    private static final Path CREATOR = Path.of("src/test/resources/ebpf/creator.c");
    private static final long MARK = 0x6d61726b6d61726bL;
    private static final int SP = 7;
    private static final int RING = 16 << 20; // nothing is lost on a busy machine either

    @TempDir
    static Path folder;

    private static Path creator;
    private static long offset;

    @BeforeAll
    static void needsRightsAndACompiler() throws Exception {
        EbpfRights.assume();
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the stack pointer's number is x86-64's");
        assumeTrue(Files.exists(CREATOR), "not run in the agent's folder");
        creator = folder.resolve("creator");
        Process compiler = new ProcessBuilder("cc", "-pthread", "-o", creator.toString(), CREATOR.toString())
                .inheritIO()
                .start();
        assumeTrue(compiler.waitFor() == 0, "there is no C compiler");
        Process program = new ProcessBuilder(creator.toString(), "1").start();
        offset = Long.parseLong(new String(program.getInputStream().readAllBytes()).split(" ")[0]);
    }

    private record Asked(int pid, long start, StackCopy copy, NativeOrigin origin) {}

    private record Seen(int pid, List<CloneCall> calls, List<Asked> asked, EbpfSource source, String out) {
        Asked of(CloneCall call) {
            return asked.stream()
                    .filter(one -> one.origin() == call.origin())
                    .findFirst()
                    .orElseThrow();
        }

        List<Asked> copies() {
            return asked.stream().filter(one -> one.copy() != null).toList();
        }

        List<CloneCall> threads() {
            return calls.stream()
                    .filter(call -> call.has(CloneFlag.CLONE_THREAD))
                    .toList();
        }
    }

    /** Runs a command to its end; this thread is its parent, and another polls. */
    private static Seen watch(
            Mode mode, IntFunction<Optional<Layout>> layouts, int stackRing, boolean polling, String... command)
            throws Exception {
        Path out = folder.resolve("out");
        Path go = Files.writeString(folder.resolve("go"), "go\n");
        List<String> words = Stream.concat(
                        Stream.of("sh", "-c", "exec \"$@\" > '" + out + "' < '" + go + "'", "sh"),
                        Arrays.stream(command))
                .toList();
        Ptrace wait = Ptrace.open();
        PidFd process = StoppedCommand.start(wait, words);
        int pid = process.pid();
        List<Asked> asked = new ArrayList<>();
        StackCapture capture = new StackCapture(mode, (process1, start, copy) -> {
            NativeOrigin origin = new NativeOrigin();
            asked.add(new Asked(process1, start, copy, origin));
            return origin;
        });
        EbpfSource source = new EbpfSource(pid, true, capture, RING, stackRing, layouts);
        List<CloneCall> calls = new ArrayList<>();
        try {
            source.start();
            assertNull(source.captureRefusal());
            process.resume();
            CompletableFuture<Void> ended = new CompletableFuture<>();
            Thread reader = new Thread(() -> {
                while (polling && !ended.isDone()) {
                    source.poll(adding(calls));
                    LockSupport.parkNanos(1_000_000);
                }
            });
            reader.start();
            WaitStatus status = wait.awaitChild(pid);
            while (status.stopped()) {
                status = wait.awaitChild(pid);
            }
            ended.complete(null);
            reader.join();
            source.poll(adding(calls));
            assertEquals(0, status.shellStatus());
            assertEquals(0, source.lostRecords());
            return new Seen(pid, calls, asked, source, Files.readString(out));
        } finally {
            source.stop();
            process.kill();
            process.close();
            wait.close();
        }
    }

    private static CloneSink adding(List<CloneCall> calls) {
        return new CloneSink() {
            @Override
            public void cloned(CloneCall call) {
                calls.add(call);
            }

            @Override
            public void exited(int tid) {
                throw new AssertionError("an end of " + tid);
            }
        };
    }

    private static Optional<Layout> withoutJvm(int process) {
        return Optional.of(new Layout(offset, 0, 0));
    }

    private static long word(StackCopy copy, long address) {
        int at = (int) (address - copy.registers()[SP]);
        return ByteBuffer.wrap(copy.stack()).order(ByteOrder.nativeOrder()).getLong(at);
    }

    @Test
    void everyNativeThreadHasItsStartRoutineAndItsCreatorsStack() throws Exception {
        int threads = 499; // fewer than UNKNOWN_CAPTURES: the first poll may be late
        Seen seen = watch(Mode.NATIVE, CapturedStacksTest::withoutJvm, RING, true, creator.toString(), "" + threads);
        assertEquals(threads, seen.calls().size());
        assertEquals(0, seen.source().lostStacks());
        assertEquals(threads, seen.copies().size());
        String[] said = seen.out().strip().split(" ");
        for (CloneCall call : seen.calls()) {
            Asked asked = seen.of(call);
            assertEquals(seen.pid(), asked.pid());
            assertEquals(Long.decode(said[1]), asked.start());
            assertEquals(MARK, word(asked.copy(), Long.decode(said[2])));
            assertEquals(asked.copy().stack().length, asked.copy().length());
        }
    }

    private static int page(StackCopy copy, long address) {
        long first = copy.registers()[SP] & -StackCopy.PAGE;
        return (int) (address - first) / StackCopy.PAGE;
    }

    /** The creator's stack ends, at a page that can't be read, before the copy's room does. */
    @Test
    void shortStackIsCopiedToItsLastByte() throws Exception {
        Seen seen = watch(Mode.NATIVE, CapturedStacksTest::withoutJvm, RING, true, creator.toString(), "101", "room");
        long end = Long.decode(seen.out().strip().split("\n")[1]);
        StackCopy copy = seen.asked().get(101).copy();
        int behind = page(copy, end);
        assertTrue(behind >= 1 && behind <= 3, () -> "page " + behind);
        assertEquals(1 << behind, copy.unread() & (1 << behind + 1) - 1);
        assertTrue(copy.length() >= end - copy.registers()[SP], () -> copy.length() + " bytes");
    }

    /** Pages of a buffer that were not touched are not present, or not readable at all: the copy goes on above them. */
    @Test
    void copyGoesOnAboveUnreadPages() throws Exception {
        for (String kind : List.of("untouched", "unreadable")) {
            Seen seen = watch(Mode.NATIVE, CapturedStacksTest::withoutJvm, RING, true, creator.toString(), "7", kind);
            String[] said = seen.out().strip().split("\n");
            StackCopy copy = seen.asked().get(7).copy();
            int page = page(copy, Long.decode(said[1].split(" ")[0]));
            assertEquals(0, copy.unread() & 1, kind + ": the stack pointer's page");
            assertEquals(1, copy.unread() >>> page & 1, kind + ": page " + page);
            assertEquals(MARK, word(copy, Long.decode(said[1].split(" ")[1])), kind);
        }
    }

    /** What the ring has no room for is counted, to the last one, and no clone is lost for it. */
    @Test
    void fullRingCountsLostStacks() throws Exception {
        int threads = 1_009;
        int ring = 64 << 10;
        Seen seen = watch(Mode.ALL, CapturedStacksTest::withoutJvm, ring, false, creator.toString(), "" + threads);
        assertEquals(threads, seen.calls().size());
        int room = ring / (StackRecord.BYTES + 8);
        assertEquals(room, seen.copies().size());
        assertEquals(threads - room, seen.source().lostStacks());
        NativeOrigin lost = seen.calls().get(threads - 1).origin();
        assertEquals("the ring of stacks was full", lost.missing());
    }

    /**
     * Of a process whose threads are of an unknown kind, a bounded number of stacks is captured, and the rest say so.
     */
    @Test
    void unknownLayoutBoundsTheCaptures() throws Exception {
        int threads = CaptureProgram.UNKNOWN_CAPTURES + 11;
        Seen seen = watch(Mode.NATIVE, pid -> Optional.empty(), 2 * RING, true, creator.toString(), "" + threads);
        assertEquals(threads, seen.calls().size());
        assertEquals(CaptureProgram.UNKNOWN_CAPTURES, seen.copies().size());
        assertEquals(CloneCall.UNKNOWN, seen.copies().get(0).start());
        assertEquals(
                11,
                seen.calls().stream()
                        .filter(call -> "it is not known which threads of the process are the JVM's"
                                .equals(call.origin().missing()))
                        .count());
    }

    private static String[] java(int threads) {
        return new String[] {
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            ThreadStarter.class.getName(),
            Integer.toString(threads),
            "0"
        };
    }

    /** All threads of a JVM but its main thread, which the launcher makes, have HotSpot's start routine. */
    private static void assertHotSpots(int threads, List<Asked> copies, List<CloneCall> calls, Seen seen) {
        assertTrue(calls.size() > threads, () -> calls.size() + " threads");
        assertEquals(1, copies.size());
        assertEquals(copies.get(0).origin(), calls.get(0).origin());
        assertEquals(
                1,
                calls.stream()
                        .skip(1)
                        .map(call -> seen.of(call).start())
                        .filter(start -> start != CloneCall.UNKNOWN
                                && start != copies.get(0).start())
                        .distinct()
                        .count());
        assertEquals(0, seen.source().lostStacks());
    }

    @Test
    void hotSpotsThreadsHaveAStartRoutineAndNoStack() throws Exception {
        int threads = 1_009;
        Seen seen = watch(Mode.NATIVE, Layout::of, RING, true, java(threads));
        assertHotSpots(threads, seen.copies(), seen.threads(), seen);
    }

    /** The process is the same, with another C library at another address, and now with a JVM. */
    @Test
    void executedProgramHasItsOwnLayout() throws Exception {
        String[] words = Stream.concat(Stream.of(creator.toString(), "7", "exec"), Arrays.stream(java(101)))
                .toArray(String[]::new);
        Seen seen = watch(Mode.NATIVE, Layout::of, RING, true, words);
        long worker = Long.decode(seen.out().split(" ")[1]);
        List<CloneCall> threads = seen.threads();
        for (CloneCall call : threads.subList(0, 7)) {
            NativeOrigin origin = call.origin();
            // The program may have been replaced before the first poll: then nothing is said of its threads.
            if (origin.missing() == null) {
                assertEquals(worker, seen.of(call).start());
            } else {
                assertEquals("the process has executed another program since", origin.missing());
            }
        }
        List<Asked> later =
                seen.copies().stream().filter(one -> one.start() != worker).toList();
        assertHotSpots(101, later, threads.subList(7, threads.size()), seen);
    }

    @Test
    void allModeCapturesHotSpotsThreadsToo() throws Exception {
        Seen seen = watch(Mode.ALL, Layout::of, RING, true, java(101));
        assertTrue(seen.threads().size() > 101);
        assertEquals(seen.calls().size(), seen.copies().size());
    }

    @Test
    void allModeCapturesForksAndVforks() throws Exception {
        Path forks = folder.resolve("forks");
        assertEquals(
                0,
                new ProcessBuilder("cc", "-static", "-o", forks.toString(), "src/test/resources/strace/forks/forks.c")
                        .start()
                        .waitFor());
        Seen all = watch(Mode.ALL, Layout::of, RING, true, forks.toString());
        assertEquals(7, all.calls().size());
        assertEquals(7, all.copies().size());
        Seen threads = watch(Mode.NATIVE, Layout::of, RING, true, forks.toString());
        assertEquals(7, threads.calls().size());
        assertEquals(threads.threads().size(), threads.copies().size());
    }

    /** With the rings of the product: what is not captured is counted, and no clone is lost. */
    @Test
    void burstOfNativeThreadsIsCaptured() throws Exception {
        int threads = 20_011;
        Seen seen = watch(Mode.NATIVE, Layout::of, RING / 4, true, creator.toString(), "" + threads);
        assertEquals(threads, seen.calls().size());
        long undecided = seen.calls().stream()
                .filter(call -> call.origin().missing() != null
                        && call.origin().missing().startsWith("it is not known"))
                .count();
        assertEquals(threads, seen.copies().size() + seen.source().lostStacks() + undecided);
    }

    /** What the kernel refuses of the stacks is no reason to miss the clones. */
    @Test
    void refusedCaptureLeavesTheClones() throws Exception {
        int pid = (int) ProcessHandle.current().pid();
        StackCapture capture = new StackCapture(Mode.NATIVE, (process, start, copy) -> new NativeOrigin());
        EbpfSource source = new EbpfSource(pid, false, capture, RING, 4097, Layout::of);
        List<CloneCall> calls = new ArrayList<>();
        try {
            source.start();
            assertEquals("bpf(BPF_MAP_CREATE): EINVAL", source.captureRefusal());
            Thread thread = new Thread(() -> {});
            thread.start();
            thread.join();
            source.poll(adding(calls));
        } finally {
            source.stop();
        }
        assertTrue(calls.stream().allMatch(call -> call.origin() == null));
        assertTrue(calls.size() >= 1);
    }
}
