package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.it.host.Ending;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.EachClone;
import io.clonetrace.it.truth.StraceTruth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * However an application ends, it ends as it does without the agent, and its recording is complete up to the last
 * clone.
 */
class JvmEndIT {
    private static final int MANY = 5_000;

    /** strace's own work grows with the square: with 5,000 live threads it takes a minute and a half by itself. */
    private static final int MANY_UNDER_STRACE = 1_009;

    private static final long CHECK_NANOS = 5_000_000;

    static Stream<Arguments> endings() {
        return Jdk.underTest()
                .flatMap(jdk -> Stream.of("main", "exit", "exit-elsewhere", "uncaught", "signal")
                        .map(how -> Arguments.of(jdk, how)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("endings")
    void recordingIsCompleteHoweverTheJvmEnds(Jdk jdk, String how) throws Exception {
        isWholeWithoutSource(jdk, how, 0);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("endings")
    void recordingHoldsTheLastCloneHoweverTheJvmEnds(Jdk jdk, String how) throws Exception {
        isWholeUnderStrace(jdk, how, 0);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void recordingIsCompleteWithThousandsOfLiveThreads(Jdk jdk) throws Exception {
        isWholeUnderStrace(jdk, "exit", MANY_UNDER_STRACE);
        isWholeWithoutSource(jdk, "exit", MANY);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void existingRecordingFileBecomesPrivate(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("endings-existing-" + jdk);
        Path recording = Files.createFile(folder.resolve("app.jfr"));
        Files.setPosixFilePermissions(recording, PosixFilePermissions.fromString("rw-r--r--"));
        String agent = Artifacts.agent("source=none", "record=" + recording);
        Run run = Run.toEnd(folder, "app", Commands.host(jdk, List.of(agent), Ending.class, "main", "0"));
        assertEquals(0, run.exitStatus(), run.stderr());
        isWholeAndPrivate(recording, 0);
    }

    private static void isWholeWithoutSource(Jdk jdk, String how, int threads) throws Exception {
        Path folder = Artifacts.folder("endings-" + jdk + "-" + how + "-" + threads);
        Path recording = folder.resolve("app.jfr");
        Run alone = end(folder, "alone", Commands.host(jdk, List.of(), Ending.class, how, "" + threads));
        String agent = Artifacts.agent("source=none", "record=" + recording);
        Run run = end(folder, "app", Commands.host(jdk, List.of(agent), Ending.class, how, "" + threads));
        assertEquals(status(how), alone.exitStatus());
        assertEquals(alone.exitStatus(), run.exitStatus());
        assertEquals(alone.stdout(), run.stdout());
        assertEquals(alone.stderr(), run.stderr());
        isWholeAndPrivate(recording, threads);
    }

    private static void isWholeUnderStrace(Jdk jdk, String how, int threads) throws Exception {
        Path folder = Artifacts.folder("endings-strace-" + jdk + "-" + how + "-" + threads);
        Path recording = folder.resolve("app.jfr");
        Path trace = folder.resolve("app.strace");
        String agent = Artifacts.agent("source=strace:" + trace, Run.WAIT, "record=" + recording);
        List<String> java = Commands.host(jdk, List.of(agent), Ending.class, how, "" + threads);
        Run run = end(folder, "app", Commands.strace(trace.toString(), java));
        assertEquals(status(how), run.exitStatus(), run.stderr());
        assertEquals(List.of(), run.agentLines());

        Recorded recorded = isWholeAndPrivate(recording, threads);
        EachClone.compare(StraceTruth.read(trace), recorded);
        List<RecordedEvent> last = recorded.clones("java").stream()
                .filter(event -> event.getString("childName").equals("last"))
                .toList();
        assertEquals(1, last.size());
        assertEquals("stopped", recorded.status("strace").getString("state"));
        assertEquals(0, recorded.status("strace").getLong("lost"));
    }

    private static Run end(Path folder, String name, List<String> command) throws IOException, InterruptedException {
        Run run = Run.start(folder, name, command);
        if (command.contains("signal")) {
            while (run.process().isAlive() && !run.stdout().equals("ready\n")) {
                LockSupport.parkNanos(CHECK_NANOS);
            }
            // SIGTERM to the JVM, which is strace's only child or the test's own.
            run.process()
                    .children()
                    .findFirst()
                    .orElse(run.process().toHandle())
                    .destroy();
        }
        run.exitStatus();
        return run;
    }

    private static int status(String how) {
        return switch (how) {
            case "exit", "exit-elsewhere" -> 7;
            case "uncaught" -> 1;
            case "signal" -> 128 + 15;
            default -> 0;
        };
    }

    private static Recorded isWholeAndPrivate(Path recording, int threads) throws IOException {
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(recording)));
        Recorded recorded = Recorded.read(recording);
        List<String> started = recorded.named("clonetrace.ThreadStart").stream()
                .map(event -> event.getString("childName"))
                .toList();
        assertEquals(1, started.stream().filter("last"::equals).count(), started::toString);
        assertEquals(
                threads,
                started.stream().filter(name -> name.startsWith("parked-")).count());
        RecordedEvent hook = recorded.status("hook");
        assertEquals("stopped", hook.getString("state"));
        assertEquals(0, hook.getLong("lost"), hook::toString);
        return recorded;
    }
}
