package io.clonetrace.trace.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.linux.memory.MappedPages;
import io.clonetrace.linux.process.PidFd;
import io.clonetrace.linux.process.Ptrace;
import io.clonetrace.linux.process.StoppedCommand;
import io.clonetrace.linux.process.WaitStatus;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.StackCapture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The source in this machine's kernel, against what strace prints of the same calls. */
class EbpfSourceTest {
    private static final String CALLS32 = "src/test/resources/ebpf/calls32.c";
    private static final Path BUILT = Path.of(System.getProperty("clonetrace.native", "../target/native"));
    private static final Path FORKS = Path.of("src/test/resources/strace/forks/forks.c");

    @TempDir
    Path folder;

    @BeforeAll
    static void needsRights() {
        EbpfRights.assume();
    }

    /** All that was seen of a command. */
    private record Seen(int pid, List<CloneCall> calls, long damaged) {
        List<CloneCall> threadsOf(int caller) {
            return calls.stream()
                    .filter(call -> call.parentTid() == caller && call.has(CloneFlag.CLONE_THREAD))
                    .toList();
        }
    }

    private interface Sources {
        EbpfSource of(int pid);
    }

    /** Runs a command to its end; this thread is its parent, and another polls. */
    private static Seen watch(Sources sources, boolean polling, List<String> command) throws Exception {
        Ptrace wait = Ptrace.open();
        PidFd process = StoppedCommand.start(wait, command);
        int pid = process.pid();
        EbpfSource source = sources.of(pid);
        List<CloneCall> calls = new ArrayList<>();
        try {
            source.start();
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
            return new Seen(pid, calls, source.lostRecords());
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

    private static List<String> sh(String script, String... arguments) {
        return Stream.concat(Stream.of("sh", "-c", script, "sh"), Arrays.stream(arguments))
                .toList();
    }

    private String[] java(int threads, int processes) {
        return new String[] {
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UseDynamicNumberOfCompilerThreads",
            "-cp",
            System.getProperty("java.class.path"),
            ThreadStarter.class.getName(),
            Integer.toString(threads),
            Integer.toString(processes)
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"pthread_thread", "clone_thread", "clone3_thread", "clone_process", "printf_thread"})
    void clonesOfNativeProgramsAreTheSameAsStraces(String program) throws Exception {
        Path built = BUILT.resolve(program);
        assumeTrue(Files.isExecutable(built), () -> built + " was not built");
        assertEquals(1, same(built.toString()).size());
    }

    @Test
    void forksAndVforksAreTheSameAsStraces() throws Exception {
        Path program = folder.resolve("forks");
        assumeTrue(Files.exists(FORKS), "not run in the agent's folder");
        assumeTrue(
                new ProcessBuilder("cc", "-static", "-o", program.toString(), FORKS.toString())
                                .start()
                                .waitFor()
                        == 0,
                "there is no C compiler");
        assertEquals(7, same(program.toString()).size());
    }

    @Test
    void threadsAndProcessesOfAJvmAreTheSameAsStraces() throws Exception {
        List<CloneCall> calls = same(java(1_009, 23));
        Map<Integer, Long> callers = new HashMap<>();
        calls.forEach(call -> callers.merge(call.parentTid(), 1L, Long::sum));
        // The threads, two of java.lang.Process, and what jspawnhelper and the JVM's start make.
        assertTrue(callers.values().stream().anyMatch(number -> number > 1_009), callers::toString);
        // Of jspawnhelper's own, the processes: that they are among them shows that children are followed.
        assertTrue(calls.stream()
                        .filter(call -> call.exitSignal() == 17 || call.syscall() == CloneSyscall.VFORK)
                        .count()
                >= 23);
    }

    /** A program under strace is strace's child: whatever strace itself makes is left out by who made it. */
    private List<CloneCall> same(String... program) throws Exception {
        assumeTrue(new ProcessBuilder("strace", "-V").start().waitFor() == 0, "strace is not installed");
        Path trace = folder.resolve("trace");
        String script = "echo go | exec strace -f -ttt -e trace=clone,clone3,fork,vfork -o '" + trace + "' \"$@\" > '"
                + folder.resolve("out") + "'";
        Seen seen = watch(pid -> new EbpfSource(pid, true), true, sh(script, program));
        List<String> theirs = StraceLines.read(trace);
        List<Integer> callers = Files.readAllLines(trace, StandardCharsets.ISO_8859_1).stream()
                .map(line -> Integer.parseInt(line.split(" ")[0]))
                .distinct()
                .toList();
        List<CloneCall> ours = seen.calls().stream()
                .filter(call -> callers.contains(call.parentTid()))
                .toList();
        assertFalse(theirs.isEmpty());
        assertEquals(theirs, ours.stream().map(StraceLines::of).sorted().toList());
        assertEquals(0, seen.damaged());
        return ours;
    }

    /** The main thread of java(1) starts the JVM's, which is the one that starts the threads. */
    private static long created(int threads, Seen seen) {
        return seen.calls().size() + seen.damaged() - threads;
    }

    @Tag("long")
    @Test
    void noneOfManyShortThreadsIsMissed() throws Exception {
        int threads = 70_001;
        long others = created(0, watch(pid -> new EbpfSource(pid, false), true, goWith(java(0, 0))));
        Seen seen = watch(pid -> new EbpfSource(pid, false), true, goWith(java(threads, 0)));
        assertEquals(others, created(threads, seen));
    }

    /** Nobody reads while the threads are made: what the ring has no room for is counted, to the last one. */
    @Test
    void fullRingCountsLostClones() throws Exception {
        int page = MappedPages.pageSize();
        long others = created(0, watch(pid -> new EbpfSource(pid, false), true, goWith(java(0, 0))));
        Seen seen = watch(
                pid -> new EbpfSource(pid, false, StackCapture.OFF, page, page, process -> Optional.empty()),
                false,
                goWith(java(1_009, 0)));
        assertEquals(others, created(1_009, seen));
        assertTrue(seen.damaged() > 900, () -> "lost " + seen.damaged());
        assertEquals(page / (CloneRecord.BYTES + 8), seen.calls().size());
    }

    /** exec: the shell's process becomes the JVM's. */
    private List<String> goWith(String... program) throws Exception {
        Path go = Files.writeString(folder.resolve("go"), "go\n");
        return sh("exec \"$@\" < '" + go + "'", program);
    }

    @Test
    void otherProcessesAreNotSeen() throws Exception {
        Seen seen = watch(pid -> new EbpfSource(pid, false), true, sh("(true; (true)); true"));
        assertEquals(
                List.of(seen.pid()),
                seen.calls().stream().map(CloneCall::parentTid).distinct().toList());
        Seen all = watch(pid -> new EbpfSource(pid, true), true, sh("(true; (true); true); true"));
        assertEquals(
                2, all.calls().stream().map(CloneCall::parentTid).distinct().count());
        assertEquals(List.of(), all.threadsOf(all.pid()));
    }

    /** Their system calls have other numbers, and other registers; what is not read is unknown. */
    @Test
    void processesMadeByA32BitProgramAreSeenWithoutArguments() throws Exception {
        Path program = folder.resolve("calls32");
        Process compiler = new ProcessBuilder(List.of(
                        "cc",
                        "-m32",
                        "-nostdlib",
                        "-static",
                        "-fno-pic",
                        "-no-pie",
                        "-O1",
                        "-o",
                        "" + program,
                        CALLS32))
                .inheritIO()
                .start();
        assumeTrue(compiler.waitFor() == 0, "no compiler for 32 bits");
        Seen seen = watch(pid -> new EbpfSource(pid, true), true, List.of(program.toString()));
        assertEquals(
                List.of(CloneSyscall.CLONE, CloneSyscall.FORK, CloneSyscall.VFORK, CloneSyscall.CLONE3),
                seen.calls().stream().map(CloneCall::syscall).toList());
        for (CloneCall call : seen.calls()) {
            assertEquals(CloneCall.UNKNOWN, call.stack());
            assertEquals(CloneCall.UNKNOWN, call.tls());
        }
        assertEquals(0, seen.calls().get(0).flags());
        assertEquals(0, seen.calls().get(3).flags());
    }

    @Test
    void noDescriptorIsLeftAfterStop() throws Exception {
        List<String> before = descriptors();
        for (int i = 0; i < 3; i++) {
            EbpfSource source = new EbpfSource((int) ProcessHandle.current().pid(), true);
            source.start();
            source.stop();
            source.stop();
            assertFalse(source.poll(adding(new ArrayList<>())));
            assertEquals(0, source.lostRecords());
        }
        assertEquals(before, descriptors());
    }

    /** Those of maps, programs and mounts, and the mapped maps. */
    private static List<String> descriptors() throws Exception {
        List<String> ours = new ArrayList<>();
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            for (Path fd : fds.toList()) {
                String target = Files.exists(fd) ? Files.readSymbolicLink(fd).toString() : "";
                if (target.contains("bpf") || target.contains("perf") || target.equals("/")) {
                    ours.add(fd + " " + target);
                }
            }
        }
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            maps.filter(line -> line.contains("bpf")).forEach(ours::add);
        }
        return ours;
    }
}
