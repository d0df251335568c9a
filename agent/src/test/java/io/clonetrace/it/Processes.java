package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The processes of this machine, by their command lines (proc(5)). */
final class Processes {
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(240);
    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long STEADY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private Processes() {}

    /** The kernel kills a tracer with its JVM, which takes a moment. */
    static void awaitNoTracer(long pid) throws IOException {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (any(arguments -> arguments.contains("--by-tracee") && arguments.contains("" + pid))) {
            assertTrue(System.nanoTime() - deadline < 0, "the tracer outlives " + pid);
            LockSupport.parkNanos(CHECK_NANOS);
        }
    }

    /** Waits for a thread of that name: its comm, of 15 characters at most. */
    static void awaitThread(long pid, String comm) throws IOException {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (!comms(pid).contains(comm)) {
            assertTrue(System.nanoTime() - deadline < 0, () -> pid + " has no thread " + comm);
            LockSupport.parkNanos(CHECK_NANOS);
        }
    }

    /** Waits until the process has had the same threads for a while. */
    static void awaitSteady(long pid) throws IOException {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        long since = System.nanoTime();
        Set<Path> tasks = Set.of();
        while (System.nanoTime() - since < STEADY_NANOS && System.nanoTime() - deadline < 0) {
            Set<Path> now = tasks(pid);
            if (!now.equals(tasks)) {
                tasks = now;
                since = System.nanoTime();
            }
            LockSupport.parkNanos(CHECK_NANOS);
        }
    }

    private static Set<Path> tasks(long pid) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return tasks.collect(Collectors.toSet());
        }
    }

    private static Set<String> comms(long pid) throws IOException {
        return tasks(pid).stream().map(Processes::comm).collect(Collectors.toSet());
    }

    private static String comm(Path task) {
        try {
            return Files.readString(task.resolve("comm"), StandardCharsets.ISO_8859_1)
                    .strip();
        } catch (IOException ended) {
            return "";
        }
    }

    private static boolean any(Predicate<List<String>> arguments) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.filter(process -> process.getFileName().toString().matches("\\d+"))
                    .anyMatch(process -> arguments.test(arguments(process)));
        }
    }

    private static List<String> arguments(Path process) {
        try {
            return List.of(Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    .split("\0"));
        } catch (IOException ended) {
            return List.of();
        }
    }
}
