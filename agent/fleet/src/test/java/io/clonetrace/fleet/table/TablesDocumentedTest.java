package io.clonetrace.fleet.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TablesDocumentedTest {
    private static final Path PAGE = Path.of("../../docs/tables.md");
    private static final String BEGIN = "<!-- tables -->\n";
    private static final String END = "<!-- /tables -->";

    /** What the page must hold lies in target/tables.md when it doesn't. */
    @Test
    void thePageListsEachTableAndColumn() throws Exception {
        String page = Files.readString(PAGE);
        String expected =
                Arrays.stream(Table.values()).map(TablesDocumentedTest::section).collect(Collectors.joining());
        Files.writeString(Path.of("target/tables.md"), expected);
        assertEquals(expected, page.substring(page.indexOf(BEGIN) + BEGIN.length(), page.indexOf(END)));
    }

    private static String section(Table table) {
        return "\n### " + table.sqlName() + "\n\n"
                + Character.toUpperCase(table.meaning().charAt(0))
                + table.meaning().substring(1) + ".\n\n"
                + "| column | type | unit | NULL | key | meaning |\n|---|---|---|---|---|---|\n"
                + table.columns().stream().map(TablesDocumentedTest::row).collect(Collectors.joining())
                + (table == Table.PROBLEM ? "\n" : "");
    }

    private static String row(Column column) {
        return "| " + column.name() + " | " + column.type().sql() + " | " + column.unit() + " | "
                + (column.nullable() ? "NULL" : "") + " | " + column.key() + " | " + column.meaning() + " |\n";
    }
}
