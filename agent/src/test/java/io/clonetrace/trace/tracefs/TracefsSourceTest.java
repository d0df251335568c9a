package io.clonetrace.trace.tracefs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlags;
import io.clonetrace.linux.tracefs.Tracefs;
import io.clonetrace.trace.CloneSink;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The kernel's own tracing, against strace and against the number of threads a program was told to make. */
@Timeout(180)
class TracefsSourceTest {
    private static final int THREADS = 1009;
    private static final int PROCESSES = 23;

    @TempDir
    Path folder;

    private final List<CloneCall> calls = new ArrayList<>();
    private final Set<Integer> alive = new HashSet<>();
    private int strayEnds;
    private final CloneSink sink = new CloneSink() {
        @Override
        public void cloned(CloneCall call) {
            assertTrue(alive.add(call.childTid()), "a tid given twice without an end between");
            calls.add(call);
        }

        @Override
        public void exited(int tid) {
            strayEnds += alive.remove(tid) ? 0 : 1;
        }
    };

    /**
     * On a busy machine the ring of the ends may be full at times: then a tid is given again without an end between.
     */
    private final CloneSink counting = new CloneSink() {
        @Override
        public void cloned(CloneCall call) {
            calls.add(call);
        }

        @Override
        public void exited(int tid) {
            // Only the calls count.
        }
    };

    @BeforeEach
    void needsRoot() {
        assumeTrue("root".equals(System.getProperty("user.name")), "tracefs takes root");
        assumeTrue(initialNamespace(), "tracefs takes the initial pid namespace");
    }

