package io.clonetrace.fleet.sql;

import io.clonetrace.fleet.table.Column;
import io.clonetrace.fleet.table.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A folder of tables, open for questions to DuckDB. */
public final class FleetDatabase implements AutoCloseable {
    private static final long MEGA = 1 << 20;
    private static final long LEAST = 512;
    private static final String PARTITIONS = "hive_partitioning = true, hive_types = {'day': DATE, 'host': VARCHAR}";

    private final Connection duck;

    private FleetDatabase(Connection duck) {
        this.duck = duck;
    }

    /**
     * Opens it.
     *
     * @throws IOException if it is no folder of tables, or DuckDB can't be loaded
     */
    public static FleetDatabase open(Path folder) throws IOException {
        Path version = folder.resolve("_version");
        if (!Files.isRegularFile(version)) {
            throw new IOException(folder + " holds no tables: clonetrace export RECORDING... --to " + folder);
        }
        String[] words = Files.readString(version).strip().split(" ");
        if (!words[0].equals(String.valueOf(Table.VERSION)) || words.length != 2) {
            throw new IOException(folder + " holds tables of version " + words[0]
                    + ", and this clonetrace-fleet.jar reads " + Table.VERSION);
        }
        // Most of the memory is DuckDB's, which is not Java's.
        Connection duck = Duck.open(Math.max(LEAST, 2 * Runtime.getRuntime().maxMemory() / MEGA));
        try (Statement statement = duck.createStatement()) {
            for (Table table : Table.values()) {
                statement.execute("CREATE OR REPLACE TEMPORARY VIEW " + Views.rows(table) + " AS "
                        + rows(folder, table, words[1]));
            }
            for (String view : Views.statements()) {
                statement.execute(view);
            }
        } catch (SQLException refused) {
            throw Duck.failure(refused);
        }
        return new FleetDatabase(duck);
    }

    private static String rows(Path folder, Table table, String format) throws IOException {
        Path files = folder.resolve(table.sqlName());
        String suffix = "." + format;
        if (!hasFile(files, suffix)) {
            return Views.none(table);
        }
        String pattern = Duck.literal(glob(files.toString()) + "/*/*/*" + suffix);
        String columns = table.columns().stream().map(Column::name).collect(Collectors.joining(", "));
        String source = format.equals("parquet")
                ? "read_parquet(" + pattern + ", union_by_name = true, " + PARTITIONS + ")"
                : "read_json(" + pattern + ", format = 'newline_delimited', " + PARTITIONS + ", columns = "
                        + table.columns().stream()
                                .map(column -> Duck.literal(column.name()) + ": '"
                                        + column.type().sql() + "'")
                                .collect(Collectors.joining(", ", "{", "}"))
                        + ")";
        return "SELECT " + columns + ", day, host FROM " + source;
    }

    /** The folder's name is no pattern. */
    private static String glob(String path) {
        return path.replaceAll("([\\[*?])", "[$1]");
    }

    private static boolean hasFile(Path folder, String suffix) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.anyMatch(file -> file.toString().endsWith(suffix));
        } catch (UncheckedIOException unreadable) {
            throw unreadable.getCause();
        }
    }

    /**
     * Asks a question; of several statements, the last one's answer.
     *
     * @throws IOException what DuckDB says of a wrong one, in one line
     */
    public Answer ask(String sql) throws IOException {
        try (Statement statement = duck.createStatement()) {
            if (!statement.execute(sql)) {
                return new Answer(List.of(), List.of(), List.of());
            }
            try (ResultSet result = statement.getResultSet()) {
                return answer(result);
            }
        } catch (SQLException refused) {
            throw Duck.failure(refused);
        }
    }

    private static Answer answer(ResultSet result) throws SQLException {
        ResultSetMetaData meta = result.getMetaData();
        List<String> columns = new ArrayList<>();
        List<Boolean> numeric = new ArrayList<>();
        for (int column = 1; column <= meta.getColumnCount(); column++) {
            columns.add(meta.getColumnName(column));
            numeric.add(isNumeric(meta.getColumnType(column)));
        }
        List<List<Object>> rows = new ArrayList<>();
        while (result.next()) {
            List<Object> row = new ArrayList<>();
            for (int column = 1; column <= columns.size(); column++) {
                row.add(result.getObject(column));
            }
            rows.add(row);
        }
        return new Answer(columns, numeric, rows);
    }

    private static boolean isNumeric(int type) {
        return switch (type) {
            case java.sql.Types.BIGINT,
                    java.sql.Types.INTEGER,
                    java.sql.Types.SMALLINT,
                    java.sql.Types.TINYINT,
                    java.sql.Types.DOUBLE,
                    java.sql.Types.REAL,
                    java.sql.Types.FLOAT,
                    java.sql.Types.DECIMAL,
                    java.sql.Types.NUMERIC -> true;
            default -> false;
        };
    }

    @Override
    public void close() throws IOException {
        try {
            duck.close();
        } catch (SQLException refused) {
            throw Duck.failure(refused);
        }
    }
}
