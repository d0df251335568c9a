package io.clonetrace.fleet.export;

import io.clonetrace.fleet.sql.Duck;
import io.clonetrace.fleet.table.Column;
import io.clonetrace.fleet.table.Partition;
import io.clonetrace.fleet.table.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** Rows as Parquet: DuckDB holds those of a part, and writes each table's at once. */
final class ParquetFiles implements PartFiles {
    private static final long MICROS = 1_000_000;

    private final DuckDBConnection duck;
    private final ExportFolder folder;
    private final String name;
    private final Map<List<Object>, Rows> files = new LinkedHashMap<>();

    /**
     * Rows for files of a name.
     *
     * @param duck used by this one alone
     * @param name of the files, without what it ends in
     */
    ParquetFiles(Connection duck, ExportFolder folder, String name) {
        this.duck = (DuckDBConnection) duck;
        this.folder = folder;
        this.name = name;
    }

    /** The rows of one file, in a table of DuckDB's. */
    private record Rows(String table, Path temporary, Path file, DuckDBAppender appender) {}

    @Override
    public void row(Table table, Partition partition, Object[] values) throws IOException {
        try {
            Rows rows = files.get(List.of(table, partition));
            if (rows == null) {
                rows = rows(table, partition);
            }
            append(rows.appender, table.columns(), values);
        } catch (SQLException refused) {
            throw Duck.failure(refused);
        }
    }

    private Rows rows(Table table, Partition partition) throws IOException, SQLException {
        String rows = "rows" + files.size();
        try (Statement statement = duck.createStatement()) {
            statement.execute(table.columns().stream()
                    .map(column -> '"' + column.name() + "\" " + column.type().sql())
                    .collect(Collectors.joining(", ", "CREATE TEMP TABLE " + rows + " (", ")")));
        }
        Rows made = new Rows(
                rows,
                folder.temporary(),
                folder.file(table, partition, name),
                duck.createAppender("temp", "main", rows));
        files.put(List.of(table, partition), made);
        return made;
    }

    private static void append(DuckDBAppender appender, List<Column> columns, Object[] values) throws SQLException {
        appender.beginRow();
        for (int index = 0; index < values.length; index++) {
            Object value = values[index];
            if (value == null) {
                appender.appendNull();
            } else if (value instanceof String text) {
                appender.append(text);
            } else if (value instanceof Boolean yes) {
                appender.append(yes.booleanValue());
            } else if (value instanceof Double number) {
                appender.append(number.doubleValue());
            } else if (columns.get(index).type() == Column.Type.TIMESTAMP) {
                long micros = (Long) value;
                appender.append(LocalDateTime.ofEpochSecond(
                        Math.floorDiv(micros, MICROS), (int) Math.floorMod(micros, MICROS) * 1_000, ZoneOffset.UTC));
            } else {
                appender.append(((Long) value).longValue());
            }
        }
        appender.endRow();
    }

    @Override
    public Map<Path, Path> finish() throws IOException {
        Map<Path, Path> done = new LinkedHashMap<>();
        try (Statement statement = duck.createStatement()) {
            for (Rows rows : files.values()) {
                rows.appender.close();
                statement.execute("COPY " + rows.table + " TO " + Duck.literal(rows.temporary.toString())
                        + " (FORMAT parquet, COMPRESSION zstd)");
                done.put(rows.temporary, rows.file);
            }
        } catch (SQLException refused) {
            throw Duck.failure(refused);
        }
        return done;
    }

    @Override
    public void close() throws IOException {
        for (Rows rows : files.values()) {
            try (Statement statement = duck.createStatement()) {
                statement.execute("DROP TABLE IF EXISTS " + rows.table);
            } catch (SQLException gone) {
                // With the connection.
            }
            Files.deleteIfExists(rows.temporary);
        }
        files.clear();
    }
}
