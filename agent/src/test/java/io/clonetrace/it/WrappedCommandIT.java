package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.clone.KernelVersion;
import io.clonetrace.it.host.Starter;
import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OneLine;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.Restricted;
import io.clonetrace.it.process.Run;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jfr.Event;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A command that {@code run} or {@code trace} wraps runs as it should, whatever goes wrong on clonetrace's side. */
class WrappedCommandIT {
    private static final int PROCESSES = 4;
    private static final int THREADS_OF_EACH = 25_013;
    private static final int UNREAD = 5_003;
    private static final int STRINGS = 450_007;
    private static final String NO_LONGER_OBSERVED = "clone tracing stopped, the command runs on: ";

    private static List<String> run(Path folder, String source, List<String> options, String... command) {
        List<String> all = Commands.clonetrace(Jdk.current(), "run");
        all.addAll(1, options);
        all.addAll(List.of("--source", source, "--record", "" + folder.resolve("app.jfr"), "--"));
        all.addAll(List.of(command));
        return all;
    }

    private static String[] script(String... lines) {
        return new String[] {"sh", "-c", String.join("\n", lines)};
    }

    private static String starter() {
        return "echo 17 | " + Jdk.current().tool("java") + " -cp " + Artifacts.TEST_CLASSES + " "
                + Starter.class.getName();
    }

    private static void assertSaid(Run run, String part) throws IOException {
        List<String> lines = run.agentLines();
        assertEquals(1, lines.stream().filter(line -> line.contains(part)).count(), run.stderr());
    }

    /**
     * Like those of {@code java @argfile} and {@code curl -d @body}.
     *
     * @argfile} and {@code curl -d @body}.
     */
    @ParameterizedTest
    @ValueSource(strings = {"run", "trace"})
    void wordsWithAnAtSignArePassedUnchanged(String wrapper) throws Exception {
        Path folder = Artifacts.folder("wrapped-at-" + wrapper);
        String word = "@" + Files.writeString(folder.resolve("words"), "other words");
        List<String> command = Commands.clonetrace(Jdk.current(), wrapper, "--source", "ptrace", "echo", word);
        Run run = Run.toEnd(folder, "app", command);
        assertEquals(0, run.exitStatus(), run.stderr());
        assertTrue(run.stdout().lines().anyMatch(word::equals), run.stdout());
    }

    /** With the heap that scripts/clonetrace sets. */
    @Test
    void processesWithManyThreadsThatReadNothingRunToTheirEnd() throws Exception {
        Path folder = Artifacts.folder("wrapped-many");
        Path program = Restricted.compiled(folder.resolve("many_threads"), "many_threads.c", "-pthread");
        Run run = Run.start(
                folder,
                "app",
                run(
                        folder,
                        "ptrace",
                        List.of("-Xmx48m", "-XX:+UseSerialGC"),
                        program.toString(),
                        "" + PROCESSES,
                        "" + THREADS_OF_EACH));
        try (run) {
            run.process().outputWriter().close();
            assertEquals(7, run.exitStatus(), run.stderr());
        }
        assertEquals("made\n", run.stdout());
        List<String> lines = new ArrayList<>(run.agentLines());
        // The unwinder may have no room for all copies of stacks at first: it counts those that it drops.
        lines.removeIf(line -> line.contains(": 0 native stacks were lost in the kernel's buffer, "));
        assertEquals(1, lines.size(), run.stderr());
        assertTrue(lines.get(0).contains("no recording"), run.stderr());
    }

    @Test
    void commandGoesOnWhenTheFolderOfThePipesIsRemoved() throws Exception {
        Path folder = Artifacts.folder("wrapped-folder");
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        String[] script = script("rm -r " + temporary + "/clonetrace-run-*", starter());
        Run run = Run.toEnd(folder, "app", run(folder, "ptrace", List.of("-Djava.io.tmpdir=" + temporary), script));
        assertEquals(Starter.STATUS, run.exitStatus(), run.stderr());
        assertSaid(run, "clones that can't be handed over are counted as lost");
        assertSaid(run, " clone calls could not be handed to their processes");
    }

    @Test
    void unreadableRecordingIsReported() throws Exception {
        Path folder = Artifacts.folder("wrapped-unreadable");
        String[] script = script("echo nonsense >app-1.jfr", starter(), "exit 5");
        Run run = Run.toEnd(folder, "app", run(folder, "ptrace", List.of(), script));
        assertEquals(5, run.exitStatus(), run.stderr());
        assertSaid(run, "app-1.jfr can't be read as a recording");
        assertSaid(run, " clone calls seen by ptrace, 0 lost");
    }

    private static final class Told extends Event {
        private String text;

        Told(String text) {
            this.text = text;
        }
    }

    /** Like a recording of a million virtual threads in the heap that scripts/clonetrace sets. */
    @Test
    void recordingTooLargeForTheHeapIsReported() throws Exception {
        Path folder = Artifacts.folder("wrapped-large");
        try (Recording recording = new Recording()) {
            recording.enable(Told.class).withoutStackTrace();
            recording.start();
            for (int i = 0; i < STRINGS; i++) {
                // JFR stores a string as a constant the second time.
                String text = "a text with number " + i;
                new Told(text).commit();
                new Told(text).commit();
            }
            recording.stop();
            recording.dump(folder.resolve("large"));
        }
        String[] script = script("mv large app-1.jfr", "exit 6");
        Run run = Run.toEnd(folder, "app", run(folder, "ptrace", List.of("-Xmx16m", "-XX:+UseSerialGC"), script));
        assertEquals(6, run.exitStatus(), run.stderr());
        OneLine.said(run, "app.jfr can't be summarized: that needs more memory than this JVM's heap of ");
    }

