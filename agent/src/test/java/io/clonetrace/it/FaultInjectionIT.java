package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.host.Faulted;
import io.clonetrace.it.host.Injector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An exception, a StackOverflowError, an OutOfMemoryError at every stage: another agent lets our methods throw. */
class FaultInjectionIT {
    /** What is run before the application is, or at its end: each needs a JVM. */
    private static final List<String> ONCE = List.of(
            "CoreLayer.layer",
            "Agent.install",
            "AgentOptions.parse",
            "JavaBase.open",
            "ThreadSlots.inJavaBase",
            "ThreadHook.install",
            "ThreadWeaver.transform",
            "ThreadSlots.fill",
            "Hooks.work",
            "Session.setUp",
            "JfrState.listen",
            "RecordingFile.start",
            "NativeAccess.open",
            "SessionParts.make",
            "Observation.start",
            "PtraceProcess.start",
            "Ending.now",
            "Observation.end",
            "Hooks.recordingEnds",
            "StatusLog.commitAll");

    static Stream<Arguments> stages() {
        List<Jdk> jdks = Jdk.all().toList();
        // Each stage on one of the JDKs, with one of the faults: together they are all there.
        return Stream.iterate(0, i -> i < ONCE.size(), i -> i + 1)
                .map(i -> Arguments.of(
                        jdks.get(i % jdks.size()), ONCE.get(i), Faulted.FAULTS.get(i % Faulted.FAULTS.size())));
    }

    @ParameterizedTest(name = "{0}, {1}, {2}")
    @MethodSource("stages")
    void theApplicationStartsAndEndsAsEver(Jdk jdk, String stage, Class<?> fault) throws Exception {
        Application application = new Application(jdk, Artifacts.folder("fault-" + stage));
        String injector = TestAgent.option(application.folder(), Injector.class);
        Path recording = application.folder().resolve("app.jfr");
        Run run = application.unchanged(application.java(
                injector + "=" + stage + "=" + fault.getName(),
                Artifacts.agent("source=ptrace", "wait=30s", "record=" + recording)));
        boolean said =
                run.agentLines().stream().anyMatch(line -> line.contains("injected") || line.contains("not started"));
        assertTrue(said || isTold(recording), () -> "nothing tells of the fault in " + stage);
    }

    private static boolean isTold(Path recording) {
        try {
            return Recorded.read(recording).named("clonetrace.SourceStatus").stream()
                    .map(status -> String.valueOf(status.getString("reason")))
                    .anyMatch(reason -> reason.contains("injected") || reason.contains("ended before"));
        } catch (IOException none) {
            return false;
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.Jdk#all")
    void whileItRuns(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("faults-" + jdk);
        Path recording = folder.resolve("app.jfr");
        Run alone = Run.toEnd(folder, "alone", Commands.host(jdk, List.of(), Faulted.class, "alone"));
        List<String> options = new ArrayList<>(List.of(TestAgent.option(folder, Injector.class)));
        options.add(Artifacts.agent("source=ptrace", "wait=30s", "stacks=500ms+end", "record=" + recording));
        Run run = Run.toEnd(folder, "app", Commands.host(jdk, options, Faulted.class));
        assertEquals(alone.exitStatus(), run.exitStatus(), run.stderr());
        assertEquals(alone.stdout(), run.stdout());
        assertEquals(alone.stderr(), run.stderr());

        Recorded recorded = Recorded.read(recording);
        RecordedEvent hook = recorded.status("hook");
        int faults = Faulted.STAGES.size() * Faulted.FAULTS.size();
        assertTrue(hook.getLong("lost") >= faults, hook::toString);
        assertEquals("stopped", recorded.status("ptrace").getString("state"));
        List<RecordedEvent> afterwards = DemoTruth.named(recorded.named("clonetrace.ThreadStart"), "afterwards");
        assertEquals(3, afterwards.size());
        assertEquals(3, DemoTruth.named(recorded.clones("java"), "afterwards").size());
    }
}
