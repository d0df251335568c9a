package io.clonetrace.report.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table whose columns are as wide as what they hold. The last column may be one of longer text, which is never cut:
 * what does not fit beside a row is below it. On a terminal too narrow for the other columns, each row becomes a
 * paragraph.
 */
final class TextTable {
    private static final String GAP = "  ";
    private static final String INDENT = "    ";

    /** The widest cell; names in a recording may be of any length. */
    private static final int WIDEST_CELL = 28;

    /** Text narrower than this has too many lines. */
    private static final int NARROWEST_TEXT = 16;

    private final TerminalText out;
    private final List<Column> columns;
    private final String lastHead;
    private final List<Row> rows = new ArrayList<>();

    /**
     * A column.
     *
     * @param right whether it is of numbers
     */
    record Column(String head, boolean right) {}

    /** A row: its cells, the text in the last column, and remarks below. */
    final class Row {
        private final List<String> cells;
        private final List<String> last = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();
        private Ink ink = Ink.NONE;

        private Row(List<String> cells) {
            this.cells = cells;
        }

        /** Colours the first cell. */
        Row ink(Ink colour) {
            ink = colour;
            return this;
        }

        /** Adds a line to its text in the last column. */
        Row text(String line) {
            last.add(PlainText.clean(line));
            return this;
        }

        /** Adds a remark on the row. */
        Row note(String remark) {
            notes.add(PlainText.clean(remark));
            return this;
        }
    }

    /** A table without a column of longer text. */
    TextTable(TerminalText out, Column... columns) {
        this(out, null, columns);
    }

    /** @param lastHead the head of the last column, of longer text; null if there is none */
    TextTable(TerminalText out, String lastHead, Column... columns) {
        this.out = out;
        this.lastHead = lastHead;
        this.columns = List.of(columns);
    }

    static Column text(String head) {
        return new Column(head, false);
    }

    static Column number(String head) {
        return new Column(head, true);
    }

    /** Adds a row. Texts may be hostile: they are cleaned, and cut if they are very long. */
    Row row(String... cells) {
        Row row = new Row(Arrays.stream(cells)
                .map(cell -> PlainText.columns(PlainText.clean(cell)) <= WIDEST_CELL
                        ? PlainText.clean(cell)
                        : PlainText.fit(cell, WIDEST_CELL - 3) + "...")
                .toList());
        rows.add(row);
        return row;
    }

    void print() {
        int[] widths = IntStream.range(0, columns.size()).map(this::width).toArray();
        int fixed = Arrays.stream(widths).sum() + GAP.length() * (widths.length - 1);
        if (fixed > out.columns()) {
            rows.forEach(this::paragraph);
            return;
        }
        int room = lastHead == null ? 0 : out.columns() - fixed - GAP.length();
        heads(widths, room);
        for (Row row : rows) {
            String cells = cells(widths, row.cells, row.ink);
            String below = INDENT;
            List<String> last = row.last;
            if (!last.isEmpty() && room >= NARROWEST_TEXT && PlainText.columns(last.get(0)) <= room) {
                cells += GAP + last.get(0);
                last = last.subList(1, last.size());
                boolean beside = last.stream().allMatch(line -> PlainText.columns(line) <= room);
                below = beside ? " ".repeat(fixed) + GAP : INDENT;
            }
            out.line(cells.stripTrailing());
            text(below, last);
            notes(row);
        }
    }

    private int width(int column) {
        return Math.max(
                columns.get(column).head.length(),
                rows.stream()
                        .mapToInt(row -> PlainText.columns(row.cells.get(column)))
                        .max()
                        .orElse(0));
    }

    private void heads(int[] widths, int room) {
        String heads = cells(widths, columns.stream().map(Column::head).toList(), Ink.NONE);
        boolean beside = lastHead != null && lastHead.length() <= room;
        out.line(out.paint(Ink.HEAD, (heads + (beside ? GAP + lastHead : "")).stripTrailing()));
        if (lastHead != null && !beside) {
            out.line(out.paint(Ink.HEAD, INDENT + lastHead));
        }
    }

    private String cells(int[] widths, List<String> cells, Ink ink) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = cells.get(i);
            String gap = " ".repeat(widths[i] - PlainText.columns(cell));
            String painted = i == 0 ? out.paint(ink, cell) : cell;
            line.append(i == 0 ? "" : GAP).append(columns.get(i).right ? gap + painted : painted + gap);
        }
        return line.toString();
    }

    private void text(String indent, List<String> text) {
        text.forEach(line ->
                TerminalText.lines(line, out.columns() - indent.length()).forEach(part -> out.line(indent + part)));
    }

    private void notes(Row row) {
        row.notes.forEach(note -> out.wrapped(INDENT, note));
    }

    private void paragraph(Row row) {
        out.wrapped(
                "",
                IntStream.range(0, columns.size())
                        .mapToObj(i -> columns.get(i).head + " " + row.cells.get(i))
                        .map(String::strip)
                        .collect(Collectors.joining(", ")));
        text(INDENT, row.last);
        notes(row);
    }
}
