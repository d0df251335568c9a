package io.clonetrace.it.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process started by a test: with a deadline, and with its output in files of the test's folder.
 *
 * @param out what it prints on stdout
 * @param err what it prints on stderr
 */
public record Run(Process process, Path out, Path err) implements AutoCloseable {
    /** By what factor this machine is slower than others: scripts/lab.sh runs tests in emulated machines. */
    public static final int PATIENCE = Integer.getInteger("clonetrace.patience", 1);

    /** The agent's option by which a JVM waits for its source: it must be active before the program begins. */
    public static final String WAIT = "wait=" + 60L * PATIENCE + "s";

    private static final long DEADLINE_SECONDS = 240L * PATIENCE;

    /** How long a test waits for a process: a machine may stall for a minute. */
    public static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);

    public static Run start(Path folder, String name, List<String> command) throws IOException {
        return start(folder, name, command, Map.of());
    }

    /** @param environment set beside what this process has; an empty value removes the name */
    public static Run start(Path folder, String name, List<String> command, Map<String, String> environment)
            throws IOException {
        Path out = folder.resolve(name + ".out");
        Path err = folder.resolve(name + ".err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        environment.forEach((key, value) -> {
            if (value.isEmpty()) {
                builder.environment().remove(key);
            } else {
                builder.environment().put(key, value);
            }
        });
        return new Run(builder.start(), out, err);
    }

    /** Runs a command to its end. */
    public static Run toEnd(Path folder, String name, List<String> command) throws IOException, InterruptedException {
        Run run = start(folder, name, command);
        run.exitStatus();
        return run;
    }

    /** Waits for the end; kills a process that doesn't end, and fails the test. */
    public int exitStatus() throws InterruptedException {
        if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new AssertionError("did not end within " + DEADLINE_SECONDS + " s; see " + out + " and " + err);
        }
        return process.exitValue();
    }

    public String stdout() throws IOException {
        return Files.readString(out, StandardCharsets.UTF_8);
    }

    public String stderr() throws IOException {
        return Files.readString(err, StandardCharsets.UTF_8);
    }

    /** The agent's lines on stderr. */
    public List<String> agentLines() throws IOException {
        return stderr().lines().filter(line -> line.startsWith("clonetrace:")).toList();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