    @Test
    void commandGoesOnWhenItsStraceIsKilled() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/strace")), "strace is not installed");
        Path folder = Artifacts.folder("wrapped-strace");
        String[] script = script(
                "kill -9 $(sed -n 's/^TracerPid:[^0-9]*//p' /proc/$$/status)",
                "for i in $(seq 600); do grep -q 'clone tracing stopped' app.err && exit 3; sleep 0.05; done");
        Run run = Run.toEnd(folder, "app", run(folder, "strace", List.of(), script));
        assertEquals(3, run.exitStatus(), run.stderr());
        assertSaid(run, NO_LONGER_OBSERVED + "strace (pid ");
    }

    /** In a pid namespace with so few pids that one is soon used again. */
    @Test
    void signalAfterTheCommandsEndReachesNoOtherProcess() throws Exception {
        assumeTrue(OrdinaryUser.isRoot(), "the tests do not run as root");
        assumeFalse(
                KernelVersion.running().isBefore(new KernelVersion(6, 14, 0)),
                "before Linux 6.14 kernel.pid_max is the whole machine's");
        Path folder = Artifacts.folder("wrapped-reused");
        String wrapped =
                String.join(" ", run(folder, "ptrace", List.of(), "sh", "-c", "'echo $$ >ended; sleep 1000 & exit 3'"));
        String script = String.join(
                "\n",
                "echo 450 >/proc/sys/kernel/pid_max || exit 99",
                // The first 300 pids are never given again (kernel/pid.c, RESERVED_PIDS).
                "for i in $(seq 310); do /bin/true; done",
                wrapped + " & run=$!",
                "until [ -s ended ]; do sleep 0.05; done",
                "pid=$(cat ended)",
                "while [ -d /proc/$pid ]; do sleep 0.05; done",
                "for i in $(seq 3000); do",
                "  sleep 1000 & other=$!",
                "  [ $other = $pid ] && break",
                "  kill -9 $other; wait $other",
                "done 2>/dev/null",
                "[ $other = $pid ] || exit 98",
                "kill -TERM $run; wait $run; echo \"the run ended with $?\"",
                "kill -0 $other && echo \"the other lives\"");
        Run run = Run.toEnd(folder, "app", List.of("unshare", "--pid", "--fork", "--mount-proc", "bash", "-c", script));
        assertEquals("the run ended with 143\nthe other lives\n", run.stdout(), run.stderr());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ptrace", "ebpf"})
    void clonesThatThePipesReaderLeavesUnreadAreCountedAsLost(String source) throws Exception {
        assumeTrue(source.equals("ptrace") || OrdinaryUser.isRoot(), "the tests do not run as root");
        Application application = new Application(Jdk.current(), Artifacts.folder("wrapped-unread-" + source));
        Path folder = application.folder();
        Path pipe = folder.resolve("trace.pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        Run run = Run.start(folder, "app", application.java());
        try (run;
                RandomAccessFile reader = new RandomAccessFile(pipe.toFile(), "rw");
                Run trace = trace(source, run, pipe)) {
            FileInputStream unread = new FileInputStream(reader.getFD());
            int started = startUntilTraced(run, unread);
            Application.tell(run, UNREAD);
            started += UNREAD;
            Application.awaitStarted(run, started);
            assertTrue(trace.process().toHandle().destroy());
            trace.exitStatus();
            Matcher counts = Pattern.compile("clonetrace: (\\d+) clones seen, (\\d+) lost")
                    .matcher(trace.stderr());
            assertTrue(counts.find(), trace.stderr());
            byte[] read = new byte[unread.available()];
            assertEquals(read.length, unread.read(read));
            long told = new String(read, StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> line.contains("clone"))
                    .count();
            assertTrue(told > 0);
            assertEquals(Long.parseLong(counts.group(1)), told + Long.parseLong(counts.group(2)));
            Application.tell(run, 17);
            Application.awaitStarted(run, started + 17);
            Application.end(run);
        }
    }

    private static Run trace(String source, Run run, Path pipe) throws IOException {
        List<String> command = Commands.clonetrace(
                Jdk.current(),
                "trace",
                "--source",
                source,
                "-p",
                "" + run.process().pid());
        Path err = pipe.resolveSibling("trace.err");
        return new Run(
                new ProcessBuilder(command)
                        .redirectOutput(pipe.toFile())
                        .redirectError(err.toFile())
                        .start(),
                pipe,
                err);
    }

    /** Starts a thread again and again, until there is more in the pipe than the comments at the beginning. */
    private static int startUntilTraced(Run run, FileInputStream pipe) throws IOException {
        int started = 0;
        while (pipe.available() < 200) {
            Application.tell(run, 1);
            Application.awaitStarted(run, ++started);
        }
        return started;
    }
}
