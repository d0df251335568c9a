package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.CheckedJni;
import io.clonetrace.it.truth.HookTruth;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The hook without a source sees what JFR itself sees, in every mode of the JVM. */
class HookIT {
    private static final int THREADS = 53;

    /** Modes that treat bytecode, heap, threads or JNI differently. */
    private static final List<String> MODES =
            List.of("-Xint", "-XX:+UseSerialGC", "-XX:+UseZGC", "-Xcheck:jni", "-Xverify:all");

    static Stream<Arguments> modes() {
        return Jdk.underTest().flatMap(jdk -> MODES.stream().map(mode -> Arguments.of(jdk, mode)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTestAndNewest")
    void hookSeesEveryStartThatJfrSees(Jdk jdk) throws Exception {
        Recorded recorded = HookTruth.hold(run(jdk, "all", List.of(), List.of()));
        long virtual = recorded.named("clonetrace.VirtualThreads").get(0).getLong("started");
        assertEquals(jdk.hasVirtualThreads() ? THREADS : 0, virtual);
        boolean carriers =
                HookTruth.starts(recorded).keySet().stream().anyMatch(name -> name.startsWith("ForkJoinPool-"));
        assertTrue(carriers || !jdk.hasVirtualThreads());
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("modes")
    void hookSeesEveryStartInEveryModeOfTheJvm(Jdk jdk, String mode) throws Exception {
        // With an agent, the ThreadSleepEvent that JFR instruments fails the verification; clonetrace says so in one
        // line.
        assumeFalse(
                jdk.feature() == 21 && mode.equals("-Xverify:all"),
                "JFR of JDK 21 does not start in a JVM that verifies its classes and has an agent that retransforms");
        List<String> only = List.of("--only", "plain,subclass,factory-pool,fork-join,timer,failing");
        HookTruth.hold(run(jdk, mode, List.of(mode), only));
    }

    private static Path run(Jdk jdk, String test, List<String> options, List<String> arguments) throws Exception {
        Path folder = Artifacts.folder("hook-" + jdk + "-" + test);
        Path recording = folder.resolve("app.jfr");
        List<String> before = new ArrayList<>(List.of(jdk.tool("java")));
        before.addAll(options);
        List<String> after = new ArrayList<>(List.of("-jar", Artifacts.DEMO.toString(), "--threads", "" + THREADS));
        after.addAll(arguments);
        List<String> command = new ArrayList<>(before);
        command.addAll(after);
        Run plain = Run.toEnd(folder, "plain", command);
        before.add(Artifacts.agent("source=none", "record=" + recording));
        before.addAll(after);
        Run run = Run.toEnd(folder, "agent", before);
        assertEquals(plain.exitStatus(), run.exitStatus(), run.stderr());
        assertEquals(CheckedJni.withoutJnaAndJfr(plain.stdout()), CheckedJni.withoutJnaAndJfr(run.stdout()));
        assertEquals(plain.stderr(), run.stderr());
        return recording;
    }
}
