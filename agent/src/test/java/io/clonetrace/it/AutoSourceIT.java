package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OneLine;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.Processes;
import io.clonetrace.it.process.Restricted;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.process.TracefsInstances;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.Started;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code source=auto} takes the first source that works in the JVM's environment, and leaves nothing of those that
 * don't.
 */
class AutoSourceIT {
    private static final int THREADS = 24;
    private static final String FILTER = "by the seccomp filter that this process is under";
    private static final String DEADLY_FILTER =
            "the seccomp filter that this process is under kills a process that tries";

    /** An environment of the JVM; the source chosen there, and why those before it are refused. */
    private enum Place {
        ROOT("ebpf", Map.of()),
        TRACEFS_MOUNTED("ebpf", Map.of()),
        TRACEFS_NOT_MOUNTED("ebpf", Map.of()),
        UNDER_STRACE("ebpf", Map.of()),
        FILTER_OF_BPF("tracefs", Map.of("ebpf", "bpf(BPF_MAP_CREATE): EPERM, " + FILTER)),
        FILTER_OF_PERF_EVENTS("tracefs", Map.of("ebpf", "perf_event_open: EPERM, " + FILTER)),
        FILTER_THAT_KILLS("ptrace", Map.of("ebpf", DEADLY_FILTER, "tracefs", DEADLY_FILTER)),
        CONTAINER_OF_ITS_OWN("ebpf", Map.of()),
        ORDINARY_USER("ptrace", Map.of("ebpf", "it takes root, or CAP_BPF", "tracefs", "it takes root"));

        private final String chosen;
        private final Map<String, String> refused;

        Place(String chosen, Map<String, String> refused) {
            this.chosen = chosen;
            this.refused = new TreeMap<>(refused);
        }

        List<String> command(Path folder, List<String> java) throws IOException, InterruptedException {
            return switch (this) {
                case ROOT -> java;
                case TRACEFS_MOUNTED ->
                    inMountNamespace("umount -a -t tracefs; mount -t tracefs nodev /sys/kernel/tracing", java);
                case TRACEFS_NOT_MOUNTED -> inMountNamespace("umount -a -t tracefs", java);
                case UNDER_STRACE ->
                    Commands.strace(folder.resolve("app.strace").toString(), java);
                case FILTER_OF_BPF -> Restricted.command(folder, "bpf", java);
                case FILTER_OF_PERF_EVENTS -> Restricted.command(folder, "perf_event_open", java);
                case FILTER_THAT_KILLS ->
                    inMountNamespace("umount -a -t tracefs", Restricted.command(folder, "kill:bpf,fsopen", java));
                case CONTAINER_OF_ITS_OWN -> {
                    List<String> container = new ArrayList<>(List.of("unshare", "--pid", "--fork", "--mount-proc"));
                    container.addAll(java);
                    yield container;
                }
                case ORDINARY_USER -> OrdinaryUser.command(java);
            };
        }

        private static List<String> inMountNamespace(String before, List<String> java) {
            List<String> all = new ArrayList<>(List.of("unshare", "-m", "sh", "-c", before + "; exec \"$@\"", "sh"));
            all.addAll(java);
            return all;
        }
    }

    static Stream<Object[]> jdksAndPlaces() {
        return Jdk.underTest().flatMap(jdk -> Stream.of(Place.values()).map(place -> new Object[] {jdk, place}));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("jdksAndPlaces")
    void firstSourceThatWorksIsChosen(Jdk jdk, Place place) throws Exception {
        assumeTrue(OrdinaryUser.isRoot() || place == Place.ORDINARY_USER, "the tests do not run as root");
        Path folder = OrdinaryUser.folder("auto-" + jdk + "-" + place, jdk);
        Application application = new Application(jdk, folder);
        Path recording = folder.resolve("app.jfr");
        List<String> java = application.java(Artifacts.agent(Run.WAIT, "record=" + recording));
        Run run = Run.start(folder, "app", place.command(folder, java));
        try (run) {
            Application.tell(run, THREADS);
            Application.awaitStarted(run, THREADS);
            ProcessHandle jvm = jvm(run, jdk);
            assertEquals(place.chosen.equals("ptrace") ? 1 : 0, jvm.children().count(), "children");
            assertEquals(place.chosen.equals("ebpf"), Processes.hasOpen(jvm.pid(), "bpf"));
            // By the kernel's types, a program is attached without a perf event.
            if (place != Place.CONTAINER_OF_ITS_OWN) {
                assertEquals(place.chosen.equals("ebpf"), Processes.hasOpen(jvm.pid(), "perf_event"));
            }
            assertEquals(place.chosen.equals("tracefs"), Processes.hasOpen(jvm.pid(), "trace_pipe_raw"));
            if (OrdinaryUser.isRoot()) {
                assertEquals(
                        place.chosen.equals("tracefs") ? 2 : 0,
                        TracefsInstances.of(jvm.pid()).size());
            }
            Application.end(run);
        }
        assertEquals(List.of(), run.agentLines());
        Recorded recorded = Recorded.read(recording);
        for (Map.Entry<String, String> refusal : place.refused.entrySet()) {
            RecordedEvent status = recorded.status(refusal.getKey());
            assertEquals("refused", status.getString("state"), status::toString);
            assertTrue(status.getString("reason").contains(refusal.getValue()), status::toString);
        }
        RecordedEvent status = recorded.status(place.chosen);
        assertEquals("stopped", status.getString("state"), status::toString);
        assertEquals(0, status.getLong("lost"), status::toString);
        List<RecordedEvent> clones = Started.of(recorded.clones("java"));
        assertEquals(THREADS, clones.size());
        for (RecordedEvent clone : clones) {
            assertEquals(place.chosen, clone.getString("source"));
            assertEquals(0x3d0f00, clone.getLong("flags"), clone::toString);
        }
    }

    /** {@code clonetrace trace} chooses a source too; its output is that of ptrace, after the others were refused. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void traceWithoutRootChoosesPtrace(Jdk jdk) throws Exception {
        Path folder = OrdinaryUser.folder("auto-trace-" + jdk, jdk);
        List<String> command = List.of(
                jdk.tool("java"), "-jar", Artifacts.JAR.toString(), "trace", "--", "sh", "-c", "(true); exit 4");
        Run run = Run.toEnd(folder, "app", OrdinaryUser.command(command));
        assertEquals(4, run.exitStatus(), run.stderr());
        OneLine.said(run, "1 clone seen, 0 lost");
        assertEquals("# source: ptrace", run.stdout().lines().findFirst().orElse(""));
        assertTrue(run.stdout().contains("clone(child_stack=NULL, flags="), run.stdout());
    }

    /** The started process, or the descendant of it that runs this JDK's java. */
    private static ProcessHandle jvm(Run run, Jdk jdk) {
        return Stream.concat(Stream.of(run.process().toHandle()), run.process().descendants())
                .filter(process -> process.info()
                        .command()
                        .map(Path::of)
                        .filter(command -> command.startsWith(real(jdk.home())))
                        .isPresent())
                .findFirst()
                .orElseThrow();
    }

    private static Path real(Path home) {
        try {
            return home.toRealPath();
        } catch (IOException gone) {
            return home;
        }
    }
}
