package io.clonetrace.it.truth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * Each thread that JFR saw start, by its Java id, against clonetrace's events. Names are no key: programs rename their
 * threads and use names twice.
 *
 * @param counts how many threads of each kind there were: a thread of the application has both of our events, and all
 *     others are told by what JFR says of them
 */
public record StartsByJfr(Map<String, Integer> counts) {
    /** Threads of the application, with JFR's event and both of clonetrace's. */
    public static final String SAME = "jdk.ThreadStart, clonetrace.ThreadStart and clonetrace.Clone";

    /** Reads the recording as a stream, because it may be larger than the heap. */
    public static StartsByJfr of(Path recording) throws IOException {
        Map<Long, String> jfr = new HashMap<>();
        Map<Long, String> starts = new HashMap<>();
        Map<Long, String> clones = new HashMap<>();
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                RecordedEvent event = file.readEvent();
                switch (event.getEventType().getName()) {
                    case "jdk.ThreadStart" -> once(jfr, id(event, jfr), kind(event));
                    case "clonetrace.ThreadStart" ->
                        once(starts, event.getLong("childId"), event.getString("childName"));
                    case "clonetrace.Clone" -> {
                        if (event.getLong("childId") > 0) {
                            once(clones, event.getLong("childId"), event.getString("kind"));
                        }
                    }
                    default -> {}
                }
            }
        }
        return new StartsByJfr(compare(jfr, starts, clones));
    }

    private static Map<String, Integer> compare(
            Map<Long, String> jfr, Map<Long, String> starts, Map<Long, String> clones) {
        Map<String, Integer> counts = new TreeMap<>();
        jfr.forEach((id, kind) -> {
            String ours = starts.containsKey(id) ? SAME : kind;
            if (ours.equals(SAME)) {
                assertEquals("java", clones.get(id), () -> "the clone of thread " + id + ", " + starts.get(id));
            }
            counts.merge(ours, 1, Integer::sum);
        });
        starts.forEach((id, name) -> {
            if (!jfr.containsKey(id)) {
                counts.merge("not in jdk.ThreadStart: " + name, 1, Integer::sum);
            }
        });
        return counts;
    }

    private static void once(Map<Long, String> all, long id, String value) {
        assertEquals(null, all.put(id, String.valueOf(value)), () -> "twice: thread " + id + ", " + value);
    }

    private static String kind(RecordedEvent start) {
        RecordedThread parent = start.getThread("parentThread");
        RecordedThread thread = started(start);
        String name = thread == null ? "of no name" : String.valueOf(thread.getJavaName());
        boolean byTheAgent =
                parent != null && String.valueOf(parent.getJavaName()).startsWith("clonetrace");
        boolean byTheVm = start.getStackTrace() == null
                || start.getStackTrace().getFrames().isEmpty();
        String kind = "missed: ";
        if (byTheAgent || name.startsWith("JFR ") || name.startsWith("clonetrace")) {
            kind = "the agent's: ";
        } else if (byTheVm) {
            kind = "made by the VM, not by Thread.start: ";
        }
        return kind + name.replaceAll("\\d+", "N");
    }

    /** JDK 17's JFR does not report a thread that the VM is still turning into a Java thread; all these are its own. */
    private static long id(RecordedEvent start, Map<Long, String> others) {
        RecordedThread thread = started(start);
        return thread == null ? -1L - others.size() : thread.getJavaThreadId();
    }

    /** JDK 17 leaves the field empty once the thread has ended; the event's own thread is the new one then. */
    private static RecordedThread started(RecordedEvent event) {
        return event.getThread("thread") == null ? event.getThread() : event.getThread("thread");
    }
}
