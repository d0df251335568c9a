package io.clonetrace.trace.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.clone.KernelVersion;
import io.clonetrace.linux.Bpf;
import io.clonetrace.linux.BpfArray;
import io.clonetrace.linux.BpfProgram;
import io.clonetrace.linux.BpfRing;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.MappedPages;
import io.clonetrace.linux.Processor;
import io.clonetrace.linux.Ptrace;
import io.clonetrace.linux.Rights;
import io.clonetrace.linux.Signals;
import io.clonetrace.linux.StoppedCommand;
import io.clonetrace.linux.TaskRegisters;
import io.clonetrace.linux.Tracefs;
import io.clonetrace.linux.WaitStatus;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.ptrace.StraceLine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The source in this machine's kernel, against what strace prints of the same calls. */
class EbpfSourceTest {
    private static final Path BUILT = Path.of(System.getProperty("clonetrace.native", "../target/native"));
    private static final Path FORKS = Path.of("src/test/resources/strace/forks/forks.c");
    private static final Pattern UNFINISHED = Pattern.compile("^((\\d+) .*?) ?<unfinished \\.\\.\\.>$");
    private static final Pattern RESUMED = Pattern.compile("^(\\d+) .*<\\.\\.\\. \\w+ resumed>(.*)$");
    private static final Pattern CALL = Pattern.compile("^(\\d+) +\\S+ ((?:clone3?|v?fork)\\(.*\\)) += (\\d+)$");

    @TempDir
    Path folder;

