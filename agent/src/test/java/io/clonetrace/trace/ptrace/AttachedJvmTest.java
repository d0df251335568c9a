package io.clonetrace.trace.ptrace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A tracer and a JVM, each a process of its own; the truth is /proc, and how many threads the JVM was told to make. */
@Timeout(120)
class AttachedJvmTest {
    private static final int PRIME = 1009;

    @TempDir
    Path folder;

    private Child target;
    private Child tracer;
    private Path trace;

    @BeforeEach
    void startTarget() throws IOException {
        target = Child.java(folder, List.of(), ThreadMaker.class);
        target.expect("ready");
        trace = folder.resolve("trace");
    }

    @AfterEach
    void endBoth() {
        target.close();
        if (tracer != null) {
            tracer.close();
        }
    }

    @Test
    void threadsAndProcessesAreSeen() throws Exception {
        attach();
        target.ask("live " + PRIME + " 1", "done");
        target.ask("processes 23", "done");
        Set<Integer> live = tidsNamed("live");
        assertEquals(PRIME, live.size());
        Trace seen = endedTrace();
        Set<Integer> threads = seen.children(seen.threads());
        assertTrue(threads.containsAll(live));
        assertEquals(23, seen.processes().size());
        seen.threads().forEach(call -> assertTrue(call.text().contains("CLONE_SETTLS"), call.text()));
    }

    @Test
    void shortThreadsOfEightCreatorsAreAllSeen() throws Exception {
        attach();
        target.ask("short 500 8", "done");
        Trace seen = endedTrace();
        assertEquals(8 * 500 + 8, seen.threads().size());
        assertEndsAfterClones(seen);
    }

    /** HotSpot takes a SIGSEGV for a null pointer and a SIGQUIT for a thread dump: both must get there. */
    @Test
    void signalsDuringAThreadStormReachTheJvm() throws Exception {
        attach();
        target.ask("nulls", "done");
        for (int dump = 0; dump < 5; dump++) {
            Child.signal(target.pid(), "QUIT");
        }
        target.tell("short 100 8");
        int dumps = 0;
        // HotSpot's dump and the line of the program may share a line.
        for (String line = target.out().readLine();
                !line.contains("done") || dumps < 1;
                line = target.out().readLine()) {
            dumps += line.startsWith("Full thread dump") ? 1 : 0;
        }
        assertEquals(8 * 100 + 8 + 1, endedTrace().threads().size());
    }

    @Test
    void attachDuringAThreadStormTracesEveryThread() throws Exception {
        target.tell("short 300 8");
        attach();
        target.expect("done");
        target.ask("live " + PRIME + " 8", "done");
        Set<Integer> live = tidsNamed("live");
        Trace seen = endedTrace();
        Set<Integer> traced = new HashSet<>();
        seen.threads().forEach(call -> traced.add(call.child()));
        assertTrue(traced.containsAll(live));
    }

    @Test
    void attachTracesFiveThousandLiveThreads() throws Exception {
        int threads = 5000;
        target.ask("live " + threads + " 1", "done");
        assumeTrue(tidsNamed("live").size() == threads, "this machine can't have so many threads");
        tracer = Child.java(folder, List.of(), TracerProgram.class, trace.toString(), "-p", "" + target.pid());
        String attached = tracer.out().readLine();
        System.out.println(threads + " threads: " + attached);
        for (String tid : tasks()) {
            assertTrue(status(tid).contains("TracerPid:\t"), tid);
            assertTrue(!status(tid).contains("TracerPid:\t0\n"), tid);
        }
        target.ask("short 1 1", "done");
        assertEquals(2, endedTrace().threads().size());
    }

    @Test
    void stopDetachesEveryThread() throws Exception {
        target.ask("live " + PRIME + " 1", "done");
        attach();
        tracer.ask("stop", "stopped");
        assertUntraced();
        assertTrue(tracer.process().isAlive());
        assertEquals(0, tracer.end());
        target.ask("short 10 1", "done");
        assertEquals(0, target.end());
        assertEquals(0, Trace.read(trace).calls().size());
    }

