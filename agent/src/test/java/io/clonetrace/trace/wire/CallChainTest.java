package io.clonetrace.trace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.clone.NativeFrame;
import io.clonetrace.clone.NativeOrigin;
import io.clonetrace.clone.NativeStack;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.StackCapture;
import io.clonetrace.trace.StackCapture.Mode;
import io.clonetrace.unwind.OriginResolver;
import io.clonetrace.unwind.StackCopy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Chains on their way through the lines between a tracer and its reader. */
class CallChainTest {
    private static final int CALLS = 1_009;
    private static final NativeFrame INNER = new NativeFrame("/lib/libc.so.6", "0a1b", "clone3", 0x2a);
    private static final NativeFrame OUTER = new NativeFrame("/lib/lib foo.so", null, "spawn(int)", 0x1d);

    private static CloneCall thread(int child) {
        return CloneCall.builder(CloneSyscall.CLONE3, 1)
                .made(child)
                .flags(CloneFlag.CLONE_THREAD.bit() | CloneFlag.CLONE_VM.bit())
                .exitSignal(0)
                .stack(4096)
                .observedAt(1)
                .build();
    }

    private static CloneCall process(int child) {
        return CloneCall.builder(CloneSyscall.CLONE, 1)
                .made(child)
                .flags(0)
                .exitSignal(17)
                .stack(0)
                .observedAt(1)
                .build();
    }

    private static NativeOrigin origin(String start, List<NativeFrame> frames, NativeStack.End end, String reason) {
        NativeOrigin origin = new NativeOrigin();
        origin.complete(start, new NativeStack(frames, end, reason), end == NativeStack.End.JAVA ? 0x7ffe_1230L : -1);
        return origin;
    }