    @BeforeAll
    static void needsRights() {
        EbpfSource source = new EbpfSource((int) ProcessHandle.current().pid(), false);
        try {
            source.start();
        } catch (SourceRefusedException refused) {
            assumeTrue(false, refused.getMessage());
        } finally {
            source.stop();
        }
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
        int pid = StoppedCommand.start(wait, command);
        EbpfSource source = sources.of(pid);
        List<CloneCall> calls = new ArrayList<>();
        try {
            source.start();
            Signals.resume(pid);
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
            return new Seen(pid, calls, source.damaged());
        } finally {
            source.stop();
            Signals.kill(pid);
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
    void agreesWithStrace(String program) throws Exception {
        Path built = BUILT.resolve(program);
        assumeTrue(Files.isExecutable(built), () -> built + " was not built");
        assertEquals(1, same(built.toString()).size());
    }

    @Test
    void forksAndVforks() throws Exception {
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
    void threadsAndProcessesOfAJvm() throws Exception {
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
        List<String> theirs = lines(trace);
        List<Integer> callers = Files.readAllLines(trace, StandardCharsets.ISO_8859_1).stream()
                .map(line -> Integer.parseInt(line.split(" ")[0]))
                .distinct()
                .toList();
        List<CloneCall> ours = seen.calls().stream()
                .filter(call -> callers.contains(call.parentTid()))
                .toList();
        assertFalse(theirs.isEmpty());
        assertEquals(theirs, ours.stream().map(EbpfSourceTest::line).sorted().toList());
        assertEquals(0, seen.damaged());
        return ours;
    }

    private static String line(CloneCall call) {
        String text = StraceLine.of(call).replaceAll("^(\\d+) +\\S+ ", "$1 ");
        return normal(text);
    }

    /** strace prints the address of parent_tid too, which a call does not have. */
    private static String normal(String text) {
        return text.replaceAll(", parent_tid=0x\\p{XDigit}+", "");
    }

    private static List<String> lines(Path trace) throws Exception {
        Map<String, String> unfinished = new HashMap<>();
        List<String> calls = new ArrayList<>();
        for (String line : Files.readAllLines(trace, StandardCharsets.ISO_8859_1)) {
            Matcher begins = UNFINISHED.matcher(line);
            Matcher resumes = RESUMED.matcher(line);
            if (begins.matches()) {
                unfinished.put(begins.group(2), begins.group(1));
                continue;
            }
            Matcher call =
                    CALL.matcher(resumes.matches() ? unfinished.remove(resumes.group(1)) + resumes.group(2) : line);
            if (call.matches()) {
                // A thread that ended before strace read the word has cleared it (CLONE_CHILD_CLEARTID).
                String arguments = call.group(2).replace("parent_tid=[0]", "parent_tid=[" + call.group(3) + "]");
                calls.add(normal(call.group(1) + " " + arguments + " = " + call.group(3)));
            }
        }
        calls.sort(null);
        return calls;
    }

    /** The main thread of java(1) starts the JVM's, which is the one that starts the threads. */
    private static long created(int threads, Seen seen) {
        return seen.calls().size() + seen.damaged() - threads;
    }

    @Test
    void manyShortThreads() throws Exception {
        int threads = 200_003;
        long others = created(0, watch(pid -> new EbpfSource(pid, false), true, goWith(java(0, 0))));
        Seen seen = watch(pid -> new EbpfSource(pid, false), true, goWith(java(threads, 0)));
        assertEquals(others, created(threads, seen));
    }

    /** Nobody reads while the threads are made: what the ring has no room for is counted, to the last one. */
    @Test
    void aSmallRingCountsWhatItLost() throws Exception {
        int page = MappedPages.pageSize();
        long others = created(0, watch(pid -> new EbpfSource(pid, false), true, goWith(java(0, 0))));
        Seen seen = watch(pid -> new EbpfSource(pid, false, page), false, goWith(java(1_009, 0)));
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
    void othersAreNotSeen() throws Exception {
        Seen seen = watch(pid -> new EbpfSource(pid, false), true, sh("(true; (true)); true"));
        assertEquals(
                List.of(seen.pid()),
                seen.calls().stream().map(CloneCall::parentTid).distinct().toList());
        Seen all = watch(pid -> new EbpfSource(pid, true), true, sh("(true; (true); true); true"));
        assertEquals(
                2, all.calls().stream().map(CloneCall::parentTid).distinct().count());
        assertEquals(List.of(), all.threadsOf(all.pid()));
    }

    /** A number that a watched process had before belongs to whoever gets it next. */
    @Test
    void aPidThatIsUsedAgainIsNotWatched() throws Exception {
        assertEquals(0, clonesOfAShell(false));
        assertEquals(3, clonesOfAShell(true));
    }

    /** What is seen of a shell that makes three processes, with the bits of all pids to come set from before. */
    private static int clonesOfAShell(boolean watched) throws Exception {
        NewTaskFormat format;
        try (Tracefs tracefs = Tracefs.open()) {
            format = NewTaskFormat.read(tracefs.root());
        }
        TaskRegisters registers = TaskRegisters.of(Processor.current().orElseThrow());
        try (BpfRing ring = BpfRing.ofBytes(1 << 20);
                BpfArray losses = BpfArray.ofWords(1);
                BpfArray processes = BpfArray.ofWords((4 << 20) / Long.SIZE)) {
            Set<Long> living =
                    ProcessHandle.allProcesses().map(ProcessHandle::pid).collect(Collectors.toSet());
            for (int pid = 0; pid < 4 << 20; pid++) {
                if (!living.contains((long) pid)) {
                    processes.setBit(pid);
                }
            }
            CloneProgram code = new CloneProgram(format, registers, ring.fd(), losses.fd());
            long[] instructions = code.watching(processes.fd()).stream()
                    .mapToLong(Instruction::encoded)
                    .toArray();
            Ptrace wait = Ptrace.open();
            List<Integer> callers = new ArrayList<>();
            try (BpfProgram program = Bpf.load(instructions)) {
                program.attach(format.id());
                int pid = StoppedCommand.start(wait, List.of("sh", "-c", "(true); (true); (true); true"));
                if (watched) {
                    processes.setBit(pid);
                }
                Signals.resume(pid);
                WaitStatus status = wait.awaitChild(pid);
                while (status.stopped()) {
                    status = wait.awaitChild(pid);
                }
                ring.drain((bytes, at) -> callers.add(CloneRecord.at(bytes, at).parent()));
                callers.removeIf(caller -> caller != pid);
                return callers.size();
            } finally {
                wait.close();
            }
        }
    }

    /** A program that sends a signal makes the tracepoint of signals be reached while a program runs already. */
    @Test
    void whatAProgramMissedIsCounted() throws Exception {
        assumeFalse(
                KernelVersion.running().isBefore(new KernelVersion(6, 7, 0)),
                "only since Linux 6.7 misses of tracepoints are counted");
        int clones;
        int signals;
        try (Tracefs tracefs = Tracefs.open()) {
            clones = NewTaskFormat.read(tracefs.root()).id();
            signals = Integer.parseInt(Files.readString(tracefs.root().resolve("events/signal/signal_generate/id"))
                    .strip());
        }
        Ptrace wait = Ptrace.open();
        int pid = StoppedCommand.start(wait, List.of("sh", "-c", "(true); (true); (true); true"));
        long[] nothing = encoded(new Instruction(0xb7, 0, 0, 0, 0), new Instruction(0x95, 0, 0, 0, 0));
        long[] signalling = encoded(
                new Instruction(0x85, 0, 0, 0, Helper.GET_CURRENT_PID_TGID.number()),
                new Instruction(0x77, 0, 0, 0, 32),
                new Instruction(0x55, 0, 0, 2, pid), // of others nobody gets a signal
                new Instruction(0xb7, 1, 0, 0, 23), // SIGURG, which a shell ignores
                new Instruction(0x85, 0, 0, 0, 109), // bpf_send_signal
                new Instruction(0xb7, 0, 0, 0, 0),
                new Instruction(0x95, 0, 0, 0, 0));
        try (BpfProgram missing = Bpf.load(nothing);
                BpfProgram sender = Bpf.load(signalling)) {
            missing.attach(signals);
            sender.attach(clones);
            assertEquals(0, missing.missed());
            Signals.resume(pid);
            WaitStatus status = wait.awaitChild(pid);
            while (status.stopped()) {
                status = wait.awaitChild(pid);
            }
            assertEquals(3, missing.missed());
            assertEquals(0, sender.missed());
        } finally {
            wait.close();
        }
    }

    private static long[] encoded(Instruction... instructions) {
        return Arrays.stream(instructions).mapToLong(Instruction::encoded).toArray();
    }

    @Test
    void nothingIsLeft() throws Exception {
        List<String> before = descriptors();
        for (int i = 0; i < 3; i++) {
            EbpfSource source = new EbpfSource((int) ProcessHandle.current().pid(), true);
            source.start();
            source.stop();
            source.stop();
            assertFalse(source.poll(adding(new ArrayList<>())));
            assertEquals(0, source.damaged());
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

    @Test
    void whatTheVerifierSays() {
        long[] noResult = {new Instruction(0x95, 0, 0, 0, 0).encoded()};
        String why =
                assertThrows(LinuxException.class, () -> Bpf.load(noResult)).getMessage();
        assertTrue(why.contains("R0 !read_ok") && why.endsWith("EACCES"), why);
        SourceRefusedException refused =
                EbpfRefusal.of(assertThrows(LinuxException.class, () -> Bpf.load(noResult)), Rights.own());
        assertTrue(refused.getMessage().contains("R0 !read_ok"), refused.getMessage());
        assertFalse(refused.getMessage().contains("root"), refused.getMessage());
    }
}
