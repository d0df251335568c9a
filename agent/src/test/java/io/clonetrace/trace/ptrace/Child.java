package io.clonetrace.trace.ptrace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A process of a test: it is told and asked line by line, and killed when the test ends. */
record Child(Process process, BufferedReader out, Writer in, Path errors) implements AutoCloseable {
    private static final long DEADLINE_SECONDS = 60;

    static Child start(Path folder, List<String> command) throws IOException {
        Path errors = Files.createTempFile(folder, "child", ".err");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        return new Child(process, process.inputReader(StandardCharsets.US_ASCII), process.outputWriter(), errors);
    }

    /** A class of the tests, in a JVM of its own. */
    static Child java(Path folder, List<String> options, Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(javaCommand(options, main));
        Collections.addAll(command, arguments);
        return start(folder, command);
    }

    static List<String> javaCommand(List<String> options, Class<?> main) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Few threads of the JVM's own, and none that come and go.
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.add("-XX:-UseDynamicNumberOfCompilerThreads");
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        return command;
    }

    int pid() {
        return (int) process.pid();
    }

    void tell(String line) throws IOException {
        in.write(line + "\n");
        in.flush();
    }

    /** Tells it something, and waits until it has answered. */
    void ask(String line, String answer) throws IOException {
        tell(line);
        expect(answer);
    }

    void expect(String beginning) throws IOException {
        String line = out.readLine();
        assertTrue(line != null && line.startsWith(beginning), () -> line + "; " + errorText());
    }

    /** What it said on stderr, but for what a JDK from 24 on says of native access; the packaged jar has it. */
    String errorText() {
        try {
            return Files.readAllLines(errors, StandardCharsets.ISO_8859_1).stream()
                    .filter(line -> !line.isEmpty() && !line.startsWith("WARNING: "))
                    .collect(Collectors.joining("\n"));
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    /** Its exit status, after it was let go. */
    int end() throws IOException, InterruptedException {
        in.close();
        return awaitEnd();
    }

    int awaitEnd() throws InterruptedException {
        assertTrue(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS), "did not end");
        return process.exitValue();
    }

    static void signal(long pid, String signal) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                .inheritIO()
                .start()
                .waitFor();
        assertEquals(0, status, "kill -" + signal);
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