    private static String written(Mode mode, boolean eachTime, CloneCall... calls) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ChainWriter chains = new ChainWriter(new StackCapture(mode, (pid, start, copy) -> null), eachTime);
        try (TraceWriter writer = new TraceWriter(out, "ptrace", TraceWriter.Times.NANOSECONDS, chains, failed -> {})) {
            for (CloneCall call : calls) {
                writer.accept(new TaskEvent.Cloned(call));
            }
        }
        return out.toString(StandardCharsets.US_ASCII);
    }

    private static void assertSameOrigin(NativeOrigin expected, NativeOrigin read) {
        assertTrue(read.isDone());
        assertEquals(expected.startRoutine(), read.startRoutine());
        assertEquals(expected.stack(), read.stack());
        assertEquals(expected.missing(), read.missing());
        assertEquals(expected.javaStackPointer(), read.javaStackPointer());
    }

    @Test
    void writtenOriginIsReadAsItself() {
        List<NativeOrigin> origins = new ArrayList<>();
        for (NativeStack.End end : NativeStack.End.values()) {
            origins.add(origin(
                    "lib foo.so!wor=ker+0x0",
                    List.of(INNER, OUTER, INNER),
                    end,
                    end == NativeStack.End.BROKEN ? "no frame information\nat [0x12] build-ids=x" : null));
        }
        origins.add(origin(null, List.of(), NativeStack.End.BROKEN, "nothing"));
        origins.add(origin("a!b+0x0", FrameLineTest.hostileFrames(), NativeStack.End.OUTERMOST, null));
        NativeOrigin failed = new NativeOrigin();
        failed.fail("libjvm.so!thread_native_entry+0x0", "the queue is full, 100 % of it");
        origins.add(failed);
        NativeOrigin hotSpots = new NativeOrigin();
        hotSpots.complete("libjvm.so!thread_native_entry+0x0", null, -1);
        origins.add(hotSpots);
        CloneCall[] calls = IntStream.range(0, origins.size())
                .mapToObj(i -> thread(100 + i).from(origins.get(i)))
                .toArray(CloneCall[]::new);
        String trace = written(Mode.NATIVE, false, calls);
        assertTrue(trace.contains(" reason=the queue is full, 100 % of it\n"), trace);
        Told told = Told.of(trace);
        assertEquals(0, told.counts.ignored());
        for (int i = 0; i < calls.length; i++) {
            assertSameOrigin(origins.get(i), told.origins.get(i));
        }
    }

    @Test
    void chainIsWrittenOnceAndReadAsOneInstance() {
        CloneCall[] calls = IntStream.range(0, CALLS)
                .mapToObj(
                        i -> thread(100 + i).from(origin("a!b+0x0", List.of(INNER, OUTER), NativeStack.End.JAVA, null)))
                .toArray(CloneCall[]::new);
        String trace = written(Mode.NATIVE, false, calls);
        assertEquals(2, trace.lines().filter(line -> line.startsWith(" > ")).count());
        Told told = Told.of(trace);
        assertEquals(CALLS, told.calls().size());
        for (NativeOrigin origin : told.origins) {
            assertSame(told.origins.get(0).stack().orElseThrow(), origin.stack().orElseThrow());
            assertEquals(0x7ffe_1230L, origin.javaStackPointer());
        }
        assertEquals(
                2 * CALLS,
                written(Mode.NATIVE, true, calls)
                        .lines()
                        .filter(line -> line.startsWith(" > "))
                        .count());
    }

    /** Looked up one by one, they would take a thread's wake-up each. */
    @Test
    @Timeout(60)
    void startRoutinesOfABatchAreAskedForTogether() throws Exception {
        List<NativeOrigin> asked = new ArrayList<>();
        AtomicInteger hurries = new AtomicInteger();
        CountDownLatch queued = new CountDownLatch(1);
        List<String> pieces = new ArrayList<>();
        OutputStream out = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes) throws IOException {
                pieces.add(new String(bytes, StandardCharsets.US_ASCII));
                super.write(bytes);
                try {
                    queued.await();
                } catch (InterruptedException stopped) {
                    throw new InterruptedIOException();
                }
            }
        };
        OriginResolver resolver = new OriginResolver() {
            @Override
            public NativeOrigin resolve(int pid, long startRoutine, StackCopy copy) {
                throw new AssertionError("the tracer does that");
            }

            @Override
            public void hurry(long nanos) {
                assertTrue(nanos > 0);
                hurries.incrementAndGet();
                asked.forEach(origin -> origin.complete("libjvm.so!thread_native_entry+0x0", null, -1));
            }
        };
        ChainWriter chains = new ChainWriter(new StackCapture(Mode.NATIVE, resolver), false);
        try (TraceWriter writer = new TraceWriter(out, "ptrace", TraceWriter.Times.NANOSECONDS, chains, failed -> {})) {
            for (int i = 0; i < CALLS; i++) {
                NativeOrigin origin = new NativeOrigin(0x7f00_0000);
                asked.add(origin);
                writer.accept(new TaskEvent.Cloned(thread(100 + i).from(origin)));
            }
            queued.countDown();
        }
        assertEquals(1, hurries.get());
        assertEquals(
                CALLS,
                Told.of(out.toString()).origins.stream()
                        .filter(origin -> origin.startRoutine().startsWith("libjvm.so!"))
                        .count());
        assertTrue(pieces.stream().allMatch(piece -> piece.length() <= 4096));
    }

    @Test
    void onlyAStackOfANativeThreadIsUrgent() {
        NativeOrigin captured = new NativeOrigin(1, 0x7fff_0000L);
        assertTrue(chains(Mode.NATIVE).isUrgent(thread(5).from(captured)));
        assertFalse(chains(Mode.NATIVE).isUrgent(thread(5).from(new NativeOrigin(1))));
        assertFalse(chains(Mode.NATIVE).isUrgent(thread(5)));
        assertFalse(chains(Mode.ALL).isUrgent(thread(5).from(captured)));
    }

    private static ChainWriter chains(Mode mode) {
        return new ChainWriter(new StackCapture(mode, (pid, start, copy) -> null), false);
    }

    /** The agent looks for the Java frames of calls whose origin is not known. */
    @Test
    void callArrivesWithItsOriginIfThatFollowsAtOnce() {
        NativeOrigin known = origin("a!b+0x0", List.of(INNER), NativeStack.End.OUTERMOST, null);
        byte[] trace = written(
                        Mode.NATIVE,
                        false,
                        thread(5).from(known),
                        process(6),
                        thread(7).from(known))
                .getBytes(StandardCharsets.US_ASCII);
        List<String> seen = new ArrayList<>();
        StraceParser parser = new StraceParser(
                new CloneSink() {
                    @Override
                    public void cloned(CloneCall call) {
                        String done = call.origin() == null
                                ? "none"
                                : String.valueOf(call.origin().isDone());
                        seen.add(call.childTid() + " " + done);
                    }

                    @Override
                    public void exited(int tid) {
                        seen.add(tid + " exited");
                    }
                },
                1,
                ZonedDateTime::now);
        parser.feed(trace, 0, trace.length);
        byte[] rest = (StraceLine.ended(7, 1) + "\n" + StraceLine.precise(thread(8)) + "\n" + StraceLine.ended(8, 1)
                        + "\n" + StraceLine.precise(thread(9)) + "\n")
                .getBytes(StandardCharsets.US_ASCII);
        parser.feed(rest, 0, rest.length);
        assertEquals(List.of("5 true", "6 none", "7 true", "7 exited", "8 false", "8 exited", "9 false"), seen);
    }

    /** More than the reader keeps. */
    @Test
    void manyDistinctChainsAllArrive() {
        int many = 3 * ChainReader.MOST_CHAINS + 1;
        String longName = "f".repeat(2_000);
        CloneCall[] calls = IntStream.range(0, many)
                .mapToObj(i -> thread(100 + i)
                        .from(origin(
                                "a!b+0x0",
                                List.of(new NativeFrame("/lib/x", null, longName, i % (many / 2))),
                                NativeStack.End.OUTERMOST,
                                null)))
                .toArray(CloneCall[]::new);
        Told told = Told.of(written(Mode.ALL, false, calls));
        for (int i = 0; i < many; i++) {
            assertSameOrigin(calls[i].origin(), told.origins.get(i));
        }
    }

    @Test
    void chainThatIsTooLongIsCutAndSaysSo() {
        List<NativeFrame> frames = IntStream.range(0, 100_003)
                .mapToObj(i -> new NativeFrame("/lib/x", null, "f", i))
                .toList();
        String trace = written(Mode.ALL, false, thread(5).from(origin("a!b+0x0", frames, NativeStack.End.JAVA, null)));
        assertTrue(trace.length() < 64 << 10);
        NativeStack stack = Told.of(trace).origins.get(0).stack().orElseThrow();
        assertEquals(NativeStack.End.BROKEN, stack.end());
        assertEquals(CallChain.MOST_FRAMES, stack.frames().size());
        assertTrue(stack.reason().startsWith("99747 more frames"), stack.reason());
    }

    @Test
    void callThatIsNotCoveredHasNoOrigin() {
        NativeOrigin origin = origin(null, List.of(INNER), NativeStack.End.OUTERMOST, null);
        Told told = Told.of(
                written(Mode.NATIVE, false, process(7), thread(8), process(9).from(origin)));
        assertNull(told.origins.get(0));
        assertNull(told.origins.get(2));
        assertEquals("the source captured no stack", told.origins.get(1).missing());
        assertSameOrigin(
                origin,
                Told.of(written(Mode.ALL, false, process(9).from(origin)))
                        .origins
                        .get(0));
        assertNull(Told.of(written(Mode.OFF, false, thread(9).from(origin)))
                .origins
                .get(0));
    }

    /** The lines of one call may come after other calls. */
    @Test
    void originIsCompletedByItsOwnCallOnly() {
        Told told = Told.of("""
                # stacks: all
                10 1.0 clone(child_stack=NULL, flags=SIGCHLD) = 11
                10 1.0 clone(child_stack=NULL, flags=SIGCHLD) = -1 EAGAIN
                10 1.0 clone(child_stack=NULL, flags=SIGCHLD) = -1 EAGAIN
                12 1.0 clone(child_stack=NULL, flags=SIGCHLD) = 13
                # lost: 1
                 > /lib/a(f+0x1)
                # lost: 2
                 > /lib/a(g+0x2)
                # origin: 12 13 - 0 frames=2 end=outermost
                # origin: 10 - 0x20 0
                 > /lib/a(h+0x3)
                # origin: 10 - - 1 frames=1 end=broken reason=so
                # origin: 99 98 - 1
                """);
        assertEquals("the trace ended before its frames", told.origins.get(0).missing());
        assertEquals(0x20, told.origins.get(1).javaStackPointer());
        assertEquals(
                "[a!f+0x1, a!g+0x2]",
                told.origins.get(1).stack().orElseThrow().frames().toString());
        assertEquals("so", told.origins.get(2).stack().orElseThrow().reason());
        assertSame(
                told.origins.get(1).stack().orElseThrow(),
                told.origins.get(3).stack().orElseThrow());
    }

    @Test
    void lostLinesMakeAnOriginFail() {
        Told told = Told.of("""
                # stacks: all
                10 1.0 fork() = 11
                10 1.0 fork() = 12
                10 1.0 fork() = 13
                 > /lib/a(f+0x1)
                # origin: 10 11 - 0 frames=2 end=outermost start=a!b+0x0
                # origin: 10 12 - 7
                # origin: 10 13 - 8 frames=0 end=sideways
                """);
        assertEquals("the lines of its frames are lost", told.origins.get(0).missing());
        assertEquals("a!b+0x0", told.origins.get(0).startRoutine());
        assertEquals(
                "the lines that tell its frames are lost", told.origins.get(1).missing());
        assertEquals(
                "the trace does not say",
                told.origins.get(2).stack().orElseThrow().reason());
    }

    /** The call itself is passed on first. */
    @Test
    @Timeout(60)
    void readerHasTheCallBeforeItsFramesAreKnown() throws Exception {
        Told told = new Told();
        StraceParser parser = new StraceParser(told, 1, () -> Told.REFERENCE);
        NativeOrigin slow = new NativeOrigin();
        ByteArrayOutputStream out = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes) {
                super.write(bytes, 0, bytes.length);
                if (toString(StandardCharsets.US_ASCII).contains("clone3(")) {
                    // Only now, so that a writer which waited with the call would wait for good.
                    slow.complete("a!b+0x0", new NativeStack(List.of(INNER), NativeStack.End.OUTERMOST, null), -1);
                }
            }
        };
        ChainWriter chains = new ChainWriter(new StackCapture(Mode.ALL, (pid, start, copy) -> null), false);
        try (TraceWriter writer = new TraceWriter(out, "ptrace", TraceWriter.Times.NANOSECONDS, chains, failed -> {})) {
            writer.accept(new TaskEvent.Cloned(thread(5).from(slow)));
        }
        byte[] bytes = out.toByteArray();
        int call = out.toString(StandardCharsets.US_ASCII).indexOf(" > ");
        parser.feed(bytes, 0, call);
        assertEquals(1, told.calls().size());
        assertFalse(told.origins.get(0).isDone());
        parser.feed(bytes, call, bytes.length - call);
        assertSameOrigin(slow, told.origins.get(0));
    }

    @Test
    @Timeout(60)
    void unwinderThatHangsHoldsNothingUpForGood() {
        CloneCall[] calls = IntStream.range(0, CALLS)
                .mapToObj(i -> thread(100 + i).from(new NativeOrigin()))
                .toArray(CloneCall[]::new);
        Told told = Told.of(written(Mode.ALL, false, calls));
        assertEquals(CALLS, told.calls().size());
        assertTrue(
                told.origins.stream().allMatch(origin -> "its frames were not found in time".equals(origin.missing())));
    }

    @Test
    void callWithoutAddressesHasNoStackPointerEither() {
        CloneCall call = thread(5).from(origin(null, List.of(INNER), NativeStack.End.JAVA, null));
        assertEquals(
                -1,
                Told.of(written(Mode.ALL, false, call.withoutAddresses()))
                        .origins
                        .get(0)
                        .javaStackPointer());
    }

    /** By strace 6.1 of Debian 12, whose libunwind finds no caller of clone3. */
    @Test
    void framesOfStraceAreThoseOfTheCallBefore() {
        Told told = Told.of("""
                10 1.0 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD) = 11
                 > /usr/lib/libc.so.6(_Fork+0x23) [0xd4353]
                 > /tmp/f(inner+0x75) [0x1245]
                 > /tmp/f(_start+0x21) [0x10f1]
                11 1.0 +++ exited with 0 +++
                10 1.0 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=11} ---
                 > /usr/lib/libc.so.6(wait4+0x13) [0xd3bd3]
                10 1.0 clone3({flags=CLONE_VM|CLONE_VFORK, exit_signal=SIGCHLD, stack=0x7f0, stack_size=0x9000}, 88) = 12
                 > /usr/lib/libc.so.6(__xmknodat+0x229) [0x1098d9]
                 > unexpected_backtracing_error [0x5589b8b24004]
                10 1.0 vfork( <unfinished ...>
                13 1.0 exit(0) = ?
                 > /usr/lib/libc.so.6(exit+0x1) [0x1]
                10 1.0 <... vfork resumed>) = 13
                 > /usr/lib/libc.so.6(__vfork+0x8) [0xd43b8]
                14 1.0 fork() = 15
                 > /usr/lib/libc.so.6(fork+0x8) [0xd43b8]
                 > /usr/lib/libc.so.6(__clone3+0x2a) [0xd43b8]
                """);
        assertEquals(4, told.calls().size());
        assertEquals(
                "NativeStack[frames=[libc.so.6!_Fork+0x23, f!inner+0x75, f!_start+0x21], end=OUTERMOST, reason=null]",
                told.origins.get(0).stack().orElseThrow().toString());
        assertEquals(
                "NativeStack[frames=[libc.so.6+0x1098d9], end=BROKEN,"
                        + " reason=strace says: unexpected_backtracing_error [0x5589b8b24004]]",
                told.origins.get(1).stack().orElseThrow().toString());
        assertEquals(
                "NativeStack[frames=[libc.so.6!__vfork+0x8], end=BROKEN,"
                        + " reason=strace found no caller of libc.so.6!__vfork+0x8]",
                told.origins.get(2).stack().orElseThrow().toString());
        assertEquals(
                NativeStack.End.OUTERMOST,
                told.origins.get(3).stack().orElseThrow().end());
        // Another call, a signal, and the frames of both.
        assertEquals(4, told.counts.ignored());
    }

    @Test
    void traceWithoutFramesHasNoOrigins() {
        Told told = Told.of("10 1.0 fork() = 11\n10 1.0 fork() = 12\n > /lib/a(f+0x1) [0x1]\n10 1.0 fork() = 13\n");
        assertEquals(3, told.calls().size());
        // None were wanted.
        assertTrue(told.origins.get(0).isDone());
        assertNull(told.origins.get(0).missing());
        assertNull(told.origins.get(1));
        assertNull(told.origins.get(2));
        assertNull(Told.of("# source: ebpf\n10 1.0 fork() = 11\n").origins.get(0));
    }

    @Test
    void straceNeedNotNameTheCallsOwnFunction() {
        Told told = Told.of("10 1.0 fork() = 11\n > /lib/a() [0x1]\n > /lib/a() [0x2]\n > /lib/a(f+0x1) [0x3]\n");
        assertEquals(
                "[a+0x1, a+0x2, a!f+0x1]",
                told.origins.get(0).stack().orElseThrow().frames().toString());
    }

    @Test
    void lastFrameThatMayBeCutOffIsNotRead() {
        Told told = Told.of("10 1.0 fork() = 11\n > /lib/a(fork+0x1) [0x1]\n > /lib/a(g+0x1");
        assertEquals(
                "[a!fork+0x1]",
                told.origins.get(0).stack().orElseThrow().frames().toString());
        assertEquals(
                "the trace ends here", told.origins.get(0).stack().orElseThrow().reason());
        assertEquals(0, told.counts.lost());
    }

    @Test
    void endlessFramesAreBounded() {
        String frame = " > /lib/a(" + "f".repeat(200) + "+0x1) [0x1]\n";
        Told told = Told.of("10 1.0 fork() = 11\n" + frame.repeat(10_007));
        NativeStack stack = told.origins.get(0).stack().orElseThrow();
        assertEquals("its frames are too many", stack.reason());
        assertTrue(stack.frames().size() <= CallChain.MOST_FRAMES + 1);
    }

    @Test
    void overlongFrameBreaksTheChain() {
        Told told =
                Told.of("10 1.0 fork() = 11\n > /lib/a(" + "f".repeat(70_000) + "+0x1) [0x1]\n10 1.0 fork() = 12\n");
        assertTrue(told.origins.get(0).missing().startsWith("strace says: /lib/a(fff"), told.origins.get(0)::missing);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void headerSaysForWhichCallsThereAreChains(Mode mode) {
        String trace = written(mode, false);
        assertEquals(
                mode != Mode.OFF, trace.contains("# stacks: " + mode.name().toLowerCase(Locale.ROOT) + "\n"), trace);
    }
}
