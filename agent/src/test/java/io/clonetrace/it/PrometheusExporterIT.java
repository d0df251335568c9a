package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.host.HeldThreads;
import io.clonetrace.it.host.NativeThreads;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What Prometheus gets of a JVM by its JMX exporter with the rules of docs/metrics, on loopback. */
class PrometheusExporterIT {
    private static final int THREADS = 53;
    private static final int NATIVE = 13;
    private static final List<String> JNA = List.of(Artifacts.HOST_LIBRARIES + "/*");
    private static final Path RULES = Artifacts.SCRIPTS
            .resolve("../docs/metrics/jmx-exporter.yml")
            .toAbsolutePath()
            .normalize();
    private static final Pattern RULE_NAME = Pattern.compile("(?m)^ *name: (\\S+)$");
    private static final Pattern SAMPLE =
            Pattern.compile("(clonetrace_\\w+?)(?:\\{\\w+=\"((?:[^\"\\\\]|\\\\.)*)\"})? (\\S+)");
    private static final long CHECK_NANOS = 100_000_000;

    /** The samples of clonetrace's metrics: by name, and by the value of their label, "" without one. */
    private record Scraped(Map<String, Map<String, Double>> metrics) {
        static Scraped of(String text) {
            Map<String, Map<String, Double>> metrics = new HashMap<>();
            text.lines().filter(line -> line.startsWith("clonetrace_")).forEach(line -> {
                Matcher sample = SAMPLE.matcher(line);
                assertTrue(sample.matches(), line);
                String label = sample.group(2) == null ? "" : sample.group(2);
                Double before = metrics.computeIfAbsent(sample.group(1), key -> new HashMap<>())
                        .put(label, Double.valueOf(sample.group(3)));
                assertEquals(null, before, "twice: " + line);
            });
            return new Scraped(metrics);
        }

        /** Null if there is no such sample. */
        Double get(String metric, String label) {
            return metrics.getOrDefault(metric, Map.of()).get(label);
        }

        /** The sample of the one creator whose name begins so; null if there is none. */
        Double of(String metric, String creator) {
            List<Double> values = metrics.getOrDefault(metric, Map.of()).entrySet().stream()
                    .filter(sample -> sample.getKey().startsWith(creator))
                    .map(Map.Entry::getValue)
                    .toList();
            assertTrue(values.size() <= 1, this::toString);
            return values.isEmpty() ? null : values.get(0);
        }

