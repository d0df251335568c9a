package io.clonetrace.fleet.spark;

import io.clonetrace.fleet.sql.Duck;
import io.clonetrace.fleet.table.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files of a folder of tables, for comparison. */
final class TableFiles {
    private static final long MEMORY = 256;

    private TableFiles() {}

    private interface Read<T> {
        T of(Path file) throws IOException, SQLException;
    }

    private static <T> Map<String, T> all(Path tables, Read<T> read) throws IOException {
        Map<String, T> all = new TreeMap<>();
        try (Stream<Path> files = Files.walk(tables)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                all.put(tables.relativize(file).toString(), read.of(file));
            }
        } catch (SQLException refused) {
            throw Duck.failure(refused);
        }
        return all;
    }

    /**
     * The number of rows and a hash of them for each file of rows, the text for each other one, by name. DuckDB does
     * not write the same rows as the same bytes each time.
     */
    static Map<String, String> of(Path tables) throws IOException {
        try (Connection duck = Duck.open(MEMORY);
                Statement statement = duck.createStatement()) {
            return all(tables, file -> {
                if (!file.toString().endsWith(".parquet")) {
                    return Files.readString(file);
                }
                try (ResultSet row = statement.executeQuery("SELECT COUNT(*) || ' ' || SUM(HASH(r)) FROM read_parquet("
                        + Duck.literal(file.toString()) + ", hive_partitioning = false) AS r")) {
                    row.next();
                    return row.getString(1);
                }
            });
        } catch (SQLException refused) {
            throw Duck.failure(refused);
        }
    }

    /** The tables that do not have the same rows, each as often, in both folders, whatever files they are in. */
    static Set<Table> tablesWithOtherRows(Path one, Path other) throws IOException {
        Set<Table> different = EnumSet.noneOf(Table.class);
        try (Connection duck = Duck.open(MEMORY);
                Statement statement = duck.createStatement()) {
            for (Table table : Table.values()) {
                if (Files.notExists(one.resolve(table.sqlName())) && Files.notExists(other.resolve(table.sqlName()))) {
                    continue;
                }
                String first = rows(one, table);
                String second = rows(other, table);
                try (ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM ((" + first + " EXCEPT ALL " + second
                        + ") UNION ALL (" + second + " EXCEPT ALL " + first + "))")) {
                    row.next();
                    if (row.getLong(1) > 0) {
                        different.add(table);
                    }
                }
            }
        } catch (SQLException refused) {
            throw Duck.failure(refused);
        }
        return different;
    }

    private static String rows(Path tables, Table table) {
        return "(SELECT * FROM read_parquet("
                + Duck.literal(tables.resolve(table.sqlName()) + "/**/*.parquet")
                + ", hive_partitioning = true))";
    }

    /** When each file was written. */
    static Map<String, FileTime> times(Path tables) throws IOException {
        return all(tables, Files::getLastModifiedTime);
    }
}
