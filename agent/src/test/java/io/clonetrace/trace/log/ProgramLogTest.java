package io.clonetrace.trace.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same program, {@code calls.c}, observed by every program that could be had: strace 6.1 with all kinds of options,
 * perf 6.1, Linux 6.18's tracefs, bpftrace 0.17, qemu-user 7.2, Valgrind 3.19. It makes three threads, a child by fork,
 * which is clone in glibc, one by vfork, one by the system call fork, and a call of clone that fails.
 */
class ProgramLogTest {
    private static final Path FOLDER = Path.of("src/test/resources/tracelog/program");
    private static final String FAILED = "clone 0x10000 EINVAL";
    private static final String CHILD = "clone 0x1200000 -";

    static Stream<Path> logs() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".log")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("logs")
    void callsAreThoseOfTheProgram(Path file) throws IOException {
        String name = file.getFileName().toString();
        Read read = Read.of(file);
        assertEquals(
                expected(name).stream().sorted().toList(),
                read.calls.stream().map(ProgramLogTest::told).sorted().toList(),
                () -> read.counts.toString());
        assertEquals(0, read.counts.notRead() + read.counts.unresumed(), () -> read.counts.toString());
        boolean tids = name.contains("-f-") || name.matches("(perf|ftrace|trace_pipe|bpftrace|qemu|strace-k\\.).*");
        assertTrue(!tids
                || read.calls.stream()
                        .allMatch(call -> call.parentTid() == read.calls.get(0).parentTid()));
        boolean summary = name.toLowerCase().startsWith("strace-c");
        assertEquals(summary ? 4 : 0, read.totals.size());
        for (Read.Total total : read.totals) {
            assertEquals(total.syscall() == CloneSyscall.CLONE ? 1 : 0, total.errors());
            assertEquals(
                    switch (total.syscall()) {
                        case CLONE3 -> 3;
                        case CLONE -> 2;
                        default -> 1;
                    },
                    total.calls());
        }
    }

    private static List<String> expected(String name) {
        if (name.equals("strace-c.log")) {
            return List.of();
        }
        if (name.matches("(bpftrace|perf-script-newtask).log")) {
            return calls("- 0x3d0f00 -", "- 0x1200000 -", "- 0x4100 -", "- 0x0 -");
        }
        if (name.matches("(ftrace-trace|trace_pipe|perf-script).log")) {
            return calls("clone3 0x3d0f00 -", CHILD, "vfork 0x4100 -", "fork 0x0 -", FAILED);
        }
        String thread = name.matches("(qemu|valgrind).*")
                ? "clone 0x3d0f00 -"
                : name.matches("(perf-trace|strace-e-raw).log") ? "clone3 - -" : "clone3 0x3d0f00 -";
        return calls(thread, CHILD, name.startsWith("valgrind") ? "fork - -" : "vfork - -", "fork - -", FAILED);
    }

    private static List<String> calls(String thread, String... others) {
        List<String> calls = new ArrayList<>(List.of(thread, thread, thread));
        calls.addAll(List.of(others));
        return calls;
    }

    private static String told(CloneCall call) {
        assertTrue(call.failed() || call.childTid() > 0, call::toString);
        return (call.syscall() == null ? "-" : call.syscallName())
                + (call.flags() == CloneCall.UNKNOWN ? " -" : " 0x" + Long.toHexString(call.flags()))
                + (call.failed() ? " " + call.error() : " -");
    }
}
