package io.clonetrace.fleet.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.cli.output.TerminalLine;
import io.clonetrace.fleet.SampleRecordings;
import io.clonetrace.fleet.sql.FleetDatabase;
import io.clonetrace.fleet.table.Table;
import io.clonetrace.fleet.table.Texts;
import io.clonetrace.report.read.RecordingFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportTest {
    @TempDir
    static Path recordings;

    private static Path agents;
    private static Path plain;

    @TempDir
    Path folder;

    @BeforeAll
    static void record() throws IOException {
        agents = SampleRecordings.agents(recordings.resolve("agents.jfr"));
        plain = SampleRecordings.plain(recordings.resolve("plain.jfr"), 7);
    }

    private static Export.Result export(Path to, PartFiles.Format format, Path... files) throws IOException {
        try (Export export = new Export(to, format)) {
            return export.run(
                    Stream.of(files)
                            .map(file -> FoundRecording.of(file, Map.of()))
                            .toList(),
                    2,
                    false,
                    TerminalLine.none());
        }
    }

    private static Export.Result export(Path to, Path... files) throws IOException {
        return export(to, PartFiles.Format.NDJSON, files);
    }

    /** The lines of all files, in no order. */
    private static Map<String, Set<String>> content(Path root) throws IOException {
        Map<String, Set<String>> content = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                content.put(root.relativize(file).toString(), Set.copyOf(Files.readAllLines(file)));
            }
        }
        return content;
    }

    private static List<List<Object>> ask(Path tables, String sql) throws IOException {
        try (FleetDatabase database = FleetDatabase.open(tables)) {
            return database.ask(sql).rows();
        }
    }

    private static long count(Path tables, String of) throws IOException {
        return (Long) ask(tables, "SELECT COUNT(*) FROM " + of).get(0).get(0);
    }

    @Test
    void exportedTwiceTheTablesAreTheSame() throws IOException {
        Path to = folder.resolve("tables");
        export(to, agents, plain);
        Map<String, Set<String>> first = content(to);
        Export.Result again = export(to, agents, plain);
        assertEquals(List.of(), again.plan().parts());
        assertEquals(first, content(to));
        Path other = folder.resolve("other");
        export(other, plain, agents);
        assertEquals(first, content(other));
    }

    @Test
    void aFurtherRecordingAddsItsRows() throws IOException {
        Path to = folder.resolve("tables");
        export(to, agents);
        Map<String, Set<String>> first = content(to);
        export(to, agents, plain);
        Map<String, Set<String>> both = content(to);
        assertTrue(both.entrySet().containsAll(first.entrySet()));
        assertEquals(2, count(to, "recording"));
        assertEquals(1, count(to, "jvm"));
    }

    @Test
    void parquetAndJsonHoldTheSameRows() throws IOException {
        Path json = folder.resolve("json");
        Path parquet = folder.resolve("parquet");
        export(json, agents, plain, SampleRecordings.text(folder.resolve("text.jfr")));
        export(parquet, PartFiles.Format.PARQUET, agents, plain, folder.resolve("text.jfr"));
        for (Table table : Table.values()) {
            String all = "SELECT * FROM " + table.sqlName() + " ORDER BY ALL";
            List<List<Object>> rows = ask(parquet, all);
            assertEquals(ask(json, all), rows, table.sqlName());
            assertTrue(!rows.isEmpty() || table == Table.FINDING || table == Table.LABEL, table.sqlName());
        }
    }

    @Test
    void primaryKeysAreUniqueAndForeignKeysHaveTheirRows() throws IOException {
        Path to = folder.resolve("tables");
        export(to, agents, plain, SampleRecordings.field("reused-thread", folder.resolve("field.jfr")));
        for (Table table : Table.values()) {
            List<String> keys = table.columns().stream()
                    .filter(column -> column.key().startsWith("primary"))
                    .map(column -> column.name())
                    .toList();
            String doubled = "SELECT " + String.join(", ", keys) + " FROM " + table.sqlName()
                    + "_rows GROUP BY ALL HAVING COUNT(*) > 1";
            assertEquals(List.of(), ask(to, doubled), table.sqlName());
        }
        assertEquals(0, count(to, "thread t ANTI JOIN site s ON s.site_id = t.site_id WHERE t.site_id IS NOT NULL"));
        assertEquals(0, count(to, "clone c ANTI JOIN thread t ON t.thread_id = c.thread_id WHERE c.error IS NULL"));
        assertEquals(0, count(to, "stack_sample c ANTI JOIN thread t ON t.thread_id = c.thread_id"));
        assertEquals(0, count(to, "thread t ANTI JOIN jvm j ON j.jvm_id = t.jvm_id"));
    }

    @Test
    void hostileNamesSurvive() throws IOException {
        Path to = folder.resolve("it's \"a\" [folder]*");
        export(to, PartFiles.Format.PARQUET, agents);
        Set<Object> names = ask(to, "SELECT DISTINCT name FROM thread WHERE java_id >= 5000000").stream()
                .map(row -> row.get(0))
                .collect(Collectors.toSet());
        assertEquals(SampleRecordings.HOSTILE.stream().map(Texts::valid).collect(Collectors.toSet()), names);
    }

    @Test
    void whatWasNotObservedIsNull() throws IOException {
        Path to = folder.resolve("tables");
        export(to, agents, plain);
        assertEquals(
                7, count(to, "thread WHERE name LIKE 'plain-%' AND created AND stack_depth IS NULL AND flags IS NULL"));
        assertEquals(1, count(to, "limit_sample WHERE limit_name = 'kernel.threads-max' AND max IS NULL"));
        for (Table table : Table.values()) {
            for (String column : table.columns().stream()
                    .filter(one -> one.type().sql().equals("BIGINT"))
                    .map(one -> one.name())
                    .toList()) {
                assertEquals(0, count(to, table.sqlName() + "_rows WHERE " + column + " = -1"), column);
            }
        }
    }

    @Test
    void aFolderOfAllSortsGivesRightRowsAndRightProblems() throws IOException {
        Path all = Files.createDirectories(folder.resolve("in"));
        Files.copy(agents, all.resolve("agents.jfr"));
        Files.copy(agents, all.resolve("copy.jfr"));
        SampleRecordings.compressed(plain, all.resolve("plain.jfr.gz"));
        SampleRecordings.compressed(agents, all.resolve("packed.jfr.gz"));
        SampleRecordings.field("no-thread-events", all.resolve("foreign.jfr"));
        Files.createFile(all.resolve("empty.jfr"));
        SampleRecordings.text(all.resolve("text.jfr"));
        SampleRecordings.cut(SampleRecordings.plain(folder.resolve("whole.jfr"), 3), all.resolve("cut.jfr"));
        Path to = folder.resolve("tables");
        try (Stream<Path> files = Files.list(all)) {
            Export.Result result = export(to, files.toArray(Path[]::new));
            assertEquals(
                    Set.of("copy.jfr", "packed.jfr.gz"),
                    result.plan().duplicates().keySet().stream()
                            .map(file -> Path.of(file).getFileName().toString())
                            .collect(Collectors.toSet()));
        }
        Map<String, String> problems = new TreeMap<>();
        ask(to, "SELECT file, problem FROM problem")
                .forEach(row ->
                        problems.put(Path.of((String) row.get(0)).getFileName().toString(), (String) row.get(1)));
        assertEquals(Set.of("cut.jfr", "empty.jfr", "text.jfr"), problems.keySet());
        assertTrue(problems.get("empty.jfr").contains("it is empty"), problems.get("empty.jfr"));
        assertTrue(problems.get("text.jfr").contains("no flight recording"), problems.get("text.jfr"));
        assertEquals(23, count(to, "clone WHERE kind = 'java' AND error IS NULL"));
        assertEquals(3, count(to, "failed_start"));
        assertEquals(
                7,
                count(
                        to,
                        "thread WHERE name LIKE 'plain-%' AND part_id IN (SELECT part_id FROM recording WHERE file LIKE '%plain.jfr.gz')"));
        assertEquals(1, count(to, "recording WHERE file LIKE '%foreign.jfr' AND NOT has_agent"));
    }

    @Test
    void aRepairedFileHasNoProblem() throws IOException {
        Path file = folder.resolve("a.jfr");
        Path to = folder.resolve("tables");
        SampleRecordings.text(file);
        export(to, file);
        assertEquals(1, count(to, "problem"));
        Files.delete(file);
        Files.copy(plain, file);
        export(to, file);
        assertEquals(0, count(to, "problem"));
    }

    @Test
    void labelsComeFromTheOptionAndFromThePath() throws IOException {
        Path file = folder.resolve("service=shop/env=prod/host=web-1").resolve("a.jfr");
        Files.createDirectories(file.getParent());
        Files.copy(plain, file);
        Path to = folder.resolve("tables");
        try (Export export = new Export(to, PartFiles.Format.PARQUET)) {
            export.run(
                    List.of(FoundRecording.of(file, Map.of("env", "test", "team", "a=b"))),
                    1,
                    false,
                    TerminalLine.none());
        }
        assertEquals(
                List.of(
                        List.of("env", "prod"),
                        List.of("host", "web-1"),
                        List.of("service", "shop"),
                        List.of("team", "a=b")),
                ask(to, "SELECT name, value FROM label ORDER BY name"));
        assertEquals("shop", ask(to, "SELECT service FROM jvm").get(0).get(0));
        if (System.getenv("HOSTNAME") == null) {
            assertEquals(
                    List.of("web-1"),
                    ask(to, "SELECT DISTINCT host FROM thread").get(0));
        }
    }

    @Test
    void aStoppedExportLeavesWholePartsAndNothingElse() throws IOException {
        Path to = folder.resolve("tables");
        try (Export export = new Export(to, PartFiles.Format.NDJSON)) {
            export.stop();
            export.run(List.of(FoundRecording.of(plain, Map.of())), 1, false, TerminalLine.none());
        }
        assertEquals(Set.of("_version"), content(to).keySet());
        export(to, plain);
        assertEquals(1, count(to, "recording"));
    }

    @Test
    void aSecondExportIntoAFolderIsRefusedWhileTheFirstRuns() throws IOException {
        Path to = folder.resolve("tables");
        try (Export first = new Export(to, PartFiles.Format.NDJSON)) {
            IOException refused = assertThrows(IOException.class, () -> export(to, plain));
            assertTrue(refused.getMessage().contains("another export is writing into"), refused.getMessage());
            first.run(List.of(FoundRecording.of(agents, Map.of())), 1, false, TerminalLine.none());
        }
        export(to, agents, plain);
        assertEquals(2, count(to, "recording"));
    }

    @Test
    void whatAKilledExportLeftIsRemovedAndTheFolderIsTaken() throws IOException {
        Path to = folder.resolve("tables");
        Files.createDirectories(to.resolve("_parts"));
        Files.createFile(to.resolve("_version"));
        Files.createFile(Files.createDirectory(to.resolve("_tmp-1")).resolve("7"));
        // A note that a power failure emptied.
        Files.createFile(to.resolve("_parts/" + "0".repeat(20)));
        export(to, plain);
        assertEquals(1, count(to, "recording"));
        assertTrue(Files.notExists(to.resolve("_tmp-1")));
        Files.writeString(to.resolve("_parts/x"), "chunk 7 eleven");
        IOException damaged = assertThrows(IOException.class, () -> export(to, plain));
        assertTrue(damaged.getMessage().contains("_parts/x is damaged"), damaged.getMessage());
    }

    @Test
    void namesThatAreNoTextAreDifferentFiles() throws IOException, InterruptedException {
        Path in = Files.createDirectory(folder.resolve("in"));
        String copies = "cp \"$0\" \"$2\"/$'\\xfe.jfr' && cp \"$1\" \"$2\"/$'\\xff.jfr'";
        assertEquals(
                0,
                new ProcessBuilder("bash", "-c", copies, agents.toString(), plain.toString(), in.toString())
                        .inheritIO()
                        .start()
                        .waitFor());
        Path to = folder.resolve("tables");
        export(to, RecordingFiles.in(List.of(in)).toArray(Path[]::new));
        assertEquals(
                Set.of("%FE.jfr", "%FF.jfr"),
                ask(to, "SELECT file FROM recording").stream()
                        .map(row -> ((String) row.get(0)).replaceFirst(".*/", ""))
                        .collect(Collectors.toSet()));
        assertEquals(0, count(to, "problem"));
    }

    @Test
    void anotherFolderOrVersionIsRefused() throws IOException {
        Files.createFile(folder.resolve("other"));
        assertThrows(IOException.class, () -> export(folder, plain));
        Path to = folder.resolve("tables");
        export(to, plain);
        assertThrows(IOException.class, () -> export(to, PartFiles.Format.PARQUET, plain));
    }

    @Test
    void aHostNameWithSlashesIsOneFolder() throws IOException {
        Path to = folder.resolve("tables");
        try (Export export = new Export(to, PartFiles.Format.PARQUET)) {
            export.run(List.of(FoundRecording.of(plain, Map.of("host", "a/b=c d'e%"))), 1, false, TerminalLine.none());
        }
        if (System.getenv("HOSTNAME") == null) {
            Set<Object> hosts = new HashSet<>();
            ask(to, "SELECT DISTINCT host FROM thread").forEach(row -> hosts.add(row.get(0)));
            assertEquals(Set.of("a/b=c d'e%"), hosts);
        }
    }
}