        double sum(String metric) {
            return metrics.get(metric).values().stream()
                    .mapToDouble(value -> value)
                    .sum();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void exporterShowsThreadsByCreatorAndAllElseThatTheRulesName(Jdk jdk) throws Exception {
        try (Exported exported =
                Exported.start("prometheus", jdk, HeldThreads.class, List.of(), Integer.toString(THREADS))) {
            Run run = exported.run();
            run.process().outputWriter().write("go\n");
            run.process().outputWriter().flush();
            String site = HeldThreads.class.getName() + ".main:";
            // The stacks of all of them are measured within ten seconds.
            Scraped scraped = exported.scrapeUntil(now -> {
                Double touched = now.of("clonetrace_thread_stack_touched_bytes", site);
                Double all = now.get("clonetrace_task_count", "java");
                return touched != null
                        && touched > 0
                        && all > THREADS
                        && now.sum("clonetrace_task_count") == tasks(run);
            });
            assertEquals(THREADS, scraped.of("clonetrace_thread_started_total", site));
            assertEquals(THREADS, scraped.of("clonetrace_thread_count", site));
            double reserved = scraped.of("clonetrace_thread_stack_reserved_bytes", site);
            assertTrue(reserved > scraped.of("clonetrace_thread_stack_touched_bytes", site), scraped::toString);
            assertEquals(
                    Double.valueOf(Files.readAllLines(Path.of("/proc/sys/kernel/threads-max"))
                            .get(0)),
                    scraped.get("clonetrace_limit_max", "kernel.threads-max"));
            assertEquals(0.0, scraped.get("clonetrace_thread_start_failed_total", "unknown"));
            assertEquals(0.0, scraped.get("clonetrace_source_lost_total", "hook"));
            assertEquals(namesInRules(), scraped.metrics().keySet());
            run.process().outputWriter().close();
            assertEquals(0, run.exitStatus(), run.stderr());
            assertEquals(List.of(), run.agentLines());
        }
    }

    /** JNA calls pthread_create for them; its library has another name each time that it is unpacked. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void nativeThreadsCountForTheLibraryThatMadeThem(Jdk jdk) throws Exception {
        try (Exported exported = Exported.start(
                "prometheus-native", jdk, NativeThreads.class, JNA, Integer.toString(NATIVE), "1000000000")) {
            Scraped scraped = exported.scrapeUntil(now -> {
                Double alive = now.of("clonetrace_thread_count", "jna");
                return alive != null
                        && alive == NATIVE
                        && now.of("clonetrace_thread_stack_touched_bytes", "jna") != null;
            });
            assertEquals(NATIVE, scraped.of("clonetrace_thread_started_total", "jna"));
            assertEquals(NATIVE, scraped.get("clonetrace_task_started_total", "native"));
            assertTrue(scraped.of("clonetrace_thread_stack_touched_bytes", "jna") > 0, scraped::toString);
            assertEquals(
                    null, scraped.of("clonetrace_thread_stack_reserved_bytes", "jna"), "glibc's stacks are not read");
        }
    }

    /** A program with both agents. */
    private record Exported(Run run, int port) implements AutoCloseable {
        static Exported start(String test, Jdk jdk, Class<?> program, List<String> libraries, String... arguments)
                throws IOException {
            Path folder = Artifacts.folder(test + "-" + jdk);
            int port = freePort();
            String exporter = Artifacts.otherAgent("jmx_prometheus_javaagent");
            List<String> java = new ArrayList<>(List.of(
                    jdk.tool("java"),
                    // Compiler threads that come and go would change the number of tasks.
                    "-XX:-UseDynamicNumberOfCompilerThreads",
                    "-XX:+UseSerialGC",
                    Artifacts.agent("jmx=true", Run.WAIT),
                    "-javaagent:" + exporter + "=127.0.0.1:" + port + ":" + RULES,
                    "-cp",
                    Stream.concat(Stream.of(Artifacts.TEST_CLASSES.toString()), libraries.stream())
                            .collect(Collectors.joining(":")),
                    program.getName()));
            java.addAll(List.of(arguments));
            return new Exported(Run.start(folder, "app", java), port);
        }

        Scraped scrapeUntil(Predicate<Scraped> done) throws InterruptedException {
            HttpClient client = HttpClient.newHttpClient();
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                    .build();
            long deadline = System.nanoTime() + Run.DEADLINE_NANOS;
            Scraped last = new Scraped(Map.of());
            while (!done.test(last)) {
                Scraped seen = last;
                assertTrue(
                        run.process().isAlive() && System.nanoTime() - deadline < 0,
                        () -> seen + "; see " + run.out() + " and " + run.err());
                LockSupport.parkNanos(CHECK_NANOS);
                try {
                    last = Scraped.of(client.send(request, HttpResponse.BodyHandlers.ofString())
                            .body());
                } catch (IOException notYetOpen) {
                    // The exporter opens its port before main.
                }
            }
            return last;
        }

        @Override
        public void close() {
            run.close();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        }
    }

    private static long tasks(Run run) {
        String[] tasks = Path.of("/proc", Long.toString(run.process().pid()), "task")
                .toFile()
                .list();
        return tasks == null ? 0 : tasks.length;
    }

    /** The metrics that the rules make: each of them is to have a sample. */
    private static Set<String> namesInRules() throws IOException {
        Set<String> names = RULE_NAME
                .matcher(Files.readString(RULES))
                .results()
                .map(name -> name.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertTrue(names.remove("clonetrace_limit_$2") && names.remove("clonetrace_source_$2_total"));
        names.addAll(Set.of(
                "clonetrace_limit_used",
                "clonetrace_limit_max",
                "clonetrace_limit_room",
                "clonetrace_source_seen_total",
                "clonetrace_source_lost_total"));
        return names;
    }
}
