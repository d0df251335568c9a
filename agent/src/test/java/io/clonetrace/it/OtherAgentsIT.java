package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.host.LateLoads;
import io.clonetrace.it.host.Starter;
import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Attached;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.process.TestAgent;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Agents by others in the same JVM, before clonetrace or after it: both do their work. */
class OtherAgentsIT {
    /** Threads started before clonetrace is attached. */
    private static final int BEFORE = 14;

    private static final int WHILE_ON = 53;
    private static final List<String> OPENTELEMETRY =
            List.of("-Dotel.traces.exporter=none", "-Dotel.metrics.exporter=none", "-Dotel.logs.exporter=none");

    /** Its own documentation asks for this; without it, BlockHound does nothing on JDK 13 and newer. */
    private static final List<String> BLOCKHOUND = List.of("-XX:+AllowRedefinitionToAddDeleteMethods");

    private static final String NOT_STARTED =
            "clonetrace: not started: -XX:+AllowRedefinitionToAddDeleteMethods is on, and HotSpot would crash";

    /** Quick to start, and without the JVM's warning of a dynamic agent. */
    private static final List<String> JVM =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:+EnableDynamicAgentLoading");

    /**
     * Another agent.
     *
     * @param name of its jar
     * @param options that it needs
     * @param shows what is on stderr when it is on
     * @param addsMethods whether it adds methods to Thread: clonetrace doesn't start before that
     */
    record Other(String name, List<String> options, String shows, boolean addsMethods) {
        String agent() {
            return "-javaagent:" + Artifacts.otherAgent(name);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Arguments> others() {
        List<Other> others = List.of(
                new Other("opentelemetry-javaagent", OPENTELEMETRY, "opentelemetry-javaagent - version: ", false),
                new Other("blockhound", BLOCKHOUND, "bootstrap classpath has been appended", true));
        return Jdk.underTest().flatMap(jdk -> others.stream().map(other -> Arguments.of(jdk, other)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("others")
    void otherAgentAndOursBothWork(Jdk jdk, Other other) throws Exception {
        Path folder = Artifacts.folder("other-agents-" + jdk + "-" + other);
        Application application = new Application(jdk, folder);
        Run alone = run(application, "alone", options(other, other.agent()));
        assumeTrue(
                alone.exitStatus() == Starter.STATUS,
                () -> other + " alone ends the JVM of " + jdk + ", see " + alone.err());
        assertTrue(alone.stderr().contains(other.shows()), alone.stderr());

        Run first = run(application, "first", options(other, ours(folder, "first"), other.agent()));
        if (other.addsMethods()) {
            assertEquals(Starter.STATUS, first.exitStatus(), first.stderr());
            assertEquals(alone.stdout(), first.stdout());
            assertTrue(first.stderr().contains(NOT_STARTED), first.stderr());
            assertTrue(Files.notExists(folder.resolve("first.jfr")));
        } else {
            same(alone, first);
            holds(jdk, folder.resolve("first.jfr"), BEFORE + WHILE_ON);
        }
        same(alone, run(application, "last", options(other, other.agent(), ours(folder, "last"))));
        holds(jdk, folder.resolve("last.jfr"), BEFORE + WHILE_ON);
        same(alone, attachedLater(application, options(other, other.agent())));
        holds(jdk, folder.resolve("later.jfr"), WHILE_ON);
    }

    private static String[] options(Other other, String... agents) {
        List<String> options = new ArrayList<>(JVM);
        options.addAll(other.options());
        options.addAll(List.of(agents));
        return options.toArray(String[]::new);
    }

    private static String ours(Path folder, String recording) {
        return Artifacts.agent("source=ptrace", Run.WAIT, "record=" + folder.resolve(recording + ".jfr"));
    }

    private static Run run(Application application, String name, String... options)
            throws IOException, InterruptedException {
        Run run = Run.start(application.folder(), name, application.java(options));
        Application.tell(run, BEFORE);
        Application.tell(run, WHILE_ON);
        Application.end(run);
        return run;
    }

    private static Run attachedLater(Application application, String... options)
            throws IOException, InterruptedException {
        Attached jvm = Attached.to(application, options);
        try (Run app = jvm.app()) {
            Application.tell(app, BEFORE);
            Application.awaitStarted(app, BEFORE);
            jvm.done("attach", "source=ptrace", Run.WAIT, "record=later.jfr");
            Application.tell(app, WHILE_ON);
            Application.end(app);
            return app;
        }
    }

    private static void same(Run alone, Run run) throws IOException, InterruptedException {
        assertEquals(Starter.STATUS, run.exitStatus(), run.stderr());
        assertEquals(alone.stdout(), run.stdout());
        assertEquals(withoutTimes(alone), withoutTimes(run));
    }

    private static List<String> withoutTimes(Run run) throws IOException {
        return run.stderr()
                .lines()
                .map(line -> line.replaceFirst("^\\[otel.javaagent [^]]*]", ""))
                .toList();
    }

    private static void holds(Jdk jdk, Path recording, int threads) throws IOException, InterruptedException {
        Recorded recorded = Recorded.read(recording);
        int starts = recorded.named("clonetrace.ThreadStart").size();
        assertEquals(threads, Started.count(recorded.named("clonetrace.ThreadStart")));
        assertEquals(threads, Started.count(recorded.clones("java")));
        assertEquals(0, recorded.status("hook").getLong("lost"), recorded.status("hook")::toString);
        assertEquals(0, recorded.status("ptrace").getLong("lost"), recorded.status("ptrace")::toString);
        Run summary = Run.toEnd(
                recording.getParent(),
                recording.getFileName() + "-summary",
                List.of(jdk.tool("jfr"), "summary", recording.toString()));
        assertEquals(0, summary.exitStatus(), summary.stderr());
        Pattern line = Pattern.compile("^ clonetrace\\.ThreadStart +" + starts + " ", Pattern.MULTILINE);
        assertTrue(line.matcher(summary.stdout()).find(), summary.stdout());
    }

    /**
     * An exception of another agent, thrown while a class is loaded in the middle of an event, would be recorded inside
     * that event.
     */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void noClassIsLoadedWhileAnEventIsWritten(Jdk jdk) throws Exception {
        Application application = new Application(jdk, Artifacts.folder("late-loads-" + jdk));
        Path recording = application.folder().resolve("app.jfr");
        application.unchanged(application.java(
                TestAgent.option(application.folder(), LateLoads.class),
                Artifacts.agent("source=none", "record=" + recording)));
        assertEquals(Application.THREADS, Started.count(Recorded.read(recording).named("clonetrace.ThreadStart")));
    }
}
