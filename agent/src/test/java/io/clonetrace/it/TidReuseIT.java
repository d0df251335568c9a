package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.host.SameTid;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.EachClone;
import io.clonetrace.it.truth.StraceTruth;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One tid used by thread after thread, with processes in between: the order in time keeps them apart. */
class TidReuseIT {
    private static final int ROUNDS = 61;
    private static final int PROCESSES = ROUNDS / 5;
    private static final int TID = 20_011;

    /** A line of {@link SameTid}. */
    private record Child(String kind, String name, int tid, long requested, long before, long after) {
        static Child of(String line) {
            String[] words = line.split(" ");
            return new Child(
                    words[0],
                    words[1],
                    Integer.parseInt(words[2]),
                    Long.parseLong(words[3]),
                    Long.parseLong(words[4]),
                    Long.parseLong(words[5]));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void eachThreadHasItsOwnClone(Jdk jdk) throws Exception {
        assumeTrue(OrdinaryUser.isRoot(), "only root may write ns_last_pid and make a pid namespace");
        assumeTrue(Files.exists(Path.of("/proc/sys/kernel/ns_last_pid")), "this kernel has no ns_last_pid");
        Path folder = Artifacts.folder("tid-reuse-" + jdk);
        Path trace = folder.resolve("app.strace");
        Path recording = folder.resolve("app.jfr");
        // In a pid namespace of its own no other process takes the tid, or is disturbed.
        List<String> command = new ArrayList<>(List.of("unshare", "--pid", "--fork", "--mount-proc"));
        command.addAll(List.of("strace", "-f", "-q", "-ttt", "-e", "trace=clone,clone3,fork,vfork", "-o", trace + ""));
        // A thread that HotSpot starts late could take the tid and keep it.
        command.addAll(List.of(jdk.tool("java"), "-XX:+UseSerialGC", "-XX:-UseDynamicNumberOfCompilerThreads"));
        command.addAll(List.of(Artifacts.agent("source=strace:" + trace, Run.WAIT, "record=" + recording)));
        command.addAll(List.of("-cp", Artifacts.TEST_CLASSES + "", SameTid.class.getName(), ROUNDS + "", TID + ""));
        Run run = Run.toEnd(folder, "app", command);
        assertEquals(0, run.exitStatus(), run.stderr());
        assertEquals(List.of(), run.agentLines());

        List<String> lines = run.stdout().lines().toList();
        int main = Integer.parseInt(lines.get(0).split(" ")[1]);
        List<Child> children = lines.stream().skip(1).map(Child::of).toList();
        assertEquals(ROUNDS, children.size());
        long same = children.stream().filter(child -> child.tid() == TID).count();
        assertTrue(same > ROUNDS * 9 / 10, () -> "only " + same + " children have the tid");
        Recorded recorded = Recorded.read(recording);
        compare(children, calls(StraceTruth.read(trace), main, children), recorded);
        assertEquals(0, recorded.status("strace").getLong("lost"));
        assertEquals(0, recorded.status("hook").getLong("lost"));
    }

    /** The calls that made these children, in strace's order, in which the main thread made them. */
    private static List<StraceTruth.Call> calls(StraceTruth truth, int main, List<Child> children) {
        List<Integer> tids = children.stream().map(Child::tid).toList();
        List<StraceTruth.Call> calls = truth.calls().stream()
                .filter(call -> call.parent() == main && tids.contains(call.child()))
                .toList();
        assertEquals(tids, calls.stream().map(StraceTruth.Call::child).toList());
        return calls;
    }

    private static void compare(List<Child> children, List<StraceTruth.Call> calls, Recorded recorded) {
        Map<String, RecordedEvent> starts = byName(recorded.named("clonetrace.ThreadStart"));
        Map<String, RecordedEvent> clones = byName(recorded.clones("java"));
        assertEquals(ROUNDS - PROCESSES, starts.size());
        assertEquals(starts.keySet(), clones.keySet());
        List<String> processes = new ArrayList<>();
        Set<Integer> tids = new HashSet<>();
        for (int i = 0; i < children.size(); i++) {
            Child child = children.get(i);
            StraceTruth.Call call = calls.get(i);
            if (child.kind().equals("process")) {
                processes.add(EachClone.text(call));
                tids.add(child.tid());
                continue;
            }
            RecordedEvent start = starts.get(child.name());
            RecordedEvent clone = clones.get(child.name());
            assertEquals(EachClone.text(call), EachClone.text(clone), child.name());
            assertEquals(start.getLong("childId"), clone.getLong("childId"), child.name());
            assertEquals(child.tid(), start.getInt("childTid"), child.name());
            assertEquals(child.requested(), start.getLong("stackSize"), child.name());
            assertEquals(clone.getLong("stack"), start.getLong("stackBase") - start.getLong("stackSize"), child.name());
            long at = clone.getLong("observedAt");
            assertTrue(at >= child.before() && at <= child.after(), () -> child + " was seen at " + at);
        }
        List<String> recordedProcesses = recorded.clones("process").stream()
                .filter(event -> tids.contains(event.getInt("childTid")))
                .map(EachClone::text)
                .sorted()
                .toList();
        processes.sort(null);
        assertEquals(processes, recordedProcesses);
    }

    private static Map<String, RecordedEvent> byName(List<RecordedEvent> events) {
        Map<String, RecordedEvent> byName = new HashMap<>();
        for (RecordedEvent event : events) {
            String name = event.getString("childName");
            if (name.startsWith("same-")) {
                assertNull(byName.put(name, event), () -> "twice: " + name);
            }
        }
        return byName;
    }
}
