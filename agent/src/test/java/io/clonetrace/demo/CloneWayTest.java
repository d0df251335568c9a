package io.clonetrace.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.demo.CloneWay.RefusedException;
import io.clonetrace.demo.Outcome.ChildReport;
import io.clonetrace.linux.memory.MappedPages;
import io.clonetrace.stack.StackMeasure;
import io.clonetrace.stack.TaskList;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Makes each kind of task in this JVM. */
class CloneWayTest {
    /** All but SIGKILL and SIGSTOP, which the kernel never blocks. */
    private static final long EVERY_SIGNAL = ~(1L << 8 | 1L << 18);

    private final NativeCode code = NativeCode.open();

    @BeforeEach
    void needMachineCode() {
        try {
            code.require();
        } catch (RefusedException refused) {
            assumeTrue(false, refused.getMessage());
        }
    }

    @AfterEach
    void unmap() {
        code.close();
    }

    /** But a virtual thread, whose carrier stays, and is the JDK's. */
    static List<CloneWay> allThatMakeATask() {
        return CloneWay.all().stream()
                .filter(way -> !(way instanceof JavaThreadWays.VirtualThreadWay))
                .toList();
    }

    static List<CloneWay> bareThreads() {
        return List.of(new NativeThreadWays.LibcCloneWay(), new NativeThreadWays.Clone3Way());
    }

    static List<CloneWay> libcsThreads() {
        return List.of(new JavaThreadWays.JavaThreadWay(), new NativeThreadWays.PthreadCreateWay());
    }

    static List<CloneWay> threads() {
        return List.of(
                new JavaThreadWays.JavaThreadWay(),
                new NativeThreadWays.PthreadCreateWay(),
                new NativeThreadWays.LibcCloneWay(),
                new NativeThreadWays.Clone3Way());
    }

    @ParameterizedTest
    @MethodSource("allThatMakeATask")
    void leavesNothingBehind(CloneWay way) throws Exception {
        way.run(code);
        long mappings = DemoStress.likeTheDemos(DemoStress.mappings());
        String before = blockedSignals();
        for (int i = 0; i < 10; i++) {
            Outcome.Made made = assertInstanceOf(Outcome.Made.class, way.run(code));
            if (way instanceof JavaThreadWays.JavaThreadWay) {
                // It is joined a moment before its task is gone.
                assertTrue(LiveTask.await(() -> !TaskList.ofSelf().contains(made.childTid())));
            }
            assertFalse(TaskList.ofSelf().contains(made.childTid()));
            assertFalse(Files.exists(Path.of("/proc/" + made.childTid())), "no zombie");
        }
        assertEquals(mappings, DemoStress.likeTheDemos(DemoStress.mappings()));
        assertEquals(before, blockedSignals());
    }

    @ParameterizedTest
    @MethodSource("bareThreads")
    void bareThreadsHaveTheirCreatorsThreadPointerAndEverySignalBlocked(CloneWay way) throws Exception {
        Outcome.Made made = assertInstanceOf(Outcome.Made.class, way.run(code));
        ChildReport child = made.child().orElseThrow();
        assertEquals(made.childTid(), child.tid());
        assertEquals(made.creator().orElseThrow().threadPointer(), child.threadPointer());
        assertNotEquals(0, child.threadPointer());
        assertEquals(Optional.of(true), made.sharesThreadPointer());
        assertEquals(Optional.of(false), made.printfIsSafe());
        assertEquals(EVERY_SIGNAL, child.signalMask());
        assertTrue(made.stack() < child.stackPointer() && child.stackPointer() < made.stack() + made.stackSize());
        StackMeasure measured = made.measured().orElseThrow();
        assertEquals(MappedPages.pageSize(), measured.guard());
        assertEquals(made.stack() + made.stackSize(), measured.base());
        assertEquals(made.stackSize() + measured.guard(), measured.reserved());
    }

    @ParameterizedTest
    @MethodSource("libcsThreads")
    void libcThreadsHaveTheirOwnThreadPointer(CloneWay way) throws Exception {
        Outcome.Made made = assertInstanceOf(Outcome.Made.class, way.run(code));
        ChildReport child = made.child().orElseThrow();
        assertNotEquals(made.creator().orElseThrow().threadPointer(), child.threadPointer());
        assertEquals(Optional.of(false), made.sharesThreadPointer());
        assertEquals(Optional.of(true), made.printfIsSafe());
        assertTrue(made.measured().orElseThrow().guard() >= MappedPages.pageSize());
    }

    @ParameterizedTest
    @MethodSource("threads")
    void threadsShareMemory(CloneWay way) throws Exception {
        Outcome.Made made = assertInstanceOf(Outcome.Made.class, way.run(code));
        assertEquals(made.childTid(), made.child().orElseThrow().tid());
        assertEquals(LiveTask.ownTid(), made.parentTid());
        assertTrue(made.child().orElseThrow().sharesMemory());
    }

    @Test
    void forkedProcessHasACopy() throws Exception {
        Outcome.Made made = assertInstanceOf(Outcome.Made.class, new ProcessWays.ForkWay().run(code));
        ChildReport child = made.child().orElseThrow();
        assertEquals(made.childTid(), child.tid());
        assertFalse(child.sharesMemory());
        assertEquals(EVERY_SIGNAL, child.signalMask());
        assertEquals(made.creator().orElseThrow().threadPointer(), child.threadPointer());
        assertEquals(Optional.of(false), made.sharesThreadPointer());
        assertEquals(Optional.of(false), made.printfIsSafe());
    }

    @Test
    void virtualThreadMakesNoTaskWhenACarrierIsFree() throws Exception {
        assumeTrue(Runtime.version().feature() >= 21, "virtual threads came with JDK 21");
        new JavaThreadWays.VirtualThreadWay().run(code);
        Outcome.Carried carried =
                assertInstanceOf(Outcome.Carried.class, new JavaThreadWays.VirtualThreadWay().run(code));
        assertFalse(carried.carrierIsNew(), carried.note());
        assertTrue(TaskList.ofSelf().contains(carried.carrierTid()));
    }

    @Test
    void refusedWithTheReasonWhereThereIsNoMachineCode() throws Exception {
        try (NativeCode none = NativeCode.refused("no machine code for the processor x")) {
            for (CloneWay way : CloneWay.all()) {
                if (way.isBare()) {
                    RefusedException refused = assertThrows(RefusedException.class, () -> way.run(none));
                    assertEquals("no machine code for the processor x", refused.getMessage());
                }
            }
            Outcome.Made java = assertInstanceOf(Outcome.Made.class, new JavaThreadWays.JavaThreadWay().run(none));
            assertEquals(Optional.empty(), java.sharesThreadPointer());
        }
    }

    private static String blockedSignals() throws Exception {
        return Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
                .filter(line -> line.startsWith("SigBlk"))
                .findFirst()
                .orElseThrow();
    }
}
