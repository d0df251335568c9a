package io.clonetrace.it.process;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The processes of this machine, as /proc shows them (proc(5)). */
public final class Processes {
    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long STEADY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private Processes() {}

    /** Waits until the condition holds. */
    public static void await(BooleanSupplier condition, String what) {
        long deadline = System.nanoTime() + Run.DEADLINE_NANOS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadline < 0, () -> "never: " + what);
            LockSupport.parkNanos(CHECK_NANOS);
        }
    }

    /** Waits for the tracer's end: the kernel kills it with its JVM, which takes a moment. */
    public static void awaitNoTracer(long pid) {
        await(
                () -> !any(arguments -> arguments.contains("--by-tracee") && arguments.contains("" + pid)),
                "the tracer of " + pid + " ends");
    }

    /** Waits for a thread of that name (comm, at most 15 characters). */
    public static void awaitThread(long pid, String comm) {
        await(() -> tasks(pid).stream().map(Processes::comm).anyMatch(comm::equals), pid + " has a thread " + comm);
    }

    /** Waits until the process has had the same threads for a while. */
    public static void awaitSteady(long pid) {
        await(
                () -> {
                    Set<Path> before = tasks(pid);
                    LockSupport.parkNanos(STEADY_NANOS);
                    return tasks(pid).equals(before);
                },
                pid + " starts and ends no threads");
    }

    /** Whether any file that the process has open has that in its name: {@code bpf}, {@code trace_pipe_raw}. */
    public static boolean hasOpen(long pid, String what) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                try {
                    if (Files.readSymbolicLink(descriptor).toString().contains(what)) {
                        return true;
                    }
                } catch (NoSuchFileException closed) {
                    // Closed since the list was made: the process runs.
                }
            }
        }
        return false;
    }

    private static Set<Path> tasks(long pid) {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return tasks.collect(Collectors.toSet());
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private static String comm(Path task) {
        try {
            return Files.readString(task.resolve("comm"), StandardCharsets.ISO_8859_1)
                    .strip();
        } catch (IOException ended) {
            return "";
        }
    }

    private static boolean any(Predicate<List<String>> arguments) {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.filter(process -> process.getFileName().toString().matches("\\d+"))
                    .anyMatch(process -> arguments.test(arguments(process)));
        } catch (IOException noProc) {
            throw new UncheckedIOException(noProc);
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
