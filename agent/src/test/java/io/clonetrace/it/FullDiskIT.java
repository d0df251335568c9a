package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.host.Starter;
import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OneLine;
import io.clonetrace.it.process.PrivateMounts;
import io.clonetrace.it.process.Processes;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.Started;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A disk that is full, or fills up, while JFR and the agent write to it: the application keeps running. */
class FullDiskIT {
    private static final long FREE_AT_FIRST = 40L << 20;
    private static final long FREE_FOR_TOP = 80L << 20;
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static List<String> java(Application application, Path disk, long size, String source) {
        List<String> java = application.java(
                "-Djava.io.tmpdir=" + disk,
                "-Duser.home=" + disk,
                Artifacts.agent("source=" + source, Run.WAIT, "record=" + disk.resolve("app.jfr")));
        return PrivateMounts.command("mount -t tmpfs -o size=" + size + " none " + disk, java);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void nothingIsRecordedOnAFullDisk(Jdk jdk) throws Exception {
        Application application = new Application(jdk, Artifacts.folder("disk-full-" + jdk));
        Path disk = Files.createDirectory(application.folder().resolve("disk"));
        Run run = application.unchanged(java(application, disk, 1 << 12, "auto"));
        List<String> lines = run.agentLines();
        for (String said : List.of("nothing is recorded: only 0 MiB are free in " + disk, "without native access")) {
            assertTrue(lines.stream().anyMatch(line -> line.contains(said)), lines::toString);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void recordingEndsWhenTheDiskIsNearlyFull(Jdk jdk) throws Exception {
        Application application = new Application(jdk, Artifacts.folder("disk-fills-" + jdk));
        Path disk = Files.createDirectory(application.folder().resolve("disk"));
        Path copy = application.folder().resolve("app.jfr");
        Run run = Run.start(application.folder(), "agent", java(application, disk, FREE_AT_FIRST, "ptrace"));
        try (run) {
            Application.tell(run, 211);
            Application.awaitStarted(run, 211);
            Path seen = Path.of("/proc/" + run.process().pid() + "/root" + disk);
            fill(seen.resolve("others"), FREE_AT_FIRST - (12 << 20));
            awaitLine(run);
            Application.tell(run, 53);
            Application.awaitStarted(run, 264);
            Files.copy(seen.resolve("app.jfr"), copy);
            Application.end(run);
        }
        Application.assertSame(application.plain(List.of(211, 53)), run);
        OneLine.said(run, "the recording has ended: only ", " MiB are free in " + disk);
        Recorded recorded = Recorded.read(copy);
        assertEquals(211, Started.count(recorded.named("clonetrace.ThreadStart")));
        assertEquals(211, Started.count(recorded.clones("java")));
        assertEquals(0, recorded.status("hook").getLong("lost"));
    }

    /** The recording that {@code top} starts in a JVM without one, seen from outside of the JVM's mounts. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void topsRecordingEndsWhenTheDiskIsNearlyFull(Jdk jdk) throws Exception {
        Application application = new Application(jdk, Artifacts.folder("disk-top-" + jdk));
        Path disk = Files.createDirectory(application.folder().resolve("disk"));
        List<String> java = PrivateMounts.command(
                "mount -t tmpfs -o size=" + FREE_FOR_TOP + " none " + disk,
                application.java("-Djava.io.tmpdir=" + disk));
        Run run = Run.start(application.folder(), "app", java);
        try (run) {
            // What was told is answered when main runs: before, the process is a shell, or not ready for an attach.
            Application.tell(run, 11);
            Application.awaitStarted(run, 11);
            String pid = "" + run.process().pid();
            Run top = Run.start(
                    application.folder(), "top", Commands.clonetrace(jdk, "top", pid, "--json", "--interval", "500ms"));
            try (top) {
                awaitShown(top, "\"pid\": " + pid);
                Application.tell(run, 211);
                awaitShown(top, "\"created\": 211,\"createdPerSecond\"");
                fill(Path.of("/proc/" + pid + "/root" + disk + "/others"), FREE_FOR_TOP - (24 << 20));
                awaitShown(top, "creations are no longer seen: only ");
            }
            Application.tell(run, 53);
            Application.awaitStarted(run, 275);
            Application.end(run);
            assertEquals(Starter.STATUS, run.exitStatus());
        }
    }

    private static void awaitShown(Run top, String text) {
        Processes.await(
                () -> {
                    try {
                        return top.stdout().contains(text) || !top.process().isAlive();
                    } catch (IOException unreadable) {
                        throw new UncheckedIOException(unreadable);
                    }
                },
                "top prints " + text);
        assertTrue(top.process().isAlive(), "top has ended");
    }

    /** Full only where the agent's strace writes its trace: clones that don't fit are counted. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void clonesStraceHasNoRoomForAreCountedAsLost(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("disk-trace-" + jdk);
        Application application = new Application(jdk, folder);
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Path recording = folder.resolve("app.jfr");
        List<String> java = application.java(
                "-XX:FlightRecorderOptions=repository=" + folder.resolve("repository"),
                "-Djava.io.tmpdir=" + disk,
                Artifacts.agent("source=strace", Run.WAIT, "stacks=off", "record=" + recording));
        Run run = Run.start(
                folder,
                "agent",
                PrivateMounts.command("mount -t tmpfs -o size=" + FREE_AT_FIRST + " none " + disk, java));
        try (run) {
            Application.tell(run, 11);
            Application.awaitStarted(run, 11);
            fillUp(Path.of("/proc/" + run.process().pid() + "/root" + disk).resolve("others"));
            Application.tell(run, 1_009);
            Application.awaitStarted(run, 1_020);
            Application.end(run);
        }
        Application.assertSame(application.plain(List.of(11, 1_009)), run);
        assertEquals(List.of(), run.agentLines());
        Recorded recorded = Recorded.read(recording);
        assertEquals(1_020, Started.count(recorded.named("clonetrace.ThreadStart")));
        RecordedEvent status = recorded.status("strace");
        int missing = 1_020 - Started.count(recorded.clones("java"));
        assertTrue(missing > 0, "the trace had room");
        assertTrue(status.getLong("lost") >= missing, () -> missing + " are missing: " + status);
        assertTrue(status.getString("reason").contains("the last clones did not come"), status::toString);
    }

    private static void fillUp(Path file) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            byte[] piece = new byte[1 << 12];
            while (true) {
                out.write(piece);
            }
        } catch (IOException full) {
            assertTrue(full.getMessage().contains("No space"), full.getMessage());
        }
    }

    private static void fill(Path file, long bytes) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            byte[] piece = new byte[1 << 20];
            for (long written = 0; written < bytes; written += piece.length) {
                out.write(piece);
            }
        }
    }

    private static void awaitLine(Run run) throws IOException {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (run.agentLines().isEmpty()) {
            assertTrue(run.process().isAlive() && System.nanoTime() - deadline < 0, "nothing was printed");
            LockSupport.parkNanos(CHECK_NANOS);
        }
    }
}
