package io.clonetrace.report.text;

import java.io.PrintWriter;
import java.util.Locale;

/** Text of at most 80 columns for a terminal. */
final class Columns {
    private static final int WIDTH = 80;

    private final PrintWriter out;

    Columns(PrintWriter out) {
        this.out = out;
    }

    void line(String text) {
        out.println(text);
    }

    /** A line of a table. */
    void row(String format, Object... cells) {
        out.println(String.format(Locale.ROOT, format, cells).stripTrailing());
    }

    void blank() {
        out.println();
    }

    void flush() {
        out.flush();
    }

    /** Words, broken at the width of a terminal, below their label. */
    void wrapped(String label, String words) {
        StringBuilder line = new StringBuilder(label);
        boolean first = true;
        for (String word : words.replaceAll("(\\S{" + (WIDTH - label.length()) + "})(?=\\S)", "$1 ")
                .split(" ")) {
            if (!first && line.length() + 1 + word.length() > WIDTH) {
                out.println(line);
                line = new StringBuilder(" ".repeat(label.length())).append(word);
            } else {
                line.append(first ? "" : " ").append(word);
            }
            first = false;
        }
        out.println(line);
    }
}
