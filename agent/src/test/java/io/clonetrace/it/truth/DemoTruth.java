package io.clonetrace.it.truth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.recording.Recorded;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedThread;

/** The demo application's own output about its threads, against a recording of it. */
public final class DemoTruth {
    /** Processes that it starts. */
    public static final int PROCESSES = 23;

    /** Fewer scenarios than there are on JDK 17. */
    private static final int ALL = 10;

    private static final Pattern SCENARIO = Pattern.compile(
            "scenario name=(\\S+) threads=(\\S+) processes=(\\d+) virtual=(\\d+) prefix=(\\S+)(?: .*)?");

    private DemoTruth() {}

    /** Compares what the application printed, and what the JDK recorded, with clonetrace's events. */
    public static void compare(String stdout, Recorded recorded) {
        compare(stdout, recorded, ALL);
    }

    /** The same for a run of at least so many scenarios. */
    public static void compare(String stdout, Recorded recorded, int fewest) {
        compareWithItsWord(stdout, recorded, fewest);
        compareWithTheJdk(recorded);
    }

    private static void compareWithItsWord(String stdout, Recorded recorded, int fewest) {
        List<RecordedEvent> java = recorded.clones("java");
        List<RecordedEvent> starts = recorded.named("clonetrace.ThreadStart");
        int scenarios = 0;
        for (String line : stdout.lines().toList()) {
            Matcher scenario = SCENARIO.matcher(line);
            if (!scenario.matches()) {
                continue;
            }
            scenarios++;
            if (!scenario.group(2).equals("jdk")) {
                int threads = Integer.parseInt(scenario.group(2));
                assertEquals(threads, named(java, scenario.group(5)).size(), line);
                assertEquals(threads, named(starts, scenario.group(5)).size(), line);
            }
            if (scenario.group(1).equals("process")) {
                assertEquals(PROCESSES, recorded.clones("process").size(), line);
            }
            if (scenario.group(1).equals("virtual")) {
                RecordedEvent virtual =
                        recorded.named("clonetrace.VirtualThreads").get(0);
                assertEquals(Long.parseLong(scenario.group(4)), virtual.getLong("started"), line);
            }
        }
        assertTrue(scenarios >= fewest, stdout);
    }

    /** Where the JDK decides how many threads there are, its own event is the truth; main has no such event. */
    private static void compareWithTheJdk(Recorded recorded) {
        Map<String, Integer> jdk = names(recorded.named("jdk.ThreadStart"), DemoTruth::started);
        Map<String, Integer> ours = names(recorded.clones("java"), event -> event.getString("childName"));
        Map<String, Integer> starts =
                names(recorded.named("clonetrace.ThreadStart"), event -> event.getString("childName"));
        for (String prefix : List.of("ForkJoinPool", "HttpClient", "HTTP-Dispatcher", "Thread-")) {
            assertEquals(only(jdk, prefix), only(ours, prefix));
            assertEquals(only(jdk, prefix), only(starts, prefix));
        }
    }

    /** JDK 17 leaves the field empty once the thread has ended; the event's own thread is the new one then. */
    private static String started(RecordedEvent event) {
        RecordedThread thread = event.getThread("thread") == null ? event.getThread() : event.getThread("thread");
        return thread == null ? null : thread.getJavaName();
    }

    private static Map<String, Integer> names(List<RecordedEvent> events, Function<RecordedEvent, String> name) {
        Map<String, Integer> names = new HashMap<>();
        events.forEach(event -> names.merge(String.valueOf(name.apply(event)), 1, Integer::sum));
        return names;
    }

    private static Map<String, Integer> only(Map<String, Integer> names, String prefix) {
        return names.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** The events of threads whose names begin like this. */
    public static List<RecordedEvent> named(List<RecordedEvent> events, String prefix) {
        return events.stream()
                .filter(event -> event.getString("childName") != null)
                .filter(event -> event.getString("childName").startsWith(prefix))
                .toList();
    }
}
