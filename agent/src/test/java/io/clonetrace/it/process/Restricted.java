package io.clonetrace.it.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Takes rights from a command, as a container or an administrator would. */
public final class Restricted {
    private Restricted() {}

    /** The command, under a seccomp filter that refuses these system calls ({@code ptrace,bpf}): src/test/c/deny.c. */
    public static List<String> command(Path folder, String calls, List<String> command)
            throws IOException, InterruptedException {
        Path program = compiled(folder.resolve("deny"), "deny.c");
        List<String> all = new ArrayList<>(List.of(program.toString(), calls));
        all.addAll(command);
        return all;
    }

    /** A library that, preloaded, makes a process untraceable for its own user: src/test/c/not_dumpable.c. */
    public static Path notDumpable(Path folder) throws IOException, InterruptedException {
        return compiled(folder.resolve("not_dumpable.so"), "not_dumpable.c", "-shared", "-fPIC");
    }

    /** A library that, preloaded, keeps a process from starting programs: src/test/c/no_programs.c. */
    public static Path programs(Path folder) throws IOException, InterruptedException {
        return compiled(folder.resolve("no_programs.so"), "no_programs.c", "-shared", "-fPIC");
    }

    /** A program or library of src/test/c. */
    public static Path compiled(Path result, String source, String... options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("cc", "-o", result.toString()));
        command.addAll(List.of(options));
        command.add(Path.of("src/test/c", source).toAbsolutePath().toString());
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor(), "cc");
        return result;
    }
}
