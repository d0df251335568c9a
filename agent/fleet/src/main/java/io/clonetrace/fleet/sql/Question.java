package io.clonetrace.fleet.sql;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A question in SQL.
 *
 * @param name its file's name, without what it ends in
 * @param title what it asks: its comment
 * @param sql the statement
 */
public record Question(String name, String title, String sql) {
    /** In the order in which they are asked; files of {@code agent/fleet/sql}. */
    static final List<String> NAMES = List.of(
            "jvms",
            "leaks-by-service",
            "top-creators",
            "churn",
            "nearest-limits",
            "failed-starts",
            "native-threads",
            "oversized-stacks",
            "unusual-flags",
            "changes-between-days");

    private static final String COMMENT = "--";

    /** All that come with clonetrace. */
    public static List<Question> all() throws IOException {
        List<Question> all = new ArrayList<>();
        for (String name : NAMES) {
            try (InputStream in = Question.class.getResourceAsStream(name + ".sql")) {
                if (in == null) {
                    throw new IOException("this clonetrace-fleet.jar lacks " + name + ".sql");
                }
                all.add(of(name, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
            }
        }
        return all;
    }

    /** That of a file's text. */
    public static Question of(String name, String text) {
        String title = text.lines()
                .takeWhile(line -> line.startsWith(COMMENT))
                .map(line -> line.substring(COMMENT.length()).strip())
                .reduce((one, other) -> one + " " + other)
                .orElse("");
        return new Question(name, title, text);
    }

    /** What it asks, up to the first question mark. */
    public String shortTitle() {
        return title.substring(0, title.indexOf('?') + 1);
    }

    /** What its comment says behind the question; empty for nothing. */
    public String remark() {
        return title.substring(title.indexOf('?') + 1).strip();
    }

    static String name(Path file) {
        return file.getFileName().toString().replaceFirst("\\.sql$", "");
    }
}