    @Test
    void jvmContinuesWhenTheTracerIsKilled() throws Exception {
        attach();
        target.tell("short 1000 4");
        Child.signal(tracer.pid(), "KILL");
        tracer.awaitEnd();
        assertUntraced();
        target.expect("done");
        assertEquals(0, target.end());
    }

    @Test
    void tracerEndsWhenTheJvmIsKilled() throws Exception {
        attach();
        target.tell("short 100000 4");
        Child.signal(target.pid(), "KILL");
        assertEquals(128 + 9, tracer.awaitEnd());
    }

    /** While a process is stopped, what it is asked to do isn't done; and stopped it stays when the tracing ends. */
    @Test
    void stoppedJvmStaysStoppedWhileTracedAndAfter() throws Exception {
        attach();
        target.ask("live 100 1", "done");
        for (int round = 0; round < 3; round++) {
            Child.signal(target.pid(), "STOP");
            await(() -> allStopped());
            target.tell("short 10 1");
            assertTrue(allStopped());
            assertTrue(!target.out().ready());
            Child.signal(target.pid(), "CONT");
            target.expect("done");
        }
        Child.signal(target.pid(), "STOP");
        await(() -> allStopped());
        tracer.ask("stop", "stopped");
        await(() -> status("" + target.pid()).contains("State:\tT (stopped)"));
        Child.signal(target.pid(), "CONT");
        target.ask("short 10 1", "done");
    }

    /** A process that is stopped when the tracer comes stays so until it is told to go on. */
    @Test
    void stoppedJvmStaysStoppedOnAttach() throws Exception {
        target.ask("live 100 1", "done");
        Child.signal(target.pid(), "STOP");
        await(() -> allStopped());
        attach();
        target.tell("short 10 1");
        assertTrue(allStopped());
        Child.signal(target.pid(), "CONT");
        target.expect("done");
        assertEquals(11, endedTrace().threads().size());
    }

    @Test
    void secondTracerIsRefused() throws Exception {
        attach();
        Child second = Child.java(folder, List.of(), TracerProgram.class, trace + "2", "-p", "" + target.pid());
        assertEquals(1, second.awaitEnd());
        assertEquals(
                "java (pid " + tracer.pid() + ") traces process " + target.pid()
                        + " already, and a process has one tracer at a time",
                second.errorText());
        target.ask("short 10 1", "done");
    }

    private void attach() throws IOException {
        tracer = Child.java(folder, List.of(), TracerProgram.class, trace.toString(), "-p", "" + target.pid());
        tracer.expect("attached");
    }

    private Trace endedTrace() throws Exception {
        assertEquals(0, target.end());
        assertEquals(0, tracer.awaitEnd());
        assertTrue(tracer.errorText().contains(" seen, 0 lost, 0 dropped"), tracer.errorText());
        return Trace.read(trace);
    }

    private void assertUntraced() throws IOException {
        for (String tid : tasks()) {
            String status = status(tid);
            assertTrue(status.isEmpty() || status.contains("TracerPid:\t0\n"), status);
        }
    }

    private static void assertEndsAfterClones(Trace seen) {
        Set<String> ended = new HashSet<>();
        seen.ends().forEach(end -> ended.add(end.split(" ")[0]));
        seen.threads().forEach(call -> assertTrue(ended.contains("" + call.child())));
    }

    private boolean allStopped() {
        for (String tid : tasks()) {
            String status = status(tid);
            if (!status.contains("State:\tt") && !status.contains("State:\tT")) {
                return false;
            }
        }
        return true;
    }

    private Set<Integer> tidsNamed(String name) {
        Set<Integer> tids = new HashSet<>();
        for (String tid : tasks()) {
            if (status(tid).startsWith("Name:\t" + name + "\n")) {
                tids.add(Integer.parseInt(tid));
            }
        }
        return tids;
    }

    private String[] tasks() {
        return Path.of("/proc/" + target.pid() + "/task").toFile().list();
    }

    private String status(String tid) {
        try {
            Path status = Path.of("/proc/" + target.pid() + "/task/" + tid + "/status");
            return Files.readString(status, StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(1_000_000);
        }
    }
}
