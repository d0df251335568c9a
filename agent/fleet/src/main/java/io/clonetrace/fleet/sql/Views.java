package io.clonetrace.fleet.sql;

import io.clonetrace.fleet.table.Column;
import io.clonetrace.fleet.table.Table;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The views to which questions are put, as standard SQL that DuckDB and Spark both run. An engine makes the tables
 * known as {@code NAME_rows} first.
 */
public final class Views {
    /** Each part that knows such a thing has its row. */
    private static final Set<Table> DIMENSIONS = EnumSet.of(Table.JVM, Table.LABEL, Table.SITE);

    private Views() {}

    /** The name under which an engine makes the rows of a table known, with {@code day} and {@code host}. */
    public static String rows(Table table) {
        return table.sqlName() + "_rows";
    }

    /** The statements that make the views. */
    public static List<String> statements() {
        List<String> all = new ArrayList<>();
        for (Table table : Table.values()) {
            all.add("CREATE OR REPLACE TEMPORARY VIEW " + table.sqlName() + " AS "
                    + (DIMENSIONS.contains(table) ? distinct(table) : "SELECT * FROM " + rows(table)));
        }
        // Of one that ends at the same time as another, as chunks of one file may, the later part.
        all.add("CREATE OR REPLACE TEMPORARY VIEW last_recording AS SELECT * FROM ("
                + "SELECT *, ROW_NUMBER() OVER (PARTITION BY jvm_id ORDER BY ended DESC, started DESC, part_id) AS newest"
                + " FROM recording) AS numbered WHERE newest = 1");
        return all;
    }

    /** One row a key: a part may know what another doesn't. */
    private static String distinct(Table table) {
        List<String> keys = table.columns().stream()
                .filter(column ->
                        column.key().startsWith("primary") && !column.name().equals("part_id"))
                .map(Column::name)
                .toList();
        String others = table.columns().stream()
                .map(Column::name)
                .filter(name -> !keys.contains(name) && !name.equals("part_id"))
                .map(name -> "MAX(" + name + ") AS " + name)
                .collect(Collectors.joining(", "));
        String key = String.join(", ", keys);
        return "SELECT " + key + ", " + others + ", MIN(day) AS day, MAX(host) AS host FROM " + rows(table)
                + " GROUP BY " + key;
    }

    /** For a table of which there are no files: no row. */
    static String none(Table table) {
        return table.columns().stream()
                        .map(column -> "CAST(NULL AS " + column.type().sql() + ") AS " + column.name())
                        .collect(Collectors.joining(", ", "SELECT ", ", "))
                + "CAST(NULL AS DATE) AS day, CAST(NULL AS VARCHAR) AS host WHERE 1 = 0";
    }
}
