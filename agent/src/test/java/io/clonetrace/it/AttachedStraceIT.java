package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code source=strace} attaches strace to its own JVM: it sees each clone after that. */
class AttachedStraceIT {
    private static final int THREADS = 211;
    private static final int PROCESSES = 5;
    private static final String PTHREAD_CREATE =
            "CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM"
                    + "|CLONE_SETTLS|CLONE_PARENT_SETTID|CLONE_CHILD_CLEARTID";

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void straceAttachedByRootSeesEveryClone(Jdk jdk) throws Exception {
        assumeTrue(OrdinaryUser.isRoot(), "the tests do not run as root");
        attaches(jdk, Artifacts.folder("attached-root-" + jdk), command -> command);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void straceAttachedByAnOrdinaryUserSeesEveryClone(Jdk jdk) throws Exception {
        attaches(jdk, OrdinaryUser.folder("attached-user-" + jdk, jdk), OrdinaryUser::command);
    }

    private static void attaches(Jdk jdk, Path folder, UnaryOperator<List<String>> user)
            throws IOException, InterruptedException {
        Path recording = folder.resolve("app.jfr");
        List<String> command = List.of(
                jdk.tool("java"),
                Artifacts.agent("source=strace", Run.WAIT, "record=" + recording),
                "-jar",
                Artifacts.DEMO.toString(),
                "--only",
                "plain,factory-pool,process",
                "--threads",
                "" + THREADS,
                "--processes",
                "" + PROCESSES);
        Run run = Run.toEnd(folder, "app", user.apply(command));
        assertEquals(0, run.exitStatus(), run.stderr());
        assertEquals(List.of(), run.agentLines());
        assertTrue(run.stdout().contains("scenario name=plain threads=" + THREADS), run.stdout());

        Recorded recorded = Recorded.read(recording);
        RecordedEvent status = recorded.status("strace");
        assertEquals("stopped", status.getString("state"), status::toString);
        assertEquals(0, status.getLong("lost"), status::toString);
        assertEquals(PROCESSES, recorded.clones("process").size());
        for (String prefix : List.of("plain-", "factory-pool-")) {
            Map<String, Integer> starts = tids(recorded.named("clonetrace.ThreadStart"), prefix);
            assertEquals(THREADS, starts.size());
            assertEquals(starts, tids(recorded.clones("java"), prefix));
        }
        for (RecordedEvent clone : recorded.clones("java")) {
            assertEquals(PTHREAD_CREATE, clone.getString("flagNames"), clone::toString);
            assertEquals("strace", clone.getString("source"), clone::toString);
        }
    }

    /** The tid of each thread by name. */
    private static Map<String, Integer> tids(List<RecordedEvent> events, String prefix) {
        Map<String, Integer> tids = new HashMap<>();
        for (RecordedEvent event : events) {
            String name = event.getString("childName");
            if (name != null && name.startsWith(prefix)) {
                assertNull(tids.put(name, event.getInt("childTid")), () -> "twice: " + name);
            }
        }
        return tids;
    }
}