    private static boolean initialNamespace() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns/pid"))
                    .toString()
                    .equals("pid:[4026531836]");
        } catch (IOException unreadable) {
            return false;
        }
    }

    @Test
    void clonesAreTheSameAsStraces() throws Exception {
        Path trace = folder.resolve("trace");
        List<String> command = new ArrayList<>(
                List.of("strace", "-f", "-ttt", "-e", "trace=clone,clone3,fork,vfork", "-o", trace.toString()));
        command.addAll(program());
        Process strace = start(command);
        try (BufferedReader out = strace.inputReader();
                Writer in = strace.outputWriter()) {
            int pid = Integer.parseInt(out.readLine());
            TracefsSource source = new TracefsSource(pid, true);
            int before = lines(trace);
            observe(source, in, out, "go " + THREADS + " " + PROCESSES);
            assertEquals(0, source.lostRecords());
            in.write("end\n");
            in.flush();
            assertTrue(strace.waitFor(60, TimeUnit.SECONDS));
            List<String> truth = strace(trace, before);
            List<String> seen = calls.stream()
                    .map(call -> call.parentTid() + " " + new CloneFlags(call.flags()).names() + " " + call.childTid())
                    .sorted()
                    .toList();
            assertTrue(truth.size() >= THREADS + PROCESSES, truth.size() + " of strace");
            assertEquals(truth, seen);
            calls.forEach(call -> assertNull(call.syscall()));
            assertEquals(0, strayEnds, "ends before their beginnings");
        } finally {
            strace.descendants().forEach(ProcessHandle::destroyForcibly);
            strace.destroyForcibly();
        }
    }

    @Tag("long")
    @Test
    void everyShortThreadIsSeenOrCountedAsLost() throws Exception {
        assertEquals(70_001, seenAndLost(70_001, 512));
        assertTrue(calls.size() > 70_001 / 2, calls.size() + " seen");
    }

    @Test
    void fullRingCountsLostClones() throws Exception {
        assertEquals(20_011, seenAndLost(20_011, 0));
        assertTrue(calls.size() < 20_011, "nothing was lost");
    }

    @Test
    void sourceIsQuietUntilATaskIsMade() throws Exception {
        TracefsSource source = new TracefsSource((int) ProcessHandle.current().pid(), false);
        source.start();
        try {
            // The JVM may make a compiler's thread now.
            do {
                source.poll(counting);
            } while (!source.isQuiet());
            Thread thread = new Thread(() -> {});
            thread.start();
            thread.join();
            source.poll(counting);
            assertFalse(source.isQuiet());
        } finally {
            source.stop();
        }
    }

    /** A machine of many CPUs doesn't give its memory away for it. */
    @Test
    void ringsShrinkOnManyProcessors() {
        assertEquals(512, TracefsSource.kilobytes(1));
        assertEquals(512, TracefsSource.kilobytes(32));
        assertEquals(256, TracefsSource.kilobytes(64));
        assertEquals(128, TracefsSource.kilobytes(1_024));
    }

    @Test
    void instancesOfAKilledProcessAreRemoved() throws Exception {
        try (Tracefs tracefs = Tracefs.open()) {
            Path instances = tracefs.root().resolve("instances");
            List<Path> stale = List.of(
                    instances.resolve("clonetrace-1-by-1.999999999999"),
                    instances.resolve("clonetrace-1-by-1.999999999999-exits"));
            List<Path> others =
                    List.of(instances.resolve("clonetrace-1"), instances.resolve("another-clonetrace-1-by-1.9"));
            List<Path> all = new ArrayList<>(stale);
            all.addAll(others);
            TracefsSource source =
                    new TracefsSource((int) ProcessHandle.current().pid(), false);
            try {
                for (Path path : all) {
                    Files.createDirectory(path);
                }
                source.start();
                stale.forEach(path -> assertFalse(Files.exists(path), path.toString()));
                others.forEach(path -> assertTrue(Files.exists(path), path.toString()));
                assertEquals(2, own(instances));
            } finally {
                source.stop();
                for (Path path : all) {
                    Files.deleteIfExists(path);
                }
            }
            assertEquals(0, own(instances));
        }
    }

    private static long own(Path instances) throws IOException {
        String owner = "-by-" + ProcessHandle.current().pid() + ".";
        try (var all = Files.list(instances)) {
            return all.filter(path -> path.toString().contains(owner)).count();
        }
    }

    /** @param kilobytes 0 for the kernel's smallest ring, which is not read until all threads are created */
    private long seenAndLost(int threads, int kilobytes) throws Exception {
        Process java = start(program());
        try (BufferedReader out = java.inputReader();
                Writer in = java.outputWriter()) {
            TracefsSource source = new TracefsSource(Integer.parseInt(out.readLine()), false, Math.max(1, kilobytes));
            source.start();
            try {
                in.write("go " + threads + " 0\n");
                in.flush();
                while (!out.ready()) {
                    if (kilobytes == 0 || !source.poll(counting)) {
                        LockSupport.parkNanos(1_000_000);
                    }
                }
                source.poll(counting);
                assertEquals("done", out.readLine());
                Set<Integer> makers = new HashSet<>();
                calls.forEach(call -> makers.add(call.parentTid()));
                assertEquals(1, makers.size(), "threads that the test did not ask for");
                return calls.size() + source.lostRecords();
            } finally {
                source.stop();
            }
        } finally {
            java.destroyForcibly();
        }
    }

    private void observe(TracefsSource source, Writer in, BufferedReader out, String line) throws Exception {
        source.start();
        try {
            in.write(line + "\n");
            in.flush();
            while (!out.ready()) {
                if (!source.poll(sink)) {
                    LockSupport.parkNanos(1_000_000);
                }
            }
            assertEquals("done", out.readLine());
            source.poll(sink);
        } finally {
            source.stop();
        }
        assertNull(source.lossReason());
    }

    private static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static List<String> program() {
        // Few threads of the JVM's own, and none that come and go.
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xint",
                "-cp",
                System.getProperty("java.class.path"),
                ThreadsAndProcesses.class.getName());
    }

    private static int lines(Path trace) throws IOException {
        return Files.readAllLines(trace, StandardCharsets.ISO_8859_1).size();
    }

    /** strace's calls after these lines, by regular expressions: caller, flags without the signal, child; sorted. */
    private static List<String> strace(Path trace, int before) throws IOException {
        Pattern whole = Pattern.compile("^(\\d+) +\\S+ (clone3?|v?fork)\\((.*)\\) += (\\d+)$");
        Pattern unfinished = Pattern.compile("^((\\d+) +\\S+ .*?) ?<unfinished \\.\\.\\.>$");
        Pattern resumed = Pattern.compile("^(\\d+) +\\S+ <\\.\\.\\. \\w+ resumed>(.*)$");
        Map<String, String> halves = new HashMap<>();
        List<String> calls = new ArrayList<>();
        List<String> all = Files.readAllLines(trace, StandardCharsets.ISO_8859_1);
        for (String line : all.subList(before, all.size())) {
            Matcher half = unfinished.matcher(line);
            Matcher rest = resumed.matcher(line);
            if (half.matches()) {
                halves.put(half.group(2), half.group(1));
                continue;
            }
            Matcher call = whole.matcher(rest.matches() ? halves.remove(rest.group(1)) + rest.group(2) : line);
            if (call.matches()) {
                calls.add(call.group(1) + " " + flags(call.group(2), call.group(3)) + " " + call.group(4));
            }
        }
        return calls.stream().sorted().toList();
    }

    private static String flags(String syscall, String arguments) {
        if (syscall.equals("vfork")) {
            return "CLONE_VM|CLONE_VFORK";
        }
        Matcher flags = Pattern.compile("flags=([^,}]+)").matcher(arguments);
        return flags.find() ? flags.group(1).replaceAll("\\|?SIGCHLD", "").replaceAll("^$", "0") : "0";
    }
}
