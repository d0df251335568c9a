package io.clonetrace.it.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.it.host.Starter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** Runs {@link Starter} with and without the agent: its user must see the same. */
public record Application(Jdk jdk, Path folder) {
    /** Threads that {@link #unchanged} makes it start. */
    public static final int THREADS = 24;

    private static final List<Integer> PORTIONS = List.of(11, 13);
    private static final long CHECK_NANOS = 5_000_000;

    /** What ran without the agent, by command and input: once is enough for all tests of this JVM. */
    private static final Map<List<?>, Run> PLAIN = new ConcurrentHashMap<>();

    /** The java command line. */
    public List<String> java(String... options) {
        List<String> command = new ArrayList<>(List.of(jdk.tool("java")));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", Artifacts.TEST_CLASSES.toString(), Starter.class.getName()));
        return command;
    }

    /** Runs it to its end, and asserts that only the lines of the agent tell it from a run without one. */
    public Run unchanged(List<String> command) throws IOException, InterruptedException {
        return unchanged(command, Map.of());
    }

    /** @param environment set beside what this process has; an empty value removes the name */
    public Run unchanged(List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        return unchanged(java(), command, environment);
    }

    /** The same, where the run without the agent is not that of {@link #java} alone. */
    public Run unchanged(List<String> plain, List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        Run run = run("agent", command, environment, PORTIONS);
        assertSame(plain(plain, PORTIONS), run);
        return run;
    }

    /** Runs it without the agent, with that input. */
    public Run plain(List<Integer> portions) throws IOException, InterruptedException {
        return plain(java(), portions);
    }

    private Run plain(List<String> command, List<Integer> portions) throws IOException, InterruptedException {
        List<?> key = List.of(command, portions);
        Run plain = PLAIN.get(key);
        if (plain == null) {
            plain = run("plain", command, Map.of(), portions);
            PLAIN.put(key, plain);
        }
        return plain;
    }

    private Run run(String name, List<String> command, Map<String, String> environment, List<Integer> portions)
            throws IOException, InterruptedException {
        Run run = Run.start(folder, name, command, environment);
        try (Writer input = run.process().outputWriter()) {
            for (int portion : portions) {
                input.write(portion + "\n");
            }
        }
        run.exitStatus();
        return run;
    }

    /** Makes it start that many threads, without waiting for them. */
    public static void tell(Run run, int threads) throws IOException {
        Writer input = run.process().outputWriter();
        input.write(threads + "\n");
        input.flush();
    }

    /** Waits until it has printed that it started so many in all. */
    public static void awaitStarted(Run run, int threads) throws IOException {
        long deadline = System.nanoTime() + Run.DEADLINE_NANOS;
        while (run.stdout().lines().noneMatch(("started " + threads)::equals)) {
            if (!run.process().isAlive() || System.nanoTime() - deadline > 0) {
                throw new AssertionError(
                        "did not start " + threads + " threads; see " + run.out() + " and " + run.err());
            }
            LockSupport.parkNanos(CHECK_NANOS);
        }
    }

    public static void end(Run run) throws IOException, InterruptedException {
        run.process().outputWriter().close();
        run.exitStatus();
    }

    public static void assertSame(Run plain, Run agent) throws IOException, InterruptedException {
        assertEquals(Starter.STATUS, plain.exitStatus());
        assertEquals(Starter.STATUS, agent.exitStatus(), agent.stderr());
        assertEquals(plain.stdout(), agent.stdout());
        assertEquals(
                plain.stderr().lines().toList(),
                agent.stderr()
                        .lines()
                        .filter(line -> !line.startsWith("clonetrace:"))
                        .toList());
    }
}
