package io.clonetrace.cli.output;

import io.clonetrace.report.text.PlainText;
import io.clonetrace.stack.StackMeasure;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** Stacks as text of at most 80 columns. */
public final class StackTable {
    private static final long KILO = 1024;
    private static final int NAME = 23;
    private static final int ROUTINE = 55;
    private static final int ROUTINE_BELOW = 78;
    private static final int MOST_ROUTINES = 20;

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
            if (row.startRoutine() != null && !"vm".equals(row.kind())) {
                out.println("  " + PlainText.fit(row.startRoutine(), ROUTINE_BELOW));
            }
        }
        out.println();
        out.println("total     threads    reserved     touched        huge  touched of RSS");
        all.stream()
                .collect(Collectors.groupingBy(
                        row -> row.kind() == null ? "-" : row.kind(), TreeMap::new, Collectors.toList()))
                .forEach(this::total);
        total("all", all);
        startRoutines(all);
        long unknown = all.stream().filter(row -> row.measure().touched() < 0).count();
        if (unknown + left > 0) {
            out.println(unknown + " threads could not be measured: they ran, or share a mapping; " + left
                    + " ended meanwhile");
        }
        out.flush();
    }

    /** HotSpot's own threads all begin in one function, which is shown here and not below each. */
    private void startRoutines(List<StackRow> all) {
        Map<String, List<StackRow>> byRoutine = all.stream()
                .filter(row -> row.startRoutine() != null)
                .collect(Collectors.groupingBy(StackRow::startRoutine));
        if (byRoutine.isEmpty()) {
            return;
        }
        out.println();
        out.println("start routine of native and VM threads                  threads  touched    huge");
        byRoutine.entrySet().stream()
                .sorted(Comparator.<Map.Entry<String, List<StackRow>>>comparingInt(
                                routine -> -routine.getValue().size())
                        .thenComparing(Map.Entry::getKey))
                .limit(MOST_ROUTINES)
                .forEach(routine -> out.printf(
                        "%s%8d%9s%8s%n",
                        columns(routine.getKey(), ROUTINE),
                        routine.getValue().size(),
                        kilo(sum(routine.getValue(), StackMeasure::touched)),
                        kilo(sum(routine.getValue(), StackMeasure::huge))));
        if (byRoutine.size() > MOST_ROUTINES) {
            out.println((byRoutine.size() - MOST_ROUTINES) + " more");
        }
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
