package io.clonetrace.cli;

import io.clonetrace.cli.output.Output;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Runs the command line in this JVM, and keeps what it prints. */
abstract class CapturedCommandLine {
    private final PrintStream hostsErr = System.err;
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void listen() {
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void giveBack() {
        System.setErr(hostsErr);
    }

    int run(String... arguments) {
        return Clonetrace.run(new Output(out, false), arguments);
    }

    int command(String command, String... arguments) {
        return run(Stream.concat(Stream.of(command), Stream.of(arguments)).toArray(String[]::new));
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
