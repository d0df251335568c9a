package io.clonetrace.it.truth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.recording.Recorded;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedClassLoader;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedThread;

/** What must be true of every recording of the hook, by JFR's own events in the same recording. */
public final class HookTruth {
    private HookTruth() {}

    public static Recorded hold(Path recording) throws IOException {
        Recorded recorded = Recorded.read(recording);
        Map<String, Integer> expected = startsOfJfr(recorded);
        Map<String, Integer> actual = starts(recorded);
        Set<Map.Entry<String, Integer>> missing = new HashSet<>(expected.entrySet());
        missing.removeAll(actual.entrySet());
        Set<Map.Entry<String, Integer>> more = new HashSet<>(actual.entrySet());
        more.removeAll(expected.entrySet());
        assertEquals(Set.of(), missing, () -> "only JFR saw these, and only the hook " + more);
        assertEquals(Set.of(), more, "only the hook saw these");
        assertFalse(expected.isEmpty());
        compareTids(recorded);
        recorded.named("clonetrace.ThreadStart").forEach(HookTruth::oneFrameOfOurs);
        RecordedEvent status = recorded.status("hook");
        assertEquals(0, status.getLong("lost"), status::toString);
        assertTrue(
                status.getLong("seen")
                        >= recorded.named("clonetrace.ThreadStart").size(),
                status::toString);
        return recorded;
    }

    /** How many threads of each name started, as the hook saw it. */
    public static Map<String, Integer> starts(Recorded recorded) {
        Map<String, Integer> names = new TreeMap<>();
        recorded.named("clonetrace.ThreadStart")
                .forEach(event -> names.merge(name(event.getString("childName")), 1, Integer::sum));
        return names;
    }

    /** The same as JFR saw it, without the agent's own threads and those that the VM makes without Thread.start. */
    private static Map<String, Integer> startsOfJfr(Recorded recorded) {
        Map<String, Integer> names = new TreeMap<>();
        for (RecordedEvent event : recorded.named("jdk.ThreadStart")) {
            RecordedThread parent = event.getThread("parentThread");
            boolean byTheAgent = parent != null && parent.getJavaName().equals("clonetrace");
            boolean byTheVm = event.getStackTrace() == null
                    || event.getStackTrace().getFrames().isEmpty();
            if (!byTheVm && !byTheAgent) {
                String name = name(started(event).getJavaName());
                if (!name.startsWith("JFR ") && !name.startsWith("clonetrace ")) {
                    names.merge(name, 1, Integer::sum);
                }
            }
        }
        return names;
    }

    /** JFR writes thread names in the VM's own UTF-8, in which non-ASCII characters are ambiguous. */
    private static String name(String name) {
        return name.replaceAll("[^ -~]+", "?");
    }

    /** JDK 17 leaves the field empty once the thread has ended; the event's own thread is the new one then. */
    private static RecordedThread started(RecordedEvent event) {
        return event.getThread("thread") == null ? event.getThread() : event.getThread("thread");
    }

    private static void oneFrameOfOurs(RecordedEvent start) {
        List<RecordedFrame> frames = start.getStackTrace().getFrames();
        assertTrue(typeOf(frames.get(0)).startsWith("io.clonetrace."), start::toString);
        assertTrue(frames.get(0).getMethod().isHidden(), start::toString);
        assertEquals("java.lang.Thread", typeOf(frames.get(1)), start::toString);
        assertEquals("start", frames.get(1).getMethod().getName(), start::toString);
        assertEquals(callSite(frames), start.getString("callSite"), start::toString);
    }

    /** By JFR's frames: the first whose class has a loader that is no part of the JDK; null if there is none. */
    private static String callSite(List<RecordedFrame> frames) {
        return frames.stream()
                .filter(frame -> !frame.getMethod().isHidden())
                .filter(frame -> {
                    RecordedClassLoader loader = frame.getMethod().getType().getClassLoader();
                    return loader != null && loader.getType() != null && !"platform".equals(loader.getName());
                })
                .map(frame -> typeOf(frame) + "." + frame.getMethod().getName()
                        + (frame.getLineNumber() < 0 ? "" : ":" + frame.getLineNumber()))
                .findFirst()
                .orElse(null);
    }

    private static String typeOf(RecordedFrame frame) {
        return frame.getMethod().getType().getName();
    }

    /** No two live threads share a tid. */
    private static void compareTids(Recorded recorded) {
        Map<Long, Instant> ends = new HashMap<>();
        recorded.named("jdk.ThreadEnd")
                .forEach(event -> ends.put(event.getThread("thread").getJavaThreadId(), event.getStartTime()));
        Map<Integer, List<RecordedEvent>> byTid = recorded.named("clonetrace.ThreadStart").stream()
                .sorted(Comparator.comparing(RecordedEvent::getStartTime))
                .collect(Collectors.groupingBy(event -> event.getInt("childTid")));
        byTid.forEach((tid, starts) -> {
            assertTrue(tid > 0, starts::toString);
            for (int i = 1; i < starts.size(); i++) {
                Instant end = ends.get(starts.get(i - 1).getLong("childId"));
                RecordedEvent next = starts.get(i);
                assertTrue(end != null && end.isBefore(next.getEndTime()), () -> "tid " + tid + ": " + starts);
            }
        });
    }
}
