package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.EachClone;
import io.clonetrace.it.truth.StraceTruth;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code demo=true} and {@code clonetrace demo} show what strace shows, or "not observed". */
class DemoIT {
    private static final String NINE = "CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM"
            + "|CLONE_SETTLS|CLONE_PARENT_SETTID|CLONE_CHILD_CLEARTID";
    private static final String THREE = "CLONE_VM|CLONE_SIGHAND|CLONE_THREAD";

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTestAndNewest")
    void tableShowsWhatTheActiveSourceSaw(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("demo-" + jdk);
        Path trace = folder.resolve("demo.strace");
        Path recording = folder.resolve("demo.jfr");
        Run run = Run.toEnd(
                folder,
                "demo",
                List.of(
                        "strace",
                        "-f",
                        "-q",
                        "-ttt",
                        "-e",
                        "trace=clone,clone3,fork,vfork",
                        "-o",
                        trace.toString(),
                        jdk.tool("java"),
                        Artifacts.agent("source=strace:" + trace, Run.WAIT, "record=" + recording, "demo=true"),
                        "-jar",
                        Artifacts.JAR.toString(),
                        "--version"));
        assertEquals(0, run.exitStatus(), run.stderr());
        assertEquals(
                List.of("clonetrace", "JDK", "Linux", "glibc"),
                run.stdout().lines().map(line -> line.split(" ")[0]).toList());
        assertTable(run.stderr());

        Recorded recorded = Recorded.read(recording);
        EachClone.compare(StraceTruth.read(trace), recorded);
        assertEquals(4, recorded.clones("demo").size());
        Map<String, RecordedEvent> ways = recorded.named("clonetrace.CloneComparison").stream()
                .collect(Collectors.toMap(event -> event.getString("how"), Function.identity()));
        assertWay(ways, "java thread", "clone3", NINE, "no");
        assertWay(ways, "pthread_create", "clone3", NINE, "no");
        assertWay(ways, "clone", "clone", THREE, "yes");
        assertWay(ways, "clone3", "clone3", THREE, "yes");
        assertEquals(0, ways.get("fork").getLong("flags"));
        assertEquals(jdk.hasVirtualThreads(), ways.containsKey("virtual thread"));
        assertEquals("strace", ways.get("clone3").getString("source"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void tableSaysNotObservedWithoutASource(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("demo-none-" + jdk);
        Path recording = folder.resolve("demo.jfr");
        Run run = Run.toEnd(
                folder,
                "demo",
                List.of(
                        jdk.tool("java"),
                        "-jar",
                        Artifacts.JAR.toString(),
                        "demo",
                        "--source",
                        "none",
                        "--record",
                        recording.toString()));
        assertEquals(0, run.exitStatus(), run.stderr());
        assertTable(run.stdout());
        assertTrue(run.stdout().contains("not observed"), run.stdout());
        for (RecordedEvent way : Recorded.read(recording).named("clonetrace.CloneComparison")) {
            assertNull(way.getString("flagNames"), way::toString);
            assertEquals(-1, way.getLong("flags"), way::toString);
            assertNull(way.getString("source"), way::toString);
        }
    }

    private static void assertWay(
            Map<String, RecordedEvent> ways, String how, String syscall, String flags, String sharesTls) {
        RecordedEvent way = ways.get(how);
        assertEquals(syscall, way.getString("syscall"), how);
        assertEquals(flags, way.getString("flagNames"), how);
        assertEquals(sharesTls, way.getString("sharesTls"), how);
    }

    private static void assertTable(String table) {
        assertTrue(table.startsWith("CLONE_..."), table);
        assertTrue(table.lines().allMatch(line -> line.length() <= 80), table);
    }
}
