package io.clonetrace.fleet.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.fleet.Fleet;
import io.clonetrace.fleet.SampleRecordings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The answers, compared with what {@code report --json} says of the same recordings. */
class QuestionsTest {
    @TempDir
    static Path folder;

    private static FleetDatabase database;
    private static String report;

    @BeforeAll
    static void export() throws IOException {
        Path recordings = Files.createDirectories(folder.resolve("recordings"));
        SampleRecordings.plain(recordings.resolve("plain.jfr"), 13);
        // The later one of this JVM: what lives at its end counts.
        SampleRecordings.agents(recordings.resolve("agents.jfr"));
        SampleRecordings.field("reused-thread", recordings.resolve("reused.jfr"));
        SampleRecordings.field("statistics", recordings.resolve("statistics.jfr"));
        try (Stream<Path> files = Files.list(recordings)) {
            report = ReportJson.table(files.sorted().toList(), folder.resolve("report.json"));
        }
        Path tables = folder.resolve("tables");
        assertEquals(0, Fleet.run(new String[] {"export", recordings.toString(), "--to", tables.toString()}));
        database = FleetDatabase.open(tables);
    }

    @AfterAll
    static void close() throws IOException {
        database.close();
    }

    private static Answer ask(String name) throws IOException {
        return database.ask(Questions.sql(name));
    }

    /** Rows of those columns. */
    private static Set<List<Object>> rows(Answer answer, String... columns) {
        int[] places = Stream.of(columns).mapToInt(answer.columns()::indexOf).toArray();
        return answer.rows().stream()
                .map(row -> IntStream.of(places).mapToObj(row::get).toList())
                .collect(Collectors.toSet());
    }

    private static Set<List<Object>> reported(String sql) throws IOException {
        return Set.copyOf(database.ask(sql.replace("$report", report)).rows());
    }

    @Test
    void everyQuestionIsAskedInItsCommentAndHasAFile() throws IOException {
        Set<String> files;
        try (Stream<Path> all = Files.list(Path.of("sql"))) {
            files = all.map(Question::name).collect(Collectors.toSet());
        }
        assertEquals(files, Set.copyOf(Question.NAMES));
        for (Question question : Question.all()) {
            assertTrue(question.title().contains("?"), question.name());
            database.ask(question.sql());
        }
    }

    @Test
    void kindsOfThreadsAreAsTheReportCountsThem() throws IOException {
        assertEquals(
                reported("SELECT k.kind, COALESCE(k.created, 0) FROM (SELECT UNNEST(\"all\".kinds) AS k FROM $report)"),
                reported("SELECT COALESCE(kind, 'unknown'), COUNT(*) FILTER (created) FROM thread GROUP BY kind"));
    }

    @Test
    void topCreators() throws IOException {
        Set<List<Object>> expected = reported("SELECT c.site, CAST(SUM(COALESCE(c.created, 0)) AS BIGINT),"
                + " CAST(SUM(COALESCE(c.alive, 0)) AS BIGINT)"
                + " FROM (SELECT UNNEST(\"all\".creators) AS c FROM $report) GROUP BY 1");
        assertFalse(expected.isEmpty());
        assertEquals(expected, rows(ask("top-creators"), "call_site", "created", "alive"));
    }

    @Test
    void nativeThreads() throws IOException {
        Set<List<Object>> expected = reported("SELECT c.library, CAST(SUM(c.created) AS BIGINT)"
                + " FROM (SELECT UNNEST(\"all\".creators) AS c FROM $report) WHERE c.kind = 'native' GROUP BY 1");
        assertEquals(Set.of(List.<Object>of("libexample.so", 5L)), expected);
        assertEquals(expected, rows(ask("native-threads"), "library", "created"));
    }

    @Test
    void failedStarts() throws IOException {
        Set<List<Object>> expected = reported("SELECT f.\"limit\", f.error, f.count, f.max"
                + " FROM (SELECT UNNEST(j.failedStarts) AS f FROM (SELECT UNNEST(jvms) AS j FROM $report))");
        assertEquals(1, expected.size());
        assertEquals(expected, rows(ask("failed-starts"), "limit_name", "error", "failed", "largest_limit"));
    }

    @Test
    void nearestLimits() throws IOException {
        Set<List<Object>> expected = reported("SELECT l.\"limit\", l.used, l.max FROM (SELECT UNNEST(j.limits) AS l"
                + " FROM (SELECT UNNEST(jvms) AS j FROM $report)) WHERE l.max IS NOT NULL");
        assertEquals(Set.of(List.<Object>of("pids.max", 97L, 100L)), expected);
        Answer answer = ask("nearest-limits");
        assertEquals(expected, rows(answer, "limit_name", "used", "max"));
        assertEquals(97.0, answer.rows().get(0).get(answer.columns().indexOf("percent")));
        assertTrue(answer.rows().get(0).get(answer.columns().indexOf("minutes_left")) instanceof Double);
    }

    @Test
    void jvmsAndTheirFindings() throws IOException {
        Answer answer = ask("jvms");
        assertEquals(
                reported("SELECT j.pid, j.version FROM (SELECT UNNEST(jvms) AS j FROM $report)"),
                rows(answer, "pid", "version"));
        Set<List<Object>> expected =
                reported("SELECT f.rule, f.severity, f.summary FROM (SELECT UNNEST(j.findings) AS f"
                        + " FROM (SELECT UNNEST(jvms) AS j FROM $report)) WHERE f.rule = 'failed-starts'");
        assertEquals(1, expected.size());
        assertEquals(expected, reported("SELECT rule, severity, summary FROM finding WHERE rule = 'failed-starts'"));
    }

    @Test
    void oversizedStacks() throws IOException {
        Answer answer = ask("oversized-stacks");
        // 12 of 23 threads are measured: too few for the question, as for the rule.
        assertEquals(List.of(), answer.rows());
        Map<String, Object> sums = database
                .ask(
                        "SELECT CAST(SUM(stack_reserved) AS BIGINT), MAX(stack_depth) FROM thread WHERE stack_depth IS NOT NULL")
                .rows()
                .stream()
                .collect(Collectors.toMap(row -> "sum", row -> row));
        assertEquals(Map.of("sum", List.of(12L << 20, 40_960L)), sums);
    }

    @Test
    void clonesOfEachKindAreThoseOfTheReport() throws IOException {
        assertEquals(
                reported("SELECT c.madeFor, c.error, CAST(SUM(c.calls) AS BIGINT)"
                        + " FROM (SELECT UNNEST(\"all\".clones) AS c FROM $report) GROUP BY 1, 2"),
                reported("SELECT kind, error, CAST(SUM(attempts) AS BIGINT) FROM clone GROUP BY kind, error"));
        assertEquals(List.of(), ask("unusual-flags").rows());
    }

    @Test
    void churnCountsThreadsWithBothEnds() throws IOException {
        Answer answer = ask("churn");
        List<Object> plain = answer.rows().stream()
                .filter(row -> String.valueOf(row.get(answer.columns().indexOf("call_site")))
                        .startsWith("io.clonetrace.fleet.SampleRecordings"))
                .findFirst()
                .orElseThrow();
        assertEquals(13L, plain.get(answer.columns().indexOf("ended_threads")));
    }
}
