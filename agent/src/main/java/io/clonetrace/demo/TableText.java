package io.clonetrace.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * Text of 80 columns: a label, and seven cells a row. What is longer than its cell is wrapped; equal neighbours that
 * are longer are one.
 */
final class TableText {
    /** Characters of a cell, without the space before it. */
    static final int CELL = 8;

    private static final int WIDTH = 80;
    private static final int LABEL = 15;

    private final StringBuilder text = new StringBuilder();
    private int columns;

    /** The contents of cells that belong together. */
    private record Span(List<String> lines, int width) {
        String line(int index) {
            String content = index < lines.size() ? lines.get(index) : "";
            return " " + content + " ".repeat(Math.max(0, width - content.length()));
        }
    }

    void row(String label, List<String> cells) {
        columns = Math.max(columns, cells.size());
        List<Span> spans = spans(cells);
        int height = spans.stream().mapToInt(span -> span.lines().size()).max().orElse(1);
        for (int line = 0; line < height; line++) {
            StringBuilder row = new StringBuilder(line == 0 ? label : "");
            row.append(" ".repeat(Math.max(0, LABEL - row.length())));
            for (Span span : spans) {
                row.append(span.line(line));
            }
            text.append(row.toString().stripTrailing()).append(System.lineSeparator());
        }
    }

    void rule() {
        text.append("-".repeat(LABEL + columns * (1 + CELL))).append(System.lineSeparator());
    }

    void note(String sentence) {
        wrap(sentence, WIDTH).forEach(line -> text.append(line).append(System.lineSeparator()));
    }

    private static List<Span> spans(List<String> cells) {
        List<Span> spans = new ArrayList<>();
        for (int first = 0; first < cells.size(); ) {
            String content = cells.get(first);
            int next = first + 1;
            while (content.length() > CELL
                    && next < cells.size()
                    && cells.get(next).equals(content)) {
                next++;
            }
            int width = (next - first) * (1 + CELL) - 1;
            spans.add(
                    next - first == 1
                            ? new Span(wrap(content, CELL), width)
                            : new Span(List.of(dashed(content, width)), width));
            first = next;
        }
        return spans;
    }

    private static String dashed(String content, int width) {
        int dashes = width - content.length() - 2;
        return "-".repeat(dashes / 2) + " " + content + " " + "-".repeat(dashes - dashes / 2);
    }

    /** Lines of at most that width, broken between words, behind an underscore, or where it must be. */
    private static List<String> wrap(String content, int width) {
        List<String> lines = new ArrayList<>();
        String rest = content;
        while (rest.length() > width) {
            int space = rest.lastIndexOf(' ', width);
            int end = space > 0 ? space : Math.min(rest.lastIndexOf('_', width - 1) + 1, width);
            end = end <= 0 ? width : end;
            lines.add(rest.substring(0, end).stripTrailing());
            rest = rest.substring(end).stripLeading();
        }
        lines.add(rest);
        return lines;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
