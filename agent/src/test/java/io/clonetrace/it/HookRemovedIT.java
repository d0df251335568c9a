package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.host.HookRemover;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.process.TestAgent;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.DemoTruth;
import io.clonetrace.it.truth.Started;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Another agent removes the hook from Thread: clonetrace reports it, guesses nothing meanwhile, and notices when the
 * hook is back.
 */
class HookRemovedIT {
    private static final String GONE =
            "clonetrace: the hook is gone: another agent has replaced the code of java.lang.Thread";
    private static final String BACK = "clonetrace: the hook in java.lang.Thread is back";
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void hookThatWasRemovedIsReportedAndSoIsItsReturn(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("hook-taken-" + jdk);
        Path recording = folder.resolve("app.jfr");
        // Its transformer runs after clonetrace's.
        List<String> agents = List.of(
                Artifacts.agent("source=ptrace", Run.WAIT, "record=" + recording),
                TestAgent.option(folder, HookRemover.class));
        Run run = Run.start(folder, "app", Commands.host(jdk, agents, HookRemover.class));
        try (run) {
            Writer input = run.process().outputWriter();
            tell(input, "started-before", "take");
            await(run, GONE);
            tell(input, "started-meanwhile", "give back");
            await(run, BACK);
            tell(input, "started-again");
            input.close();
            assertEquals(0, run.exitStatus(), run.stderr());
        }
        assertEquals("started-before\ntake\nstarted-meanwhile\ngive back\nstarted-again\n", run.stdout());
        assertEquals(2, run.stderr().lines().count(), run.stderr());

        Recorded recorded = Recorded.read(recording);
        List<RecordedEvent> starts = recorded.named("clonetrace.ThreadStart");
        assertEquals(
                HookRemover.THREADS, DemoTruth.named(starts, "started-before").size());
        assertEquals(0, DemoTruth.named(starts, "started-meanwhile").size());
        assertEquals(
                HookRemover.THREADS, DemoTruth.named(starts, "started-again").size());
        assertEquals(2 * HookRemover.THREADS, Started.count(recorded.clones("java")));
        assertTrue(recorded.clones(null).size() >= HookRemover.THREADS, "whose the clones are was guessed");
        RecordedEvent lost = recorded.named("clonetrace.SourceStatus").stream()
                .filter(status -> status.getString("source").equals("hook"))
                .filter(status -> status.getString("state").equals("lost"))
                .findFirst()
                .orElseThrow();
        assertTrue(lost.getString("reason").contains("another agent has replaced"), lost::toString);
        assertEquals("stopped", recorded.status("hook").getString("state"));
    }

    private static void tell(Writer input, String... lines) throws IOException {
        for (String line : lines) {
            input.write(line + "\n");
        }
        input.flush();
    }

    private static void await(Run run, String beginning) throws IOException {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (run.stderr().lines().noneMatch(line -> line.startsWith(beginning))) {
            assertTrue(run.process().isAlive() && System.nanoTime() - deadline < 0, () -> "not printed: " + beginning);
            LockSupport.parkNanos(CHECK_NANOS);
        }
    }
}
