package io.clonetrace.cli.output;

import java.io.PrintWriter;

/** Text for a terminal of 80 columns. */
public final class Paragraphs {
    private static final int WIDTH = 80;

    private final PrintWriter out;

    public Paragraphs(PrintWriter out) {
        this.out = out;
    }

    public void line(String text) {
        out.println(text);
    }

    /** A label, and beside it words that are broken at the terminal's width, within a word if it is longer. */
    public void item(String label, int labelWidth, String words) {
        StringBuilder line = new StringBuilder(label)
                .append(" ".repeat(Math.max(label.isEmpty() ? 0 : 1, labelWidth - label.length())));
        boolean first = true;
        for (String word : words.replaceAll("(\\S{" + (WIDTH - labelWidth) + "})(?=\\S)", "$1 ")
                .split(" ")) {
            if (!first && line.length() + 1 + word.length() > WIDTH) {
                out.println(line);
                line = new StringBuilder(" ".repeat(labelWidth)).append(word);
            } else {
                line.append(first ? "" : " ").append(word);
            }
            first = false;
        }
        out.println(line);
    }

    public void flush() {
        out.flush();
    }
}
