package io.clonetrace.report;

import java.io.PrintWriter;

/** Text of at most 80 columns for a terminal, and nothing that a terminal would act on. */
final class Columns {
    private static final int WIDTH = 80;

    private final PrintWriter out;

    Columns(PrintWriter out) {
        this.out = out;
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

    /** What came from outside may hold terminal escapes, and characters that turn a line's direction. */
    static String clean(String text) {
        StringBuilder clean = new StringBuilder();
        text.codePoints().map(c -> isPlain(c) ? c : '?').forEach(clean::appendCodePoint);
        return clean.toString();
    }

    private static boolean isPlain(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }
}
