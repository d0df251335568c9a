package io.clonetrace.it.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A running application, and the commands that attach to it and detach from it.
 *
 * @param jar clonetrace.jar, whose commands are used
 * @param pid the application's JVM
 */
public record Attached(Jdk jdk, Path folder, Path jar, Run app, long pid) {
    private static final long CHECK_NANOS = 5_000_000;

    /** Options for a JVM that runs a short command. */
    private static final List<String> SMALL =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:-UsePerfData");

    public static Attached to(Application application, String... options) throws IOException {
        return to(application, application.java(options));
    }

    /** @param command what runs the application, in the end as the same process */
    public static Attached to(Application application, List<String> command) throws IOException {
        Run app = Run.start(application.folder(), "app", command);
        awaitStart(app);
        return new Attached(
                application.jdk(),
                application.folder(),
                Artifacts.JAR,
                app,
                app.process().pid());
    }

    /** The same application, with the commands of another jar. */
    public Attached by(Path other) {
        return new Attached(jdk, folder, other, app, pid);
    }

    /** The same application, with another pid where the started process is not the JVM. */
    public Attached at(long other) {
        return new Attached(jdk, folder, jar, app, other);
    }

    /** Runs the command on this JVM; it must succeed. */
    public Run done(String command, String... words) throws IOException, InterruptedException {
        return run(command, 0, pid, command, words);
    }

    /** Runs the command on this JVM; it must fail. */
    public Run failed(String name, String command, String... words) throws IOException, InterruptedException {
        return run(name, 1, pid, command, words);
    }

    public Run run(String name, int status, long process, String command, String... words)
            throws IOException, InterruptedException {
        Run run = start(name, process, command, words);
        assertEquals(status, run.exitStatus(), run.stderr());
        assertEquals("", run.stdout());
        return run;
    }

    public Run start(String name, long process, String command, String... words) throws IOException {
        List<String> all = new ArrayList<>(List.of(jdk.tool("java")));
        all.addAll(SMALL);
        all.addAll(List.of("-jar", jar.toString(), command, "" + process));
        all.addAll(List.of(words));
        return Run.start(folder, name, all);
    }

    /** What jcmd prints. */
    public String jcmd(String... words) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(jdk.tool("jcmd"), "" + pid));
        all.addAll(List.of(words));
        Run run = Run.toEnd(folder, "jcmd", all);
        assertEquals(0, run.exitStatus(), () -> words[0]);
        return run.stdout();
    }

    /** Whether the JVM has that file open. */
    public boolean opens(Path file) {
        return descriptors().contains(file);
    }

    /** The files of its descriptors. */
    public List<Path> descriptors() {
        List<Path> open = new ArrayList<>();
        try (Stream<Path> all = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            for (Path fd : all.toList()) {
                try {
                    open.add(Files.readSymbolicLink(fd));
                } catch (NoSuchFileException closed) {
                    // Closed since the list was made: the JVM runs.
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return open;
    }

    /** Waits for its own line on stderr, which says that main runs. */
    private static void awaitStart(Run app) throws IOException {
        while (app.process().isAlive() && !app.stderr().contains("the application's own line")) {
            LockSupport.parkNanos(CHECK_NANOS);
        }
    }
}
