package io.clonetrace.fleet.sql;

import io.clonetrace.report.Recordings;
import io.clonetrace.report.json.JsonReport;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/** What {@code report --json} says of recordings, as a table of DuckDB with one row. */
final class ReportJson {
    private ReportJson() {}

    /**
     * Writes the report.
     *
     * @return the table, for a FROM clause
     */
    static String table(Collection<Path> recordings, Path json) throws IOException {
        StringWriter written = new StringWriter();
        JsonReport.write(Recordings.read(recordings.toArray(Path[]::new)), written);
        // DuckDB's reader of JSON does not take half a surrogate pair.
        Files.writeString(json, written.toString().replaceAll("\\\\ud83d(?!\\\\ude)|(?<!\\\\ud83d)\\\\ude00", "?"));
        return "read_json(" + Duck.literal(json.toString()) + ", maximum_object_size = 100000000)";
    }
}
