package io.clonetrace.correlate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.NativeFrame;
import io.clonetrace.clone.NativeOrigin;
import io.clonetrace.clone.NativeStack;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativeStackLogTest {
    private static final NativeFrame CLONE = new NativeFrame("/lib/libc.so.6", "c1", "clone3", 0x2e);
    private static final NativeFrame CREATE = new NativeFrame("/lib/libc.so.6", "c1", "pthread_create", 0x17);
    private static final NativeFrame SPAWN = new NativeFrame("/opt/libfoo.so", "f1", "spawn_worker", 0x1d);
    private static final NativeFrame JNI = new NativeFrame("/opt/libbar.so", null, null, 0x1234);
    private static final String ROUTINE = "libfoo.so!work+0x0";
    private static final long SP = 0x7ffe_1000L;
    private static final String METHOD = "Foo.spawn";
    private static final List<String> JAVA = List.of("Foo.spawn(Native Method)", "app//Main.main(Main.java:7)");

    private final Observed observed = new Observed();
    private int tids = 200;

    @AfterEach
    void close() {
        observed.close();
    }

    private static NativeStack stack(NativeStack.End end, NativeFrame... frames) {
        return new NativeStack(
                List.of(frames), end, end == NativeStack.End.BROKEN ? "no FDE at libbar.so+0x1234" : null);
    }

    private static NativeStack toJava(NativeFrame... frames) {
        return stack(NativeStack.End.JAVA, frames);
    }

    /** A native thread is made. */
    private NativeOrigin clone(NativeOrigin origin) {
        return seen(Observed.MAIN, origin);
    }

    /** Of a call whose stack is unwound before it arrives. */
    private static NativeOrigin known(NativeStack stack, long sp) {
        NativeOrigin origin = new NativeOrigin();
        origin.complete(ROUTINE, stack, sp);
        return origin;
    }

    private NativeOrigin seen(int parent, NativeOrigin origin) {
        int tid = tids++;
        CloneCall call =
                Calls.thread(parent, tid, tid, System.currentTimeMillis() - 5).from(origin);
        if (observed.correlator.cloned(call)) {
            observed.log.seen(call);
        }
        return origin;
    }

    private void made(NativeStack stack, long sp) {
        clone(new NativeOrigin()).complete(ROUTINE, stack, sp);
        observed.log.commitKnown();
    }

    /** As at the end of a recording. */
    private void end() {
        observed.correlator.flush();
        observed.log.commitAll();
    }

    private List<Long> ids() throws IOException {
        return observed.events().stream()
                .map(event -> event.getLong("nativeStackId"))
                .toList();
    }

    private RecordedEvent onlyStack() throws IOException {
        List<RecordedEvent> stacks = observed.stacks();
        assertEquals(1, stacks.size(), stacks::toString);
        return stacks.get(0);
    }

    @Test
    void startRoutineOfAnyNameIsOneLine() throws IOException {
        clone(NativeOrigin.of("libevil.so!a\nb\u001b[31m+0x0", null));
        end();
        assertEquals("libevil.so!a?b?[31m+0x0", observed.events().get(0).getString("startRoutine"));
    }

    @Test
    void eachDistinctChainIsOneEventAndClonesReferToIt() throws IOException {
        for (int i = 0; i < 3; i++) {
            made(stack(NativeStack.End.OUTERMOST, CLONE, CREATE, SPAWN), CloneCall.UNKNOWN);
        }
        made(stack(NativeStack.End.BROKEN, CLONE, CREATE, SPAWN, JNI), CloneCall.UNKNOWN);
        clone(new NativeOrigin()).fail(ROUTINE, "not captured");
        clone(null);
        end();
        assertEquals(List.of(1L, 1L, 1L, 2L, -1L, -1L), ids());
        assertEquals(
                Arrays.asList(ROUTINE, ROUTINE, ROUTINE, ROUTINE, ROUTINE, null),
                observed.events().stream()
                        .map(event -> event.getString("startRoutine"))
                        .toList());
        List<RecordedEvent> stacks = observed.stacks();
        assertEquals(
                List.of(1L, 2L),
                stacks.stream().map(event -> event.getLong("id")).toList());
        RecordedEvent whole = stacks.get(0);
        assertEquals("libfoo.so", whole.getString("library"));
        assertEquals(
                "libc.so.6!clone3+0x2e\nlibc.so.6!pthread_create+0x17\nlibfoo.so!spawn_worker+0x1d",
                whole.getString("frames"));
        assertEquals("/lib/libc.so.6 c1\n/opt/libfoo.so f1", whole.getString("modules"));
        assertTrue(whole.getBoolean("complete"));
        assertNull(whole.getString("reason"));
        assertNull(whole.getString("javaFrames"));
        assertEquals(-1, whole.getLong("javaDelay"));
        RecordedEvent broken = stacks.get(1);
        assertFalse(broken.getBoolean("complete"));
        assertEquals("no FDE at libbar.so+0x1234", broken.getString("reason"));
        assertTrue(broken.getString("frames").endsWith("\nlibbar.so+0x1234"));
        assertTrue(broken.getString("modules").endsWith("\n/opt/libbar.so -"));
        assertEquals(0, observed.reads);
    }

    @Test
    void javaFramesAreReadOncePerChain() throws IOException {
        observed.inNativeCall(Observed.MAIN, METHOD, SP, JAVA);
        made(toJava(CLONE, CREATE, SPAWN), SP);
        made(toJava(CLONE, CREATE, SPAWN), SP);
        end();
        assertEquals(1, observed.reads);
        RecordedEvent stack = onlyStack();
        assertEquals(String.join("\n", JAVA), stack.getString("javaFrames"));
        long delay = stack.getLong("javaDelay");
        assertTrue(delay >= 5_000_000 && delay < TimeUnit.SECONDS.toNanos(60), () -> "delay " + delay);
    }

    @Test
    void javaFramesAreReadBeforeTheCloneIsDecided() throws IOException {
        observed.inNativeCall(Observed.MAIN, METHOD, SP, JAVA);
        clone(new NativeOrigin()).complete(ROUTINE, toJava(CLONE, CREATE, SPAWN), SP);
        observed.log.commitKnown();
        observed.callers.clear();
        end();
        assertEquals(String.join("\n", JAVA), onlyStack().getString("javaFrames"));
    }

    @Test
    void javaFramesAreReadBeforeTheChainIsKnown() throws IOException {
        observed.inNativeCall(Observed.MAIN, METHOD, SP, JAVA);
        NativeOrigin origin = clone(new NativeOrigin());
        observed.callers.clear();
        observed.log.commitKnown();
        origin.complete(ROUTINE, toJava(CLONE, CREATE, SPAWN), SP);
        observed.log.commitKnown();
        end();
        assertEquals(String.join("\n", JAVA), onlyStack().getString("javaFrames"));
        assertTrue(onlyStack().getLong("javaDelay") >= 5_000_000);
    }

    @Test
    void javaFramesOfAnotherNativeCallAreNotTaken() throws IOException {
        observed.inNativeCall(Observed.MAIN, METHOD, SP + 64, JAVA);
        NativeOrigin origin = clone(new NativeOrigin());
        origin.complete(ROUTINE, toJava(CLONE, CREATE, SPAWN), SP);
        end();
        assertEquals(1, observed.reads);
        assertNull(onlyStack().getString("javaFrames"));
        assertEquals(-1, onlyStack().getLong("javaDelay"));
    }

    /** The same Java frame may have called another native method since. */
    @ParameterizedTest
    @CsvSource({"Foo.spawn, true", "java.lang.Thread.sleep, false"})
    void javaFramesAreTakenOnlyIfTheirNativeMethodIsTheOutermostFunction(String method, boolean taken)
            throws IOException {
        observed.inNativeCall(Observed.MAIN, method, SP, JAVA);
        NativeFrame function = new NativeFrame("/opt/libfoo.so", "f1", "Java_Foo_spawn__I", 9);
        made(toJava(CLONE, CREATE, SPAWN, function), SP);
        end();
        assertEquals(taken ? String.join("\n", JAVA) : null, onlyStack().getString("javaFrames"));
    }

    @Test
    void callsOfOnePlaceAreReadOnceThoughTheirThreadsDiffer() {
        for (int i = 0; i < 7; i++) {
            int thread = 120 + i;
            observed.alive.add(thread);
            observed.inNativeCall(thread, METHOD, SP + i * 4096, JAVA);
            seen(thread, new NativeOrigin(0x1234, SP + i * 4096 - 256));
        }
        assertEquals(1, observed.reads);
        observed.alive.add(130);
        observed.inNativeCall(130, METHOD, SP, JAVA);
        seen(130, new NativeOrigin(0x1234, SP - 128));
        assertEquals(2, observed.reads);
        observed.alive.add(131);
        observed.inNativeCall(131, METHOD, SP, JAVA);
        seen(131, new NativeOrigin(0x5678, SP - 128));
        assertEquals(3, observed.reads);
    }

    /** The first unwinding takes so long that the thread is in other native calls, which make threads too. */
    @Test
    void laterLookDoesNotReplaceTheOneInTheNativeCall() throws IOException {
        observed.inNativeCall(Observed.MAIN, METHOD, SP, JAVA);
        CloneCall call = Calls.thread(Observed.MAIN, 500, 500, System.currentTimeMillis() - 5)
                .from(new NativeOrigin(0x1234, SP - 128));
        assertTrue(observed.correlator.cloned(call));
        observed.log.seen(call);
        observed.inNativeCall(Observed.MAIN, "Foo.other", SP + 64, List.of("Foo.other(Native Method)"));
        long afterTheFirstLook = System.currentTimeMillis() + 1_000;
        CloneCall other =
                Calls.thread(Observed.MAIN, 501, 501, afterTheFirstLook).from(new NativeOrigin(0x5678, SP - 128));
        assertTrue(observed.correlator.cloned(other));
        observed.log.seen(other);
        assertEquals(2, observed.reads);
        call.origin().complete(ROUTINE, toJava(CLONE, CREATE, SPAWN), SP);
        other.origin().fail(ROUTINE, "not captured");
        end();
        assertEquals(String.join("\n", JAVA), onlyStack().getString("javaFrames"));
    }

    /** One native call makes threads at several places: RocksDB.open. */
    @Test
    void oneLookServesAllCallsThatTheThreadMadeBefore() throws IOException {
        observed.inNativeCall(Observed.MAIN, METHOD, SP, JAVA);
        NativeOrigin first = clone(new NativeOrigin(0x1234, SP - 128));
        NativeOrigin second = clone(new NativeOrigin(0x1234, SP - 256));
        observed.callers.clear();
        first.complete(ROUTINE, toJava(CLONE, CREATE, SPAWN), SP);
        second.complete(ROUTINE, toJava(CLONE, SPAWN), SP);
        end();
        assertEquals(1, observed.looks);
        assertEquals(
                List.of(String.join("\n", JAVA), String.join("\n", JAVA)),
                observed.stacks().stream()
                        .map(stack -> stack.getString("javaFrames"))
                        .toList());
    }

    /** Thousands of threads whose native calls are over before the agent looks. */
    @Test
    void looksInVainAreFewHoweverManyThreadsAreMade() {
        assertTrue(observed.log.isPrompt());
        long began = System.nanoTime();
        for (int i = 0; i < 5_003; i++) {
            seen(Observed.MAIN, new NativeOrigin(0x1234, SP));
        }
        long most = NativeStackLog.VAIN_LOOKS + 8 * (TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began) + 1);
        assertTrue(observed.looks <= most, () -> observed.looks + " looks");
        assertTrue(observed.looks >= NativeStackLog.VAIN_LOOKS, () -> observed.looks + " looks");
    }

    @Test
    void stackThatWillNotComeIsNotLookedFor() {
        seen(Observed.MAIN, new NativeOrigin(0x1234).withoutStack("the ring of stacks was full"));
        assertEquals(0, observed.looks);
    }

    @Test
    void javaFramesAreLookedForAgainAtTheNextCallButNotForEver() throws IOException {
        for (int call = 1; call <= NativeStackLog.LOOKS + 3; call++) {
            clone(known(toJava(CLONE, CREATE, SPAWN), SP));
            awaitLooks(Math.min(call, NativeStackLog.LOOKS));
        }
        end();
        assertEquals(NativeStackLog.LOOKS, observed.looks);
        assertNull(onlyStack().getString("javaFrames"));
    }

    /** A look is due only some time after the one before. */
    private void awaitLooks(int looks) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (observed.looks < looks && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            observed.log.commitKnown();
        }
        assertEquals(looks, observed.looks);
    }

    @Test
    void chainIsCommittedAgainWithJavaFramesThatAreFoundLater() throws IOException {
        made(toJava(CLONE, CREATE, SPAWN), SP);
        end();
        assertNull(onlyStack().getString("javaFrames"));
        observed.inNativeCall(Observed.MAIN, METHOD, SP, JAVA);
        made(toJava(CLONE, CREATE, SPAWN), SP);
        await(2);
        assertEquals(String.join("\n", JAVA), observed.stacks().get(1).getString("javaFrames"));
    }

    private void await(int stacks) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (observed.stacks().size() < stacks && System.nanoTime() < deadline) {
            observed.log.commitKnown();
        }
        assertEquals(stacks, observed.stacks().size());
    }

    @Test
    void chainIsCommittedInEachChunkThatRefersToIt() throws IOException {
        NativeStack stack = stack(NativeStack.End.OUTERMOST, CLONE, CREATE, SPAWN);
        made(stack, CloneCall.UNKNOWN);
        end();
        observed.nextChunk();
        observed.log.commitKnown();
        assertEquals(1, observed.stacks().size(), "nothing refers to it in the second chunk");
        made(stack, CloneCall.UNKNOWN);
        made(stack, CloneCall.UNKNOWN);
        end();
        assertEquals(2, observed.stacks().size());
        observed.nextChunk();
        made(stack, CloneCall.UNKNOWN);
        end();
        assertEquals(3, observed.stacks().size());
        assertEquals(List.of(1L, 1L, 1L, 1L), ids());
    }

    @Test
    void chainUsedWhileAChunkBeginsIsRepeated() throws IOException {
        NativeStack stack = stack(NativeStack.End.OUTERMOST, CLONE, CREATE, SPAWN);
        observed.chunkEnded = System.nanoTime();
        made(stack, CloneCall.UNKNOWN);
        end();
        observed.chunkBegan = System.nanoTime();
        observed.log.commitKnown();
        observed.log.commitKnown();
        assertEquals(2, observed.stacks().size());
    }

    @Test
    void cloneWaitsForItsChainOthersDoNot() throws IOException {
        NativeOrigin late = clone(new NativeOrigin());
        clone(null);
        observed.correlator.flush();
        observed.log.commitKnown();
        assertEquals(List.of(-1L), ids());
        assertTrue(observed.log.isWaiting());
        late.complete(ROUTINE, toJava(CLONE, SPAWN), CloneCall.UNKNOWN);
        observed.log.commitKnown();
        assertFalse(observed.log.isWaiting());
        assertEquals(List.of(-1L, 1L), ids());
        assertEquals(0, observed.log.committedEarly());
    }

    @Test
    void endDoesNotWaitForChainsAndCountsThem() throws IOException {
        NativeOrigin never = clone(new NativeOrigin());
        end();
        assertEquals(List.of(-1L), ids());
        assertEquals(1, observed.log.committedEarly());
        never.complete(ROUTINE, toJava(CLONE, SPAWN), CloneCall.UNKNOWN);
        end();
        assertEquals(List.of(-1L), ids());
    }

    @Test
    void tooManyDistinctChainsGetNoIdAndAreCounted() throws IOException {
        for (int i = 0; i < NativeStackLog.MOST + 2; i++) {
            made(
                    stack(NativeStack.End.OUTERMOST, CLONE, new NativeFrame("/opt/libfoo.so", "f1", null, i)),
                    CloneCall.UNKNOWN);
        }
        end();
        assertEquals(NativeStackLog.MOST, observed.stacks().size());
        assertEquals(2, observed.log.beyondStacks());
        List<Long> ids = ids();
        assertEquals(2, ids.stream().filter(id -> id == -1).count());
        assertEquals(NativeStackLog.MOST, ids.stream().distinct().count() - 1);
    }

    @Test
    void nameOfASymbolCannotForgeAFrame() throws IOException {
        String hostile = "a\nlibevil.so!b+0x1\r\u2028" + "x".repeat(5_000) + "z";
        made(
                stack(NativeStack.End.OUTERMOST, new NativeFrame("/opt/libfoo.so", "f1", hostile, 0xabc)),
                CloneCall.UNKNOWN);
        end();
        String frames = onlyStack().getString("frames");
        assertEquals(1, frames.lines().count());
        assertTrue(frames.length() <= 1_000);
        assertTrue(frames.startsWith("libfoo.so!a?libevil.so!b+0x1??xxx"), frames);
        assertTrue(frames.endsWith("xz+0xabc"), frames);
    }

    @ParameterizedTest
    @CsvSource({
        "/lib/x86_64-linux-gnu/libc.so.6, ",
        "/lib/libc-2.31.so, ",
        "/lib/libc.so.6 (deleted), ",
        "/lib/libpthread-2.31.so, ",
        "/lib/libpthread.so.0, ",
        "/usr/lib/libstdc++.so.6.0.30, ",
        "/usr/lib/libc++.so.1, ",
        "/lib/libgcc_s.so.1, ",
        "/lib64/ld-linux-x86-64.so.2, ",
        "/lib/ld-linux-aarch64.so.1, ",
        "/lib/ld-2.31.so, ",
        "/lib/ld-musl-x86_64.so.1, ",
        "[vdso], ",
        "/usr/lib/libgomp.so.1, libgomp.so.1",
        "/usr/lib/jvm/lib/server/libjvm.so, libjvm.so",
        "/usr/lib/libopenblas.so.0, libopenblas.so.0",
        "/usr/lib/libcurl.so.4, libcurl.so.4",
        "/tmp/libgcc_shim.so, libgcc_shim.so",
        "/tmp/jna123.tmp (deleted), jna123.tmp (deleted)",
    })
    void partsOfTheRuntimeAreNoLibraryThatMadeAThread(String module, String library) {
        assertEquals(library, NativeStackLog.library(toJava(CLONE, new NativeFrame(module, null, null, 1))));
        assertEquals("libfoo.so", NativeStackLog.library(toJava(CLONE, SPAWN, JNI)));
    }
}
