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
        List<String> words = Stream.concat(
                        Stream.of("sh", "-c", "exec \"$@\" > '" + out + "' < /dev/null", "sh"), Arrays.stream(command))
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

    /** The creator's stack ends, at a page that can't be read, before the 8 KiB do. */
    @Test
    void shortStackIsCopiedToItsLastByte() throws Exception {
        Seen seen = watch(Mode.NATIVE, CapturedStacksTest::withoutJvm, RING, true, creator.toString(), "101", "room");
        long end = Long.decode(seen.out().strip().split("\n")[1]);
        StackCopy copy = seen.asked().get(101).copy();
        assertEquals(end - copy.registers()[SP], copy.length());
        assertTrue(copy.length() < StackRecord.STACK_BYTES && copy.length() > 4096, () -> copy.length() + " bytes");
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
        int threads = 601;
        Seen seen = watch(Mode.NATIVE, pid -> Optional.empty(), RING, true, creator.toString(), "" + threads);
        assertEquals(threads, seen.calls().size());
        assertEquals(CaptureProgram.UNKNOWN_CAPTURES, seen.copies().size());
        assertEquals(CloneCall.UNKNOWN, seen.copies().get(0).start());
        assertEquals(
                threads - CaptureProgram.UNKNOWN_CAPTURES,
                seen.calls().stream()
                        .filter(call -> "it is not known which threads of the process are the JVM's"
                                .equals(call.origin().missing()))
                        .count());
    }
}
