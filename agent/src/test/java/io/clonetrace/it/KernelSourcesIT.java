package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sources that ask the kernel's own tracing: strace can watch the same run, and says the same. */
class KernelSourcesIT {
    private static final int THREADS = 1_009;

    static Stream<Object[]> jdksAndSources() {
        return Jdk.all().flatMap(jdk -> Stream.of(new Object[] {jdk, "ebpf"}, new Object[] {jdk, "tracefs"}));
    }

    private static List<String> demo(Jdk jdk, String... options) {
        List<String> command = new ArrayList<>(List.of(jdk.tool("java")));
        command.addAll(List.of(options));
        command.addAll(List.of("-jar", Artifacts.DEMO.toString(), "--threads", "" + THREADS));
        command.addAll(List.of("--processes", "" + DemoTruth.PROCESSES, "--creators", "8"));
        return command;
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("jdksAndSources")
    void equalToStraceOfTheSameRun(Jdk jdk, String source) throws Exception {
        assumeTrue(OrdinaryUser.isRoot(), "the tests do not run as root");
        Path folder = Artifacts.folder("kernel-run-" + source + "-" + jdk);
        Path recording = folder.resolve("app.jfr");
        Path trace = folder.resolve("app.strace");
        List<String> command = new ArrayList<>(List.of(jdk.tool("java"), "-jar", Artifacts.JAR.toString(), "run"));
        command.addAll(List.of("--source", source, "--record", recording.toString(), "--"));
        command.addAll(List.of("strace", "-f", "-q", "-ttt", "-e", "trace=clone,clone3,fork,vfork"));
        command.addAll(List.of("-e", "signal=none", "-o", trace.toString()));
        command.addAll(demo(jdk));
        Run run = Run.toEnd(folder, "app", command);
        assertEquals(0, run.exitStatus(), run.stderr());

        Recorded recorded = Recorded.read(recording);
        StraceTruth truth = StraceTruth.read(trace);
        if (source.equals("ebpf")) {
            EachClone.compare(truth, recorded);
        } else {
            assertEquals(flagsByStrace(truth), flags(recorded));
        }
        DemoTruth.compare(run.stdout(), recorded);
        assertEquals("stopped", recorded.status(source).getString("state"));
        assertEquals(0, recorded.status(source).getLong("lost"));
    }

    /** tracefs claims no more: who made whom, and with which flags. */
    private static Set<String> flagsByStrace(StraceTruth truth) {
        Set<Integer> jvm = new HashSet<>();
        Set<String> all = new HashSet<>();
        for (StraceTruth.Call call : truth.calls()) {
            if (jvm.isEmpty()) {
                jvm.add(call.parent());
            }
            if (jvm.contains(call.parent())) {
                String flags = call.flags().replaceFirst("(^|\\|)SIG[A-Z]+$", "");
                assertTrue(all.add(call.parent() + " " + call.child() + " " + flags), call::toString);
            }
            if (call.makesThread()) {
                jvm.add(call.child());
            }
        }
        return all;
    }

    private static Set<String> flags(Recorded recorded) {
        Set<String> all = new HashSet<>();
        for (RecordedEvent clone : recorded.named("clonetrace.Clone")) {
            String line =
                    clone.getInt("parentTid") + " " + clone.getInt("childTid") + " " + clone.getString("flagNames");
            assertTrue(all.add(line), () -> "twice: " + clone);
        }
        return all;
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("jdksAndSources")
    void inTheJvmItself(Jdk jdk, String source) throws Exception {
        assumeTrue(OrdinaryUser.isRoot(), "the tests do not run as root");
        Path folder = Artifacts.folder("kernel-" + source + "-" + jdk);
        Path recording = folder.resolve("app.jfr");
        Run run = Run.toEnd(
                folder, "app", demo(jdk, Artifacts.agent("source=" + source, "wait=30s", "record=" + recording)));
        assertEquals(0, run.exitStatus(), run.stderr());
        assertEquals(List.of(), run.agentLines());
        Recorded recorded = Recorded.read(recording);
        DemoTruth.compare(run.stdout(), recorded);
        RecordedEvent status = recorded.status(source);
        assertEquals("stopped", status.getString("state"), status::toString);
        assertEquals(0, status.getLong("lost"), status::toString);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("jdksAndSources")
    void anOrdinaryUserIsRefused(Jdk jdk, String source) throws Exception {
        Path folder = OrdinaryUser.folder("kernel-user-" + source + "-" + jdk, jdk);
        Application application = new Application(jdk, folder);
        Path recording = folder.resolve("app.jfr");
        Run run = application.unchanged(
                OrdinaryUser.command(application.java(Artifacts.agent("source=" + source, "record=" + recording))));
        OneLine.said(run, "clone flags are not observed: " + source + ": ", "root");
        assertEquals("refused", Recorded.read(recording).status(source).getString("state"));
    }

    /** The JVM has no right of ours: the source stays on this side, and only lines go over to it. */
    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("jdksAndSources")
    void ofAnotherUsersJvm(Jdk jdk, String source) throws Exception {
        assumeTrue(OrdinaryUser.isRoot(), "the tests do not run as root");
        Path folder = OrdinaryUser.folder("kernel-other-user-" + source + "-" + jdk, jdk);
        Path recording = folder.resolve("app.jfr");
        List<String> command = new ArrayList<>(List.of(jdk.tool("java"), "-jar", Artifacts.JAR.toString(), "run"));
        command.addAll(List.of("--user", "nobody", "--source", source, "--record", recording.toString(), "--"));
        command.addAll(demo(jdk));
        Run run = Run.toEnd(folder, "app", command);
        assertEquals(0, run.exitStatus(), run.stderr());
        assertEquals("nobody", Files.getOwner(recording).getName());
        Recorded recorded = Recorded.read(recording);
        DemoTruth.compare(run.stdout(), recorded);
        assertEquals("stopped", recorded.status(source).getString("state"));
        assertEquals(0, recorded.status(source).getLong("lost"));
        assertEquals(
                1,
                recorded.clones("java").stream()
                        .filter(clone -> "main".equals(clone.getString("childName")))
                        .count());
    }
}
