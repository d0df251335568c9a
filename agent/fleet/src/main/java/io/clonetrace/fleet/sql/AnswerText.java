package io.clonetrace.fleet.sql;

import io.clonetrace.report.text.PlainText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An answer as a table for a terminal. Names in it are hostile input. */
final class AnswerText {
    private static final String GAP = "  ";
    private static final int WIDEST = 72;

    private AnswerText() {}

    /**
     * Prints it.
     *
     * @param most rows to print; a line says how many more there are
     */
    static void print(Answer answer, int most, PrintWriter out) {
        if (answer.rows().isEmpty()) {
            out.println(answer.columns().isEmpty() ? "done" : "(none)");
            return;
        }
        List<List<String>> lines = new ArrayList<>();
        lines.add(answer.columns());
        answer.rows().stream()
                .limit(most)
                .forEach(row -> lines.add(row.stream().map(AnswerText::cell).toList()));
        int[] widths = new int[answer.columns().size()];
        for (List<String> line : lines) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], PlainText.columns(line.get(column)));
            }
        }
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                String cell = line.get(column);
                String blanks = " ".repeat(widths[column] - PlainText.columns(cell));
                text.append(column == 0 ? "" : GAP)
                        .append(answer.numeric().get(column) ? blanks + cell : cell + blanks);
            }
            out.println(text.toString().stripTrailing());
        }
        int more = answer.rows().size() - most;
        if (more > 0) {
            out.printf(Locale.ROOT, "... and %,d more%n", more);
        }
    }

    /** A dash for NULL. */
    static String cell(Object value) {
        if (value == null) {
            return "-";
        }
        String text = value instanceof Long number
                ? String.format(Locale.ROOT, "%,d", number)
                : value instanceof Double number ? String.format(Locale.ROOT, "%.1f", number) : value.toString();
        return PlainText.fit(PlainText.clean(text), WIDEST).stripTrailing();
    }
}
