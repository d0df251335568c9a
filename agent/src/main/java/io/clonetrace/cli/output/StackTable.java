package io.clonetrace.cli.output;

import io.clonetrace.report.text.PlainText;
import io.clonetrace.stack.StackMeasure;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** Stacks as text of at most 80 columns. */
public final class StackTable {
    private static final long KILO = 1024;
    private static final int NAME = 23;

    private final PrintWriter out;
    private final long rss;

    /** @param rss the process's resident bytes, or -1 */
    public StackTable(PrintWriter out, long rss) {
        this.out = out;
        this.rss = rss;
    }

    /**
     * Prints the table.
     *
     * @param shown the rows to print
     * @param all all rows, for the totals
     * @param left threads that ended before they could be measured
     */
    public void print(List<StackRow> shown, List<StackRow> all, int left) {
        out.println("KiB                          tid  kind   reserved guard   depth  touched    huge");
        for (StackRow row : shown) {
            StackMeasure measure = row.measure();
            out.printf(
                    "%s %8d  %-6s%9s%6s%8s%9s%8s%n",
                    columns(row.name(), NAME),
                    measure.tid(),
                    row.kind() == null ? "-" : row.kind(),
                    kilo(measure.reserved()),
                    kilo(measure.guard()),
                    kilo(measure.depth()),
                    kilo(measure.touched()),
                    kilo(measure.huge()));
        }
        out.println();
        out.println("total     threads    reserved     touched        huge  touched of RSS");
        all.stream()
                .collect(Collectors.groupingBy(
                        row -> row.kind() == null ? "-" : row.kind(), TreeMap::new, Collectors.toList()))
                .forEach(this::total);
        total("all", all);
        long unknown = all.stream().filter(row -> row.measure().touched() < 0).count();
        if (unknown + left > 0) {
            out.println(unknown + " threads could not be measured: they ran, or share a mapping; " + left
                    + " ended meanwhile");
        }
        out.flush();
    }

    private void total(String kind, List<StackRow> rows) {
        long touched = sum(rows, StackMeasure::touched);
        out.printf(
                "%-9s%8d%12s%12s%12s%16s%n",
                kind,
                rows.size(),
                kilo(sum(rows, StackMeasure::reserved)),
                kilo(touched),
                kilo(sum(rows, StackMeasure::huge)),
                rss <= 0 ? "-" : String.format(Locale.ROOT, "%.1f%%", 100.0 * touched / rss));
    }

    private static long sum(List<StackRow> rows, ToLongFunction<StackMeasure> size) {
        return rows.stream()
                .map(StackRow::measure)
                .mapToLong(size)
                .filter(bytes -> bytes >= 0)
                .sum();
    }

    private static String kilo(long bytes) {
        return bytes < 0 ? "-" : Long.toString(bytes / KILO);
    }

    /** A name in a number of columns of a terminal. */
    static String columns(String name, int width) {
        String fits = PlainText.fit(name, width);
        return fits + " ".repeat(width - PlainText.columns(fits));
    }
}
