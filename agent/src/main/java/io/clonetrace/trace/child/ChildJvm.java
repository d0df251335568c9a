package io.clonetrace.trace.child;

import io.clonetrace.linux.TemporaryFolder;
import io.clonetrace.trace.SourceRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a child JVM that does for the observed JVM what it can't do itself. */
public final class ChildJvm {
    /**
     * The least such a JVM can run with: its memory counts toward the container's. It seldom wakes while nothing
     * happens: the last three are of the JVM's own periodic work, which it has no need of.
     */
    private static final List<String> SMALL = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xms8m",
            "-Xmx16m",
            "-Xshare:auto",
            "-XX:-UsePerfData",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:+IgnoreUnrecognizedVMOptions",
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:GuaranteedSafepointInterval=0",
            "-XX:AsyncDeflationInterval=60000");

    private ChildJvm() {}

    /**
     * Starts a child.
     *
     * @throws IOException if it can't be started, with a one-line message: JDK 25 appends a list of possible causes
     */
    public static Process start(ProcessBuilder builder) throws IOException {
        try {
            return builder.start();
        } catch (IOException refused) {
            String all = String.valueOf(refused.getMessage());
            throw new IOException(all.lines().findFirst().orElse(all).strip(), refused);
        }
    }

    /**
     * The command line.
     *
     * @param jar clonetrace.jar
     * @param arguments one of its commands, with its arguments
     * @throws SourceRefusedException if this JVM's image has no java(1)
     */
    public static List<String> command(Path jar, String... arguments) throws SourceRefusedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        if (!Files.isExecutable(java)) {
            throw new SourceRefusedException(
                    "the tracer is a JVM of its own, and this JVM's image has no bin/java to run it");
        }
        List<String> command = new ArrayList<>(List.of(java.toString()));
        command.addAll(SMALL);
        command.add("-Djava.io.tmpdir=" + TemporaryFolder.path());
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(List.of(arguments));
        return command;
    }
}
