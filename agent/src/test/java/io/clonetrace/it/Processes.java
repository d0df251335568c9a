package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The processes of this machine, by their command lines (proc(5)). */
final class Processes {
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private Processes() {}

    /** The kernel kills a tracer with its JVM, which takes a moment. */
    static void awaitNoTracer(long pid) throws IOException {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (any(arguments -> arguments.contains("--by-tracee") && arguments.contains("" + pid))) {
            assertTrue(System.nanoTime() - deadline < 0, "the tracer outlives " + pid);
            LockSupport.parkNanos(CHECK_NANOS);
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
