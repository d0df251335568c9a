package io.clonetrace.report;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.CloneProfile;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A {@link RecordingSummary} as text of at most 80 columns. */
public final class TextReport {
    private static final String INDENT = "   ";
    private static final String NOT_OBSERVED = "not observed";
    private static final long LARGEST = 1L << 47;

    private final RecordingSummary summary;
    private final PrintWriter out;
    private final Columns columns;

    public TextReport(RecordingSummary summary, PrintWriter out) {
        this.summary = summary;
        this.out = out;
        columns = new Columns(out);
    }

    /** Prints it. */
    public void print() {
        head();
        clones();
        stacks();
        out.flush();
    }

    private void head() {
        columns.wrapped(
                "JVM     ", Columns.clean(summary.jvm().replaceFirst(" for .*", "")) + ", pid " + summary.jvmPid());
        boolean any = false;
        for (RecordingSummary.SourceState source : summary.sources()) {
            any = true;
            String seen = source.source().equals("hook") ? " thread starts seen, " : " clone calls seen, ";
            String lost = source.lost() < 0 ? "not known how many" : Long.toString(source.lost());
            String reason = source.reason() == null ? "" : " (" + Columns.clean(source.reason()) + ")";
            columns.wrapped(
                    "source  ",
                    Columns.clean(source.source()) + ": " + Columns.clean(source.state()) + ", " + source.seen() + seen
                            + lost + " lost" + reason);
        }
        if (!any) {
            out.println("source  clonetrace recorded nothing in this file");
        }
        columns.wrapped(
                "threads ",
                summary.threadStarts() + " started by Thread.start; " + summary.virtualThreads()
                        + " virtual threads, which have no clone");
    }

    private void clones() {
        List<Long> sets = new ArrayList<>(summary.clones().flagSets());
        out.println();
        out.println("made for          clones  system call   stack size passed   flags");
        for (CloneRow row : summary.clones().rows()) {
            CloneRow.Way way = row.way();
            String syscall = way.syscall() == null ? NOT_OBSERVED : way.syscall();
            String call = way.error() == null ? syscall : syscall + " " + way.error();
            String flags = way.flags() == CloneCall.UNKNOWN ? NOT_OBSERVED : letter(sets.indexOf(way.flags()));
            out.printf(
                    "%-17.17s%7d  %-13.13s %17s   %s%n",
                    Columns.clean(way.owner()), row.count(), Columns.clean(call), stackSize(row), flags);
        }
        if (summary.clones().rows().isEmpty()) {
            out.println("(no clone was observed)");
        }
        for (long set : sets) {
            out.println();
            out.println(letter(sets.indexOf(set)) + "  0x" + Long.toHexString(set) + profile(set));
            columns.wrapped(INDENT, new CloneFlags(set).names().replace("|", " | "));
        }
    }

    private void stacks() {
        StackTotals stacks = summary.stacks();
        List<StackTotals.Total> totals = stacks.totals();
        if (!totals.isEmpty()) {
            out.println();
            out.println("live stacks  threads       reserved        touched         huge  of RSS");
        }
        for (StackTotals.Total total : totals) {
            out.printf(
                    "%-12.12s%8d%15s%15s%13s%8s%n",
                    Columns.clean(total.kind()),
                    total.threads(),
                    size(total.reserved()),
                    size(total.touched()),
                    size(total.huge()),
                    share(total.touched(), stacks.rss()));
            if (total.unmeasured() > 0) {
                out.println(INDENT + total.unmeasured() + " of them not measured");
            }
        }
        if (stacks.ended() > 0) {
            columns.wrapped(
                    "",
                    "ended: " + stacks.ended() + " threads measured their own stack, the largest touched "
                            + size(stacks.highestPeak()));
        }
    }

    private static String share(long bytes, long rss) {
        return rss <= 0 ? "-" : String.format(Locale.ROOT, "%.1f%%", 100.0 * bytes / rss);
    }

    private static String stackSize(CloneRow row) {
        if (row.usualStackSize() == CloneCall.UNKNOWN) {
            // Where even the call is not known, that none was passed isn't either.
            return row.way().syscall() == null ? NOT_OBSERVED : "none";
        }
        return (row.oneStackSize() ? "" : "mostly ") + size(row.usualStackSize());
    }

    private static String size(long bytes) {
        if (bytes < 0 || bytes > LARGEST) {
            // What a refused call passed may be anything.
            return "0x" + Long.toHexString(bytes);
        }
        return bytes % 1024 == 0 && bytes > 0
                ? String.format(Locale.ROOT, "%,d KiB", bytes / 1024)
                : String.format(Locale.ROOT, "%,d B", bytes);
    }

    private static String profile(long flags) {
        return CloneProfile.named(flags)
                .map(profile -> "  the flags of " + profile.label())
                .orElse("");
    }

    private static String letter(int index) {
        return index < 26 ? Character.toString('A' + index) : "#" + index;
    }
}
