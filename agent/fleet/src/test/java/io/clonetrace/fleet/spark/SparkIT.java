package io.clonetrace.fleet.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.fleet.Fleet;
import io.clonetrace.fleet.SampleRecordings;
import io.clonetrace.fleet.generator.FleetGenerator;
import io.clonetrace.fleet.generator.TemplateRecording;
import io.clonetrace.fleet.sql.Questions;
import io.clonetrace.fleet.sql.TwoEngines;
import io.clonetrace.fleet.sql.Views;
import io.clonetrace.fleet.table.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Spark's tables and answers beside DuckDB's, of one fleet with damaged, copied, compressed and foreign recordings. */
class SparkIT {
    /** Enough for each way of spoiling a recording, and for a row in each table. */
    private static final int JVMS = 19;

    private static final int THREADS = 53;

    @TempDir
    static Path folder;

    private static Path recordings;
    private static Path byDuck;
    private static Path bySpark;
    private static Path remote;
    private static Map<String, FileTime> once;
    private static Map<String, FileTime> twice;
    private static TwoEngines engines;

    @BeforeAll
    static void export() throws IOException {
        recordings = folder.resolve("recordings");
        FleetGenerator.small(TemplateRecording.file(), recordings, JVMS, THREADS);
        SampleRecordings.agents(recordings.resolve("agents.jfr"));
        SampleRecordings.plain(recordings.resolve("plain.jfr"), 13);
        SampleRecordings.field("reused-thread", recordings.resolve("reused.jfr"));
        Files.createFile(recordings.resolve("empty.jfr"));
        byDuck = folder.resolve("duck");
        bySpark = folder.resolve("spark");
        assertEquals(0, Fleet.run(new String[] {"export", recordings.toString(), "--to", byDuck.toString()}));
        spark(recordings.toString(), bySpark.toString());
        once = TableFiles.times(bySpark);
        spark(recordings.toString(), bySpark.toString());
        twice = TableFiles.times(bySpark);
        // From and to a file system of another scheme.
        remote = folder.resolve("remote");
        spark(RemoteFiles.SCHEME + ":" + recordings, RemoteFiles.SCHEME + ":" + remote);
        spark("--again", RemoteFiles.SCHEME + ":" + recordings + "/agents.jfr", RemoteFiles.SCHEME + ":" + remote);
        engines = new TwoEngines(byDuck, bySpark);
    }

    @AfterAll
    static void close() throws IOException {
        if (engines != null) {
            engines.close();
        }
    }

    /** The job, within this JVM. */
    private static void spark(String... arguments) {
        Map<String, String> settings = Map.of(
                "spark.master",
                "local[2]",
                "spark.ui.enabled",
                "false",
                "spark.log.level",
                "WARN",
                "spark.driver.host",
                "127.0.0.1",
                "spark.hadoop." + RemoteFiles.SETTING,
                RemoteFiles.class.getName());
        settings.forEach(System::setProperty);
        try {
            assertEquals(0, new CommandLine(new SparkExport()).execute(arguments));
        } finally {
            settings.keySet().forEach(System::clearProperty);
        }
    }

    @Test
    void sparkWritesTheSameFilesWithTheSameRows() throws IOException {
        Map<String, String> expected = TableFiles.of(byDuck);
        assertTrue(expected.keySet().stream().anyMatch(file -> file.startsWith("thread/day=2026-11-02/host=node-")));
        assertTrue(expected.keySet().stream().anyMatch(file -> file.startsWith("problem/")));
        assertEquals(expected, TableFiles.of(bySpark));
    }

    @Test
    void exportingAgainChangesNothing() throws IOException {
        // Of problems no note is kept: they are written anew.
        once.keySet().removeIf(file -> file.startsWith("problem/"));
        twice.keySet().removeIf(file -> file.startsWith("problem/"));
        assertEquals(once, twice);
    }

    @Test
    void anotherFileSystemHasTheSameFilesButForTheNamesOfRecordings() throws IOException {
        Map<String, String> expected = new TreeMap<>(TableFiles.of(bySpark));
        Map<String, String> found = new TreeMap<>(TableFiles.of(remote));
        for (Map<String, String> files : List.of(expected, found)) {
            // The tables that have the recordings' paths; the names of the files of problems are hashes of them.
            files.keySet().removeIf(file -> file.startsWith("problem/"));
            files.replaceAll((file, hash) -> file.startsWith("recording/") ? "" : hash);
        }
        assertEquals(expected, found);
    }

    @ParameterizedTest
    @EnumSource(Table.class)
    void eachTableHasTheSameRowsOnBothEngines(Table table) throws IOException {
        String all = "SELECT * FROM " + Views.rows(table);
        Comparator<List<Object>> order = Comparator.comparing(Object::toString);
        List<List<Object>> expected = engines.byDuck(all).stream().sorted(order).toList();
        assertFalse(expected.isEmpty(), table + " is not tried");
        assertEquals(expected, engines.bySpark(all).stream().sorted(order).toList());
    }

    static List<String> questions() {
        return Questions.names();
    }

    @ParameterizedTest
    @MethodSource("questions")
    void eachQuestionHasTheSameAnswerOnBothEngines(String question) throws IOException {
        String sql = Questions.sql(question);
        assertEquals(engines.byDuck(sql), engines.bySpark(sql));
    }
}
