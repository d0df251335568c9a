package io.clonetrace.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** Runs another program, which knows nothing of our code. */
public final class Outside {
    private Outside() {}

    public static List<String> lines(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = process.inputReader()) {
            List<String> lines = out.lines().collect(Collectors.toList());
            assertEquals(0, process.onExit().join().exitValue(), () -> String.join(" ", command));
            return lines;
        }
    }
}
