package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedThread;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * 1,009 threads of every way that an application has: the recording, strace's lines and the application's own word are
 * equal.
 */
class ThreadsIT {
    private static final int THREADS = 1_009;
    private static final int PROCESSES = 23;
    private static final Pattern SCENARIO = Pattern.compile(
            "scenario name=(\\S+) threads=(\\S+) processes=(\\d+) virtual=(\\d+) prefix=(\\S+)(?: .*)?");

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.Jdk#all")
    void everyThreadOfEveryWay(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("threads-" + jdk);
        Path trace = folder.resolve("app.strace");
        Path recording = folder.resolve("app.jfr");
        Run run = Run.toEnd(folder, "app", straced(jdk, trace, recording, "--creators", "1"));
        assertEquals(0, run.exitStatus(), run.stderr());
        assertEquals(List.of(), run.agentLines());

        StraceTruth truth = StraceTruth.read(trace);
        Recorded recorded = Recorded.read(recording);
        EachClone.compare(truth, recorded);
        compareWithTheApplication(run.stdout(), recorded);
        compareWithTheJdk(recorded);
        assertEquals("stopped", recorded.status("strace").getString("state"));
        assertEquals(0, recorded.status("strace").getLong("lost"));
        assertEquals(0, recorded.status("hook").getLong("lost"), recorded.status("hook")::toString);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.Jdk#all")
    void eightCreatorsAtOnce(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("creators-" + jdk);
        Path trace = folder.resolve("app.strace");
        Path recording = folder.resolve("app.jfr");
        Run run = Run.toEnd(folder, "app", straced(jdk, trace, recording, "--creators", "8", "--only", "plain"));
        assertEquals(0, run.exitStatus(), run.stderr());

        Recorded recorded = Recorded.read(recording);
        EachClone.compare(StraceTruth.read(trace), recorded);
        List<RecordedEvent> plain = named(recorded.clones("java"), "plain-");
        assertEquals(THREADS, plain.size());
        Set<Integer> creators =
                plain.stream().map(event -> event.getInt("parentTid")).collect(Collectors.toSet());
        assertEquals(8, creators.size());
    }

    private static List<String> straced(Jdk jdk, Path trace, Path recording, String... arguments) {
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-q", "-ttt"));
        command.addAll(List.of("-e", "trace=clone,clone3,fork,vfork", "-e", "signal=none", "-o", trace.toString()));
        command.addAll(List.of(jdk.tool("java"), Artifacts.agent("source=strace:" + trace, "record=" + recording)));
        command.addAll(List.of("-jar", Artifacts.DEMO.toString(), "--threads", "" + THREADS));
        command.addAll(List.of("--processes", "" + PROCESSES));
        command.addAll(List.of(arguments));
        return command;
    }

    private static void compareWithTheApplication(String stdout, Recorded recorded) {
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
        assertTrue(scenarios >= 10, stdout);
    }

    /** Where the JDK decides how many threads there are, its own event is the truth; it has no event for main. */
    private static void compareWithTheJdk(Recorded recorded) {
        Map<String, Integer> jdk = names(recorded.named("jdk.ThreadStart"), ThreadsIT::started);
        Map<String, Integer> ours = names(recorded.clones("java"), event -> event.getString("childName"));
        Map<String, Integer> starts =
                names(recorded.named("clonetrace.ThreadStart"), event -> event.getString("childName"));
        for (String prefix : List.of("ForkJoinPool", "HttpClient", "HTTP-Dispatcher", "Thread-")) {
            assertEquals(only(jdk, prefix), only(ours, prefix));
            assertEquals(only(jdk, prefix), only(starts, prefix));
        }
    }

    /** JDK 17 leaves the field empty when the thread has ended; the event's own thread is the new one then. */
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

    private static List<RecordedEvent> named(List<RecordedEvent> events, String prefix) {
        return events.stream()
                .filter(event -> event.getString("childName") != null)
                .filter(event -> event.getString("childName").startsWith(prefix))
                .toList();
    }
}
