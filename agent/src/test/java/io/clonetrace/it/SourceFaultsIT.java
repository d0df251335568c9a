package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OneLine;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A source that can't be used is reported in one line and in the recording; the hook works without it. */
class SourceFaultsIT {
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void missingTraceFileIsReportedInOneLine(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("trace-missing-" + jdk);
        Path trace = folder.resolve("missing.strace");
        refused(jdk, folder, "strace:" + trace, List.of(), Map.of(), trace + " does not exist");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void folderAsTraceFileIsReportedInOneLine(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("trace-folder-" + jdk);
        Path trace = Files.createDirectory(folder.resolve("app.strace"));
        refused(jdk, folder, "strace:" + trace, List.of(), Map.of(), trace + " can't be read: ");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void unreadableTraceFileIsReportedInOneLine(Jdk jdk) throws Exception {
        Path folder = OrdinaryUser.folder("trace-000-" + jdk, jdk);
        Path trace = Files.createFile(folder.resolve("app.strace"));
        Files.setPosixFilePermissions(trace, PosixFilePermissions.fromString("---------"));
        List<String> user = OrdinaryUser.command(List.of());
        refused(jdk, folder, "strace:" + trace, user, Map.of(), trace + " may not be read by this user");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void missingStraceIsReportedInOneLine(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("no-strace-" + jdk);
        Path nothing = Files.createDirectory(folder.resolve("bin"));
        Map<String, String> path = Map.of("PATH", nothing.toString());
        refused(jdk, folder, "strace", List.of(), path, "strace is not installed; on Debian: apt-get install strace");
    }

    private static void refused(
            Jdk jdk, Path folder, String source, List<String> user, Map<String, String> environment, String reason)
            throws IOException, InterruptedException {
        Application application = new Application(jdk, folder);
        Path recording = folder.resolve("app.jfr");
        List<String> command = new ArrayList<>(user);
        command.addAll(application.java(Artifacts.agent("source=" + source, "record=" + recording)));
        Run run = application.unchanged(command, environment);
        OneLine.said(run, "clone flags are not observed: strace: " + reason);

        Recorded recorded = Recorded.read(recording);
        RecordedEvent status = recorded.status("strace");
        assertEquals("refused", status.getString("state"));
        assertTrue(status.getString("reason").contains(reason), status::toString);
        assertEquals(List.of(), recorded.named("clonetrace.Clone"));
        assertEquals(Application.THREADS, Started.count(recorded.named("clonetrace.ThreadStart")));
    }
}
