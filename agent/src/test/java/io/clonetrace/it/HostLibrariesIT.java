package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.host.HostLibraries;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An application with older versions of JNA and Byte Buddy: it gets its own, as if the agent were not there, and the
 * agent uses its own.
 */
class HostLibrariesIT {
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void hostAndAgentUseTheirOwnVersions(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("host-libraries-" + jdk);
        Path recording = folder.resolve("app.jfr");
        Run alone = Run.toEnd(folder, "alone", command(jdk, List.of()));
        Run run =
                Run.toEnd(folder, "app", command(jdk, List.of(Artifacts.agent("source=none", "record=" + recording))));
        assertEquals(0, alone.exitStatus(), alone.stderr());
        assertEquals(0, run.exitStatus(), run.stderr());

        assertEquals(withoutTid(alone), withoutTid(run));
        // JDK 24 and newer warn of the host's JNA.
        assertEquals(alone.stderr(), run.stderr());
        assertTrue(run.stdout().contains("jna 5.6.0 (b0) from jna-5.6.0.jar\ngetpid true\n"), run.stdout());
        assertTrue(run.stdout().contains("byte buddy from byte-buddy-1.12.23.jar: made by the host\n"), run.stdout());

        Recorded recorded = Recorded.read(recording);
        RecordedEvent start = recorded.named("clonetrace.ThreadStart").stream()
                .filter(event -> event.getString("childName").equals("host"))
                .findFirst()
                .orElseThrow();
        assertEquals(tid(run), start.getInt("childTid"));
        assertTrue(start.getLong("stackBase") > 0, start::toString);
        assertEquals(0, recorded.status("hook").getLong("lost"), recorded.status("hook")::toString);
    }

    private static List<String> command(Jdk jdk, List<String> agent) {
        List<String> command = new ArrayList<>(List.of(jdk.tool("java")));
        command.addAll(agent);
        // Byte Buddy 1.12 doesn't know the class files of newer JDKs.
        command.add("-Dnet.bytebuddy.experimental=true");
        command.addAll(List.of("-cp", Artifacts.TEST_CLASSES + ":" + Artifacts.HOST_LIBRARIES + "/*"));
        command.add(HostLibraries.class.getName());
        return command;
    }

    private static List<String> withoutTid(Run run) throws Exception {
        return run.stdout().lines().filter(line -> !line.startsWith("tid ")).toList();
    }

    private static int tid(Run run) throws Exception {
        return run.stdout()
                .lines()
                .filter(line -> line.startsWith("tid "))
                .mapToInt(line -> Integer.parseInt(line.substring("tid ".length())))
                .findFirst()
                .orElseThrow();
    }
}
