package io.clonetrace.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Suites in JVMs that have no agent on the command line. */
class SelfAttachIT {
    private static final String[] ALL = {
        "junit.jupiter.extensions.autodetection.enabled", "true", LeakSettings.ALL, "true"
    };

    private static final String FOUND = "test io.clonetrace.junit.Suites$NoAnnotation.leaves() left 1 thread alive";

    /** The first JDK that warns of agents loaded at run time (JEP 451). */
    private static final int WARNS = 21;

    private static Stream<Jdk> jdks() {
        return Jdk.underTestAndNewest();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void agentIsAttachedWhereItIsNotOnAndLeaksAreFound(Jdk jdk) throws Exception {
        Run run = run("attached", jdk, List.of(), "NoAnnotation", ALL);
        assertTrue(run.stdout().contains("leaves(): " + FOUND), run.stdout() + run.stderr());
        assertTrue(run.stdout().contains("clean(): passed"), run.stdout());
        assertEquals(jdk.feature() >= WARNS, run.stderr().contains("agent has been loaded dynamically"), run.stderr());
        assertTrue(run.agentLines().isEmpty(), run.stderr());
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void nothingIsPrintedWhereTheJvmAllowsAgentsToBeLoaded(Jdk jdk) throws Exception {
        Run run = run("allowed", jdk, List.of("-XX:+EnableDynamicAgentLoading"), "NoAnnotation", ALL);
        assertTrue(run.stdout().contains("leaves(): " + FOUND), run.stdout() + run.stderr());
        assertFalse(run.stderr().contains("WARNING: "), run.stderr());
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void agentOfTheCommandLineIsUsedWithoutAWarning(Jdk jdk) throws Exception {
        Run run = run("given", jdk, List.of(Artifacts.agent("source=none", "stacks=off")), "NoAnnotation", ALL);
        assertTrue(run.stdout().contains("leaves(): " + FOUND), run.stdout() + run.stderr());
        assertFalse(run.stderr().contains("WARNING: "), run.stderr());
        assertTrue(run.agentLines().isEmpty(), run.stderr());
    }

    @Test
    void withoutAnAgentTheClassFailsAndTheMessageHasTheOption() throws Exception {
        String[] noAttach = Arrays.copyOf(ALL, ALL.length + 2);
        noAttach[ALL.length] = AgentConnection.ATTACH;
        noAttach[ALL.length + 1] = "false";
        Run run = run("absent", Jdk.current(), List.of(), "NoAnnotation", noAttach);
        assertTrue(
                run.stdout()
                        .contains(
                                "Suites$NoAnnotation: @ThreadLeaks can't check anything: the clonetrace agent is not on"
                                        + " in this JVM: start it with -javaagent:clonetrace.jar=source=none,stacks=off; it"
                                        + " can't be attached: clonetrace.threadleaks.attach is false"),
                run.stdout());
    }

    @Test
    void refusedAttachFailsTheClassWithItsReason() throws Exception {
        Run run = run("refused", Jdk.current(), List.of("-XX:+DisableAttachMechanism"), "NoAnnotation", ALL);
        String line = run.stdout()
                .lines()
                .filter(text -> text.startsWith("Suites$NoAnnotation: "))
                .findFirst()
                .orElseThrow();
        assertTrue(line.contains("it can't be attached: ") && line.contains("DisableAttachMechanism"), line);
    }

    @Test
    void agentThatIsDetachedDuringATestFailsThatTest() throws Exception {
        Run run = run("detached", Jdk.current(), List.of(Artifacts.agent("source=none", "stacks=off")), "Detaching");
        assertTrue(
                run.stdout()
                        .contains("detachesTheAgent(): it is unknown which threads test"
                                + " io.clonetrace.junit.Suites$Detaching.detachesTheAgent() left alive: the clonetrace agent"
                                + " was detached during the tests"),
                run.stdout() + run.stderr());
    }

    private static Run run(String test, Jdk jdk, List<String> options, String suite, String... parameters)
            throws Exception {
        Path folder = Artifacts.folder("SelfAttachIT-" + test + "-" + jdk.feature());
        List<String> command = new ArrayList<>(List.of(jdk.tool("java"), "-XX:TieredStopAtLevel=1"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), SuiteRun.class.getName(), suite));
        command.addAll(List.of(parameters));
        return Run.toEnd(folder, "suite", command);
    }
}
