package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a command under a seccomp filter, as a container may have one: src/test/c/deny.c. */
final class Denied {
    private Denied() {}

    /** The command, under a filter that refuses these system calls ({@code ptrace,bpf}). */
    static List<String> command(Path folder, String calls, List<String> command)
            throws IOException, InterruptedException {
        Path program = folder.resolve("deny");
        Process compiler = new ProcessBuilder(
                        "cc",
                        "-o",
                        program.toString(),
                        Path.of("src/test/c/deny.c").toAbsolutePath().toString())
                .inheritIO()
                .start();
        assertEquals(0, compiler.waitFor(), "cc");
        List<String> all = new ArrayList<>(List.of(program.toString(), calls));
        all.addAll(command);
        return all;
    }
}
