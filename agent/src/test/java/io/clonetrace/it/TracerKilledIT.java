package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OneLine;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** SIGKILL ends the tracer while the application starts threads: it goes on, and the recording says what is missing. */
class TracerKilledIT {
    private static final int BEFORE = 211;
    private static final int MEANWHILE = 1_009;
    private static final int AFTER = 53;
    private static final int ALL = BEFORE + MEANWHILE + AFTER;

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void applicationGoesOnWhenTheAgentsStraceIsKilled(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("killed-own-" + jdk);
        Application application = new Application(jdk, folder);
        Path recording = folder.resolve("app.jfr");
        killHalfWay(
                application,
                recording,
                application.java(Artifacts.agent("source=strace", Run.WAIT, "record=" + recording)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void applicationGoesOnWhenTheAgentsTracerIsKilled(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("killed-ptrace-" + jdk);
        Application application = new Application(jdk, folder);
        Path recording = folder.resolve("app.jfr");
        killHalfWay(
                application,
                recording,
                application.java(Artifacts.agent("source=ptrace", Run.WAIT, "record=" + recording)),
                "ptrace",
                "clonetrace");
    }

    /** With -D, strace is not the parent of what it runs, so that the test's process is the JVM itself. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void applicationGoesOnWhenTheUsersStraceIsKilled(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("killed-user-" + jdk);
        Application application = new Application(jdk, folder);
        Path recording = folder.resolve("app.jfr");
        Path trace = folder.resolve("app.strace");
        List<String> command = new ArrayList<>(List.of("strace", "-D", "-f", "-ttt", "-o", trace.toString()));
        command.addAll(List.of("-e", "trace=clone,clone3,fork,vfork"));
        command.addAll(application.java(Artifacts.agent("source=strace:" + trace, Run.WAIT, "record=" + recording)));
        killHalfWay(application, recording, command);
    }

    private static void killHalfWay(Application application, Path recording, List<String> command)
            throws IOException, InterruptedException {
        killHalfWay(application, recording, command, "strace", "strace");
    }

    private static void killHalfWay(
            Application application, Path recording, List<String> command, String source, String name)
            throws IOException, InterruptedException {
        Run run = Run.start(application.folder(), "agent", command);
        long tracer;
        try (run) {
            Application.tell(run, BEFORE);
            Application.awaitStarted(run, BEFORE);
            tracer = tracer(run.process().pid());
            Application.tell(run, MEANWHILE);
            assertTrue(ProcessHandle.of(tracer).orElseThrow().destroyForcibly());
            Application.awaitStarted(run, BEFORE + MEANWHILE);
            Application.tell(run, AFTER);
            Application.end(run);
        }
        Application.assertSame(application.plain(List.of(BEFORE, MEANWHILE, AFTER)), run);
        String reason = name + " (pid " + tracer + ") ended while the JVM runs";
        OneLine.said(run, "clone flags are not observed any more: " + reason);
        compare(Recorded.read(recording), source, reason);
    }

    private static void compare(Recorded recorded, String source, String reason) {
        RecordedEvent status = recorded.status(source);
        assertEquals("lost", status.getString("state"));
        assertTrue(status.getString("reason").startsWith(reason), status::toString);
        assertEquals(ALL, Started.count(recorded.named("clonetrace.ThreadStart")));
        int clones = Started.count(recorded.clones("java"));
        // The last of them may have been in the tracer when it was killed, and are lost.
        assertTrue(clones > BEFORE / 2 && clones <= BEFORE + MEANWHILE, () -> clones + " clones");
        Set<Long> unseen = ids(recorded.named("clonetrace.ThreadStart"));
        unseen.removeAll(ids(recorded.named("clonetrace.Clone")));
        // Two threads of the agent have no ThreadStart: JFR's shutdown hook, which ends the recording, and the agent's
        // own marker, if the JVM ends before the agent notices that the tracer is gone.
        long own = status.getLong("lost") - unseen.size();
        assertTrue(own >= 0 && own <= 2, () -> unseen.size() + " have no clone: " + status);
        assertEquals(0, recorded.status("hook").getLong("lost"), recorded.status("hook")::toString);
    }

    private static Set<Long> ids(List<RecordedEvent> events) {
        return events.stream().map(event -> event.getLong("childId")).collect(Collectors.toCollection(HashSet::new));
    }

    /** The process that traces this one (proc(5)): TracerPid is the tid of one of its threads. */
    private static long tracer(long pid) throws IOException {
        long tid = number(pid, "TracerPid:");
        assertTrue(tid > 0, "no process traces " + pid);
        return number(tid, "Tgid:");
    }

    private static long number(long task, String field) throws IOException {
        return Files.readString(Path.of("/proc/" + task + "/status"))
                .lines()
                .filter(line -> line.startsWith(field))
                .mapToLong(line -> Long.parseLong(line.substring(field.length()).trim()))
                .findFirst()
                .orElseThrow();
    }
}
