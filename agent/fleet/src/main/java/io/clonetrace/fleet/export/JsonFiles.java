package io.clonetrace.fleet.export;

import io.clonetrace.fleet.table.Column;
import io.clonetrace.fleet.table.Partition;
import io.clonetrace.fleet.table.Table;
import io.clonetrace.report.json.Json;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rows as JSON, a line each. */
final class JsonFiles implements PartFiles {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS");

    private final ExportFolder folder;
    private final String name;
    private final Map<List<Object>, Rows> files = new LinkedHashMap<>();

    /** @param name of the files, without what it ends in */
    JsonFiles(ExportFolder folder, String name) {
        this.folder = folder;
        this.name = name;
    }

    /** The rows of one file. */
    private record Rows(Path temporary, Path file, Writer writer) {}

    @Override
    public void row(Table table, Partition partition, Object[] values) throws IOException {
        List<Object> key = List.of(table, partition);
        Rows rows = files.get(key);
        if (rows == null) {
            Path temporary = folder.temporary();
            rows = new Rows(temporary, folder.file(table, partition, name), Files.newBufferedWriter(temporary));
            files.put(key, rows);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        List<Column> columns = table.columns();
        for (int index = 0; index < values.length; index++) {
            Object value = values[index];
            json.put(
                    columns.get(index).name(),
                    value != null && columns.get(index).type() == Column.Type.TIMESTAMP ? time((Long) value) : value);
        }
        Json.writeLine(json, rows.writer);
    }

    private static String time(long micros) {
        return LocalDateTime.ofInstant(Instant.EPOCH.plus(micros, ChronoUnit.MICROS), ZoneOffset.UTC)
                .format(TIME);
    }

    @Override
    public Map<Path, Path> finish() throws IOException {
        Map<Path, Path> done = new LinkedHashMap<>();
        for (Rows rows : files.values()) {
            rows.writer.close();
            done.put(rows.temporary, rows.file);
        }
        return done;
    }

    @Override
    public void close() throws IOException {
        for (Rows rows : files.values()) {
            try {
                rows.writer.close();
            } catch (IOException full) {
                // It could not be finished, and that has been reported.
            }
            Files.deleteIfExists(rows.temporary);
        }
        files.clear();
    }
}
