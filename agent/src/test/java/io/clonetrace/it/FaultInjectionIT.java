package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.host.Faulted;
import io.clonetrace.it.host.Injector;
import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.process.TestAgent;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.DemoTruth;
import io.clonetrace.it.truth.Started;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An exception, a StackOverflowError and an OutOfMemoryError at every stage: another agent makes clonetrace's methods
 * throw.
 */
class FaultInjectionIT {
    /** Stages whose failure ends the agent at its start: it starts again in the same JVM, with the next fault. */
    static final List<String> ENDING = List.of(
            "Core.loader",
            "Agent.install",
            "AgentOptions.parse",
            "JavaBase.open",
            "ThreadSlots.inJavaBase",
            "ThreadHook.install",
            "ThreadWeaver.transform",
            "ThreadSlots.fill",
            "HookListeners.selfTest",
            "Session.setUp",
            "JfrState.listen",
            "NativeAccess.open",
            "SessionParts.make");

    /** Stages that the agent survives, or that run at the JVM's end: each fault needs a JVM. */
    static final List<String> GOING_ON = List.of(
            "RecordingFile.start",
            "Observation.start",
            "ChildTracerSource.start",
            "FlushQueue.await",
            "Observation.end",
            "HookListeners.recordingEnds",
            "StatusLog.commitAll");

    static Stream<Arguments> stages() {
        return alternately(ENDING.stream().map(stage -> List.of(stage)));
    }

    static Stream<Arguments> stagesAndFaults() {
        return alternately(GOING_ON.stream()
                .flatMap(stage -> Faulted.FAULTS.stream().map(fault -> List.of(stage, fault))));
    }

    /** Each case on one of the JDKs, in turns. */
    private static Stream<Arguments> alternately(Stream<List<?>> cases) {
        List<Jdk> jdks = Jdk.underTest().toList();
        AtomicInteger next = new AtomicInteger();
        return cases.map(one -> Stream.concat(Stream.of(jdks.get(next.getAndIncrement() % jdks.size())), one.stream()))
                .map(one -> Arguments.of(one.toArray()));
    }

    /** Three starts fail, one for each fault; the fourth works as if there had been none. */
    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("stages")
    void agentStartsAgainAfterAStartThatFailed(Jdk jdk, String stage) throws Exception {
        Application application = new Application(jdk, Artifacts.folder("fault-" + stage));
        Path recording = application.folder().resolve("app.jfr");
        List<String> options = new ArrayList<>(List.of(injector(application, stage, Faulted.FAULTS)));
        for (int start = 0; start <= Faulted.FAULTS.size(); start++) {
            options.add(Artifacts.agent("source=ptrace", Run.WAIT, "record=" + recording));
        }
        Run run = unchanged(application, options);
        // A start that fails late leaves a recording, which the next keeps and says so.
        List<String> faults = run.agentLines().stream()
                .filter(line -> !line.contains("the earlier recording is now"))
                .toList();
        assertEquals(Faulted.FAULTS.size(), faults.size(), run.stderr());
        Recorded recorded = Recorded.read(recording);
        assertEquals(Application.THREADS, Started.count(recorded.named("clonetrace.ThreadStart")));
        assertEquals(Application.THREADS, Started.count(recorded.clones("java")));
        assertEquals(0, recorded.status("hook").getLong("lost"), recorded.status("hook")::toString);
    }

    @ParameterizedTest(name = "{0}, {1}, {2}")
    @MethodSource("stagesAndFaults")
    void agentSurvivesAFaultAndReportsIt(Jdk jdk, String stage, Class<? extends Throwable> fault) throws Exception {
        Application application =
                new Application(jdk, Artifacts.folder("fault-" + stage + "-" + fault.getSimpleName()));
        Path recording = application.folder().resolve("app.jfr");
        Run run = unchanged(
                application,
                List.of(
                        injector(application, stage, List.of(fault)),
                        Artifacts.agent("source=ptrace", Run.WAIT, "record=" + recording)));
        boolean said = run.agentLines().stream().anyMatch(line -> line.contains("injected"));
        assertTrue(said || isTold(recording), () -> "nothing reports the fault in " + stage);
    }

    private static String injector(Application application, String stage, List<Class<? extends Throwable>> faults)
            throws IOException {
        return TestAgent.option(application.folder(), Injector.class) + "=" + stage + "="
                + faults.stream().map(Class::getName).collect(Collectors.joining(":"));
    }

    private static Run unchanged(Application application, List<String> options)
            throws IOException, InterruptedException {
        return application.unchanged(application.java(options.toArray(String[]::new)));
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
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void faultsInTheHookAreCountedAndNeverSeen(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("faults-" + jdk);
        Path recording = folder.resolve("app.jfr");
        Run alone = Run.toEnd(folder, "alone", Commands.host(jdk, List.of(), Faulted.class, "alone"));
        List<String> options = new ArrayList<>(List.of(TestAgent.option(folder, Injector.class)));
        options.add(Artifacts.agent("source=ptrace", Run.WAIT, "stacks=500ms+end", "record=" + recording));
        Run run = Run.toEnd(folder, "app", Commands.host(jdk, options, Faulted.class));
        assertEquals(alone.exitStatus(), run.exitStatus(), run.stderr());
        assertEquals(alone.stdout(), run.stdout());
        assertEquals(alone.stderr(), run.stderr());

        Recorded recorded = Recorded.read(recording);
        RecordedEvent hook = recorded.status("hook");
        int faults = Faulted.stages(jdk.feature()).size() * Faulted.FAULTS.size();
        assertTrue(hook.getLong("lost") >= faults, hook::toString);
        assertEquals("stopped", recorded.status("ptrace").getString("state"));
        List<RecordedEvent> afterwards = DemoTruth.named(recorded.named("clonetrace.ThreadStart"), "afterwards");
        assertEquals(3, afterwards.size());
        assertEquals(3, DemoTruth.named(recorded.clones("java"), "afterwards").size());
    }
}
