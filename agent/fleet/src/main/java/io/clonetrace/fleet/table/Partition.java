package io.clonetrace.fleet.table;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;

/**
 * The folder of a table that a row is in, {@code day=2026-11-29/host=web-1}, as Hive writes it, and Spark and DuckDB
 * read it.
 *
 * @param day when the part's first event was, in UTC; null if it has none
 * @param host the JVM's host name; null if not recorded
 */
public record Partition(LocalDate day, String host) {
    /** Of rows of which neither is known. */
    public static final Partition UNKNOWN = new Partition(null, null);

    private static final String NULL = "__HIVE_DEFAULT_PARTITION__";

    /** A name of a file has 255 bytes at most. */
    private static final int LONGEST = 200;

    /** Relative, with slashes. */
    public String folder() {
        return "day=" + (day == null ? NULL : day) + "/host=" + (host == null || host.isEmpty() ? NULL : encoded(host));
    }

    private static String encoded(String name) {
        StringBuilder kept = new StringBuilder();
        for (int point : Texts.valid(name).codePoints().toArray()) {
            String next = URLEncoder.encode(Character.toString(point), StandardCharsets.UTF_8)
                    .replace("+", "%20")
                    .replace("*", "%2A");
            if (kept.length() + next.length() > LONGEST) {
                break;
            }
            kept.append(next);
        }
        // A folder of that name would be another one.
        return kept.toString().replaceFirst("^\\.", "%2E");
    }
}
