package io.clonetrace.trace.ptrace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.NativeFrame;
import io.clonetrace.clone.NativeOrigin;
import io.clonetrace.clone.NativeStack;
import io.clonetrace.trace.StackCapture;
import io.clonetrace.trace.strace.StraceProgram;
import io.clonetrace.trace.wire.TaskEvent;
import io.clonetrace.trace.wire.Told;
import io.clonetrace.unwind.UnwindingThread;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The native frames of a C program's clones, made through two call paths: by ptrace, and by strace -k. */
@Timeout(120)
class CapturedStacksTest {
    private static final Path SOURCES = Path.of("src/test/c");
    private static final long LONG_ENOUGH = TimeUnit.SECONDS.toNanos(60);
    private static final Map<List<String>, Long> MADE = Map.of(
            List.of("make_thread", "first_path", "main", "_start"), 13L,
            List.of("make_thread", "second_path", "main", "_start"), 7L,
            List.of("fork_path", "main", "_start"), 5L);

    @TempDir
    Path folder;

    private String program;

    @BeforeEach
    void compile() throws Exception {
        compile("two_paths");
    }

    private void compile(String name) throws Exception {
        Path source = SOURCES.resolve(name + ".c");
        assumeTrue(Files.exists(source), "not run in the agent's folder");
        program = folder.resolve(name).toString();
        assumeTrue(
                run("cc", "-O1", "-fno-optimize-sibling-calls", "-pthread", "-o", program, source.toString()) == 0,
                source + " can't be compiled");
    }

    @Test
    void eachCallPathHasItsChainAsOftenAsItWasTaken() throws Exception {
        List<CloneCall> calls = traced(StackCapture.Mode.ALL);
        assertEquals(MADE, counted(calls, call -> functions(call.origin())));
        for (CloneCall call : calls) {
            NativeStack stack = call.origin().stack().orElseThrow();
            assertEquals(NativeStack.End.OUTERMOST, stack.end(), stack::toString);
            assertTrue(stack.frames().stream().allMatch(frame -> frame.buildId() != null), stack::toString);
            boolean thread = call.tls() != CloneCall.UNKNOWN && call.stack() != 0;
            assertEquals(thread ? "two_paths!worker+0x0" : null, call.origin().startRoutine());
        }
    }

    @Test
    void processesHaveNoChainUnlessAllAreWanted() throws Exception {
        List<CloneCall> calls = traced(StackCapture.Mode.NATIVE);
        assertEquals(25, calls.size());
        assertEquals(5, calls.stream().filter(call -> call.origin() == null).count());
        assertEquals(
                20,
                calls.stream()
                        .filter(call ->
                                call.origin() != null && call.origin().stack().isPresent())
                        .count());
    }

    /** The registers of its call lead to another thread's start routine. */
    @Test
    void threadThatGlibcDidNotMakeHasNoStartRoutine() throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "own_tls.c is for x86-64");
        compile("own_tls");
        assertEquals(
                List.of("worker", "worker", "worker", "maker", "none", "worker", "worker", "worker"),
                traced(StackCapture.Mode.NATIVE).stream()
                        .map(call -> call.origin().startRoutine())
                        .map(routine -> routine == null ? "none" : routine.replaceAll(".*!|\\+.*", ""))
                        .toList());
    }

    /** strace's unwinder may find no caller of clone3; what it does find is the same. */
    @Test
    void framesAreThoseThatStraceFinds() throws Exception {
        assumeTrue(StraceProgram.find().isPresent(), "strace is not installed");
        assumeTrue(StraceProgram.find().get().printsStacks(), "strace was built without an unwinder");
        Path trace = folder.resolve("strace");
        assertEquals(
                0, run("strace", "-f", "-k", "-e", "trace=clone,clone3,fork,vfork", "-o", trace.toString(), program));
        Told told = Told.of(Files.readString(trace, StandardCharsets.ISO_8859_1));
        List<CloneCall> ours = traced(StackCapture.Mode.ALL);
        assertEquals(ours.size(), told.origins.size());
        int whole = 0;
        for (int i = 0; i < ours.size(); i++) {
            NativeStack theirs = told.origins.get(i).stack().orElseThrow();
            if (theirs.isComplete()) {
                whole++;
                assertEquals(own(ours.get(i).origin()), own(told.origins.get(i)));
            } else {
                assertTrue(theirs.reason().startsWith("strace "), theirs::toString);
            }
        }
        assertTrue(
                whole >= 5, () -> "not even the forks: " + told.origins.get(24).stack());
    }

    private List<CloneCall> traced(StackCapture.Mode mode) throws Exception {
        List<CloneCall> calls = new CopyOnWriteArrayList<>();
        UnwindingThread unwinder = new UnwindingThread(work -> {
            Thread thread = new Thread(work, "unwinder");
            thread.setDaemon(true);
            return thread;
        });
        try (unwinder) {
            PtraceTracer tracer =
                    PtraceTracer.launch(List.of(program), true, new StackCapture(mode, unwinder), event -> {
                        if (event instanceof TaskEvent.Cloned cloned) {
                            calls.add(cloned.call());
                            // The program must not end before its mappings were read.
                            unwound(unwinder);
                        }
                    });
            assertEquals(0, tracer.awaitEnd().orElseThrow());
        }
        return calls;
    }

    private static void unwound(UnwindingThread unwinder) {
        try {
            assertTrue(unwinder.await(LONG_ENOUGH));
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private static <K> Map<K, Long> counted(List<CloneCall> calls, Function<CloneCall, K> by) {
        return calls.stream().collect(Collectors.groupingBy(by, Collectors.counting()));
    }

    /** The program's own: libc's names differ between one that is stripped and one that isn't. */
    private static List<NativeFrame> frames(NativeOrigin origin) {
        return origin.stack().orElseThrow().frames().stream()
                .filter(frame -> frame.library().equals("two_paths"))
                .toList();
    }

    private static List<String> functions(NativeOrigin origin) {
        return frames(origin).stream().map(NativeFrame::function).toList();
    }

    private static List<String> own(NativeOrigin origin) {
        return frames(origin).stream().map(NativeFrame::text).toList();
    }

    private int run(String... command) throws Exception {
        List<String> words = new ArrayList<>(List.of(command));
        return new ProcessBuilder(words)
                .redirectOutput(folder.resolve("out").toFile())
                .redirectErrorStream(true)
                .start()
                .waitFor();
    }
}
