package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.host.Exhausted;
import io.clonetrace.it.host.OddApplication;
import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OneLine;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.DemoTruth;
import io.clonetrace.it.truth.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Applications that leave an agent no room, forbid it everything, or do the unexpected: they run as without it. */
class HarshHostIT {
    private static final int LAST_WITH_SECURITY_MANAGER = 23;

    /**
     * Without heap, JFR's own threads end in every JVM that records, and java.lang.instrument complains of each class
     * loaded meanwhile in every JVM with an agent.
     */
    private static final String OF_THE_JDK = "(Exception: java.lang.OutOfMemoryError thrown.*\"JFR [^\"]*\""
            + "|.*java.lang.instrument ASSERTION FAILED.*can't create (byte array|name string).*)?";

    /** The same, with enough heap to print it. */
    private static final String JFR_THREAD_ENDED =
            "(?m)^Exception in thread \"JFR [^\"]*\" (java\\.lang\\.OutOfMemoryError.*)?\\R?(\tat .*\\R)*";

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void applicationWithoutStackOrHeapRunsAsWithoutTheAgent(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("exhausted-" + jdk);
        Path recording = folder.resolve("app.jfr");
        Run alone = exhausted(jdk, folder, "alone");
        Run run = exhausted(jdk, folder, "recorded", Artifacts.agent("source=ptrace", Run.WAIT, "record=" + recording));
        same(alone, run);
        assertFalse(run.stderr().contains("io.clonetrace"), run.stderr());
        String others = run.stderr().replaceAll(JFR_THREAD_ENDED, "");
        assertTrue(others.lines().allMatch(line -> line.matches(OF_THE_JDK)), run.stderr());

        Recorded recorded = Recorded.read(recording);
        RecordedEvent hook = recorded.status("hook");
        assertEquals("stopped", hook.getString("state"), hook::toString);
        assertTrue(hook.getLong("lost") > 0, hook::toString);
        assertTrue(hook.getString("reason").contains("failures of the agent were suppressed"), hook::toString);
        for (String name : List.of("before", "after the stack", "after the heap")) {
            RecordedEvent start = DemoTruth.named(recorded.named("clonetrace.ThreadStart"), name)
                    .get(0);
            assertTrue(start.getInt("childTid") > 0, start::toString);
        }
        assertEquals("stopped", recorded.status("ptrace").getString("state"));
    }

    private static Run exhausted(Jdk jdk, Path folder, String name, String... agent)
            throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(List.of("-Xss512k", "-Xmx64m", "-XX:+UseSerialGC"));
        options.addAll(List.of(agent));
        return Run.toEnd(folder, name, Commands.host(jdk, options, Exhausted.class));
    }

    private static void same(Run alone, Run run) throws IOException, InterruptedException {
        assertEquals(alone.exitStatus(), run.exitStatus(), run.stderr());
        // On stdout, JFR itself complains of its own periodic tasks that need heap.
        assertEquals(alone.stdout(), run.stdout().replaceAll("(?m)^.*Error in Periodic task: Java heap space\\R", ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void oddLogManagersLoadersAndNamesAreLeftAlone(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("odd-" + jdk);
        Path recording = folder.resolve("app.jfr");
        String manager = "-Djava.util.logging.manager=" + OddApplication.Manager.class.getName();
        Run alone = Run.toEnd(folder, "alone", Commands.host(jdk, List.of(manager), OddApplication.class));
        String agent = Artifacts.agent("source=ptrace", Run.WAIT, "record=" + recording);
        Run run = Run.toEnd(folder, "app", Commands.host(jdk, List.of(agent, manager), OddApplication.class));
        assertEquals(0, alone.exitStatus(), alone.stderr());
        same(alone, run);
        assertEquals(alone.stderr(), run.stderr());

        Recorded recorded = Recorded.read(recording);
        assertEquals(0, recorded.status("hook").getLong("lost"), recorded.status("hook")::toString);
        List<String> started = recorded.named("clonetrace.ThreadStart").stream()
                .map(event -> event.getString("childName"))
                .toList();
        List<String> cloned = recorded.clones("java").stream()
                .map(event -> event.getString("childName"))
                .toList();
        for (String name : OddApplication.NAMES) {
            assertTrue(started.contains(name), () -> "no start of a thread with " + name.length() + " characters");
            assertTrue(cloned.contains(name), () -> "no clone of a thread with " + name.length() + " characters");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void agentIsNotStartedUnderAStrictSecurityManager(Jdk jdk) throws Exception {
        Application application = application(jdk, "security-nothing-");
        Path policy = Files.writeString(application.folder().resolve("policy"), "grant { };\n");
        Run run = application.unchanged(
                secured(application, policy), secured(application, policy, Artifacts.agent("source=none")), Map.of());
        OneLine.said(run, "not started: java.security.AccessControlException: access denied");
    }

    /**
     * What the application's threads may not do, the hook that runs in them may not do either: it is counted, and the
     * threads never notice.
     */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void agentRunsIfTheSecurityManagerAllowsIt(Jdk jdk) throws Exception {
        Application application = application(jdk, "security-agent-");
        Path recording = application.folder().resolve("app.jfr");
        Path policy = Files.writeString(
                application.folder().resolve("policy"),
                "grant codeBase \"file:" + Artifacts.JAR + "\" { permission java.security.AllPermission; };\n");
        String agent = Artifacts.agent("source=ptrace", Run.WAIT, "record=" + recording);
        Run run = application.unchanged(secured(application, policy), secured(application, policy, agent), Map.of());
        assertEquals(List.of(), run.agentLines());
        Recorded recorded = Recorded.read(recording);
        assertEquals(Application.THREADS, Started.count(recorded.clones("java")));
        RecordedEvent hook = recorded.status("hook");
        long events = Started.count(recorded.named("clonetrace.ThreadStart"));
        assertTrue(events + hook.getLong("lost") >= Application.THREADS, hook::toString);
    }

    private static Application application(Jdk jdk, String test) {
        assumeTrue(jdk.feature() <= LAST_WITH_SECURITY_MANAGER, () -> jdk + " has no security manager any more");
        return new Application(jdk, Artifacts.folder(test + jdk));
    }

    private static List<String> secured(Application application, Path policy, String... agent) {
        List<String> options = new ArrayList<>(List.of("-Djava.security.manager", "-Djava.security.policy==" + policy));
        options.addAll(List.of(agent));
        return application.java(options.toArray(new String[0]));
    }
}
