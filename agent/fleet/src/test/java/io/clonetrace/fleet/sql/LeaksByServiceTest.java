package io.clonetrace.fleet.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.fleet.Fleet;
import io.clonetrace.fleet.generator.FleetGenerator;
import io.clonetrace.fleet.generator.TemplateRecording;
import io.clonetrace.report.read.RecordingFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leaks of a generated fleet, by service: as {@code report --json} reports them JVM by JVM, and as they were made. */
class LeaksByServiceTest {
    /** Two JVMs of each of twelve services, two of which leak. */
    private static final int JVMS = 24;

    private static final int THREADS = 211;

    @TempDir
    Path folder;

    @Test
    void leaksAreThoseOfTheReportAndOfTheServicesThatLeak() throws IOException {
        Path recordings = folder.resolve("recordings");
        FleetGenerator.sound(TemplateRecording.file(), recordings, JVMS, THREADS);
        String report = ReportJson.table(RecordingFiles.in(List.of(recordings)), folder.resolve("report.json"));
        String made = "read_csv(" + Duck.literal(recordings.resolve("truth.tsv").toString()) + ", delim = '\t')";
        Path tables = folder.resolve("tables");
        assertEquals(0, Fleet.run(new String[] {"export", recordings.toString(), "--to", tables.toString()}));
        try (FleetDatabase database = FleetDatabase.open(tables)) {
            String leaks = "(SELECT j.host, j.pid, f.rule, f.site, f.threads"
                    + " FROM (SELECT j, UNNEST(j.findings) AS f FROM (SELECT UNNEST(jvms) AS j FROM " + report + "))"
                    + " WHERE f.rule IN ('thread-leak', 'executor-leak', 'redeploy-leak'))";
            List<List<Object>> answer =
                    database.ask(Questions.sql("leaks-by-service")).rows();
            assertEquals(
                    Set.copyOf(database.ask("SELECT service, rule, site, COUNT(*), CAST(SUM(threads) AS BIGINT)"
                                    + " FROM " + leaks + " JOIN " + made + " USING (host, pid) GROUP BY ALL")
                            .rows()),
                    Set.copyOf(answer));
            assertEquals(answer.size(), Set.copyOf(answer).size(), "a row is there twice");
            assertEquals(
                    database.ask("SELECT CAST(SUM(threads) AS BIGINT) FROM " + leaks)
                            .rows()
                            .get(0)
                            .get(0),
                    answer.stream().mapToLong(row -> (Long) row.get(4)).sum());
            Set<Object> leaking = new HashSet<>();
            answer.forEach(row -> leaking.add(row.get(0)));
            assertEquals(
                    Set.copyOf(database.ask("SELECT DISTINCT service FROM " + made + " WHERE leaks").rows().stream()
                            .map(row -> row.get(0))
                            .toList()),
                    leaking);
        }
    }
}
