package io.clonetrace.micro;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;

/** Prints each result as soon as it is there, as a row of 80 columns, and keeps all. */
final class Table {
    private static final String ROW = "%-48s %9s %-7s %5s %8s%n";
    private static final double DIGITS_UP_TO = 100;

    private final PrintStream out;
    private final List<RunResult> results = new ArrayList<>();

    Table(PrintStream out) {
        this.out = out;
    }

    void head() {
        row("", "median", "", "±", "B each");
    }

    /**
     * Adds a benchmark's result.
     *
     * @param unit what the score counts
     */
    void add(String what, String unit, List<RunResult> runs) {
        for (RunResult run : runs) {
            Result<?> time = run.getPrimaryResult();
            double median = time.getStatistics().getPercentile(50);
            double error = time.getScoreError() / time.getScore();
            row(what, number(median), unit, percent(error), bytes(run));
            results.add(run);
        }
    }

    /** Adds what a benchmark counted beside its time. */
    void addQuotient(String what, String unit, RunResult run, String dividend, String divisor) {
        row(what, number(counter(run, dividend) / counter(run, divisor)), unit, "", "");
    }

    void skip(String what, String why) {
        out.printf(Locale.ROOT, "%-48s skipped: %s%n", what, why);
    }

    /** Writes all results as JMH's JSON. */
    void write(Path file) throws IOException {
        try (PrintStream json = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, json).writeOut(results);
        }
    }

    private void row(String what, String number, String unit, String error, String bytes) {
        out.printf(Locale.ROOT, ROW, what, number, unit, error, bytes);
        out.flush();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < DIGITS_UP_TO ? "%.1f" : "%,.0f", value);
    }

    private static String percent(double part) {
        return Double.isNaN(part) ? "" : String.format(Locale.ROOT, "%.0f%%", 100 * part);
    }

    private static String bytes(RunResult run) {
        Result<?> allocated = run.getSecondaryResults().get("gc.alloc.rate.norm");
        return allocated == null ? "" : String.format(Locale.ROOT, "%,.0f", allocated.getScore());
    }

    private static double counter(RunResult run, String name) {
        return run.getSecondaryResults().get(name).getScore();
    }
}
