package io.clonetrace.report.text;

import java.io.PrintWriter;
import java.util.Locale;

/** Text of at most 80 columns for a terminal: lines, rows of tables, and paragraphs. */
public final class TerminalText {
    private static final int WIDTH = 80;

    private final PrintWriter out;

    public TerminalText(PrintWriter out) {
        this.out = out;
    }

    public void line(String text) {
        out.println(text);
    }

    /** A line of a table. */
    void row(String format, Object... cells) {
        out.println(String.format(Locale.ROOT, format, cells).stripTrailing());
    }

    void blank() {
        out.println();
    }

    public void flush() {
        out.flush();
    }

    /** A label, and beside it words that are broken at the terminal's width, within a word if it is longer. */
    void wrapped(String label, String words) {
        print(new StringBuilder(label), label.length(), words);
    }

    /** The same with room for longer labels: the words of a list are in one column. */
    public void item(String label, int labelWidth, String words) {
        int gap = Math.max(label.isEmpty() ? 0 : 1, labelWidth - label.length());
        print(new StringBuilder(label).append(" ".repeat(gap)), labelWidth, words);
    }

    private void print(StringBuilder begin, int indent, String words) {
        StringBuilder line = begin;
        boolean first = true;
        for (String word : words.replaceAll("(\\S{" + (WIDTH - indent) + "})(?=\\S)", "$1 ")
                .split(" ")) {
            if (!first && line.length() + 1 + word.length() > WIDTH) {
                out.println(line);
                line = new StringBuilder(" ".repeat(indent)).append(word);
            } else {
                line.append(first ? "" : " ").append(word);
            }
            first = false;
        }
        out.println(line);
    }
}
