package io.clonetrace.report.summary;

import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.Liveness;
import io.clonetrace.report.model.StackUse;
import io.clonetrace.report.model.ThreadRow;
import java.util.Arrays;
import java.util.List;

/**
 * The stacks of one kind of threads, in bytes: of those that lived at the last look, and how deep all that were ever
 * measured reached at most.
 *
 * @param live threads that lived at the last look
 * @param unmeasured those of them whose stack could not be measured, which the sums leave out
 * @param reserved address space
 * @param touched memory
 * @param huge of it in transparent huge pages
 * @param peaks the most that each thread was seen to hold
 * @param depths the deepest that each thread was seen to reach
 * @param withoutDepth threads that were measured without that
 * @param largestShare the largest part of its stack that such a depth is, 1 for all; 0 if none was measured
 */
public record StackTotal(
        String kind,
        long live,
        long unmeasured,
        long reserved,
        long touched,
        long huge,
        Percentiles peaks,
        Percentiles depths,
        long withoutDepth,
        double largestShare) {
    /** One a kind of which a stack was measured. */
    public static List<StackTotal> of(List<Jvm> jvms) {
        return jvms.size() == 1 ? of(jvms.get(0)) : all(jvms);
    }

    static List<StackTotal> of(Jvm jvm) {
        return jvm.derived().once(StackTotal.class, () -> all(List.of(jvm)));
    }

    private static List<StackTotal> all(List<Jvm> jvms) {
        return KindRows.of(jvms, ThreadRow::hasStack).values().stream()
                .map(rows -> new Sums(rows).total())
                .toList();
    }

    /** Adds up the stacks of the rows of one kind. */
    private static final class Sums {
        private final List<ThreadRow> rows;
        private final long[] peaks;
        private final long[] depths;
        private int knownPeaks;
        private int knownDepths;
        private long live;
        private long unmeasured;
        private long reserved;
        private long touched;
        private long huge;
        private long withoutDepth;
        private double largestShare;

        Sums(List<ThreadRow> rows) {
            this.rows = rows;
            peaks = new long[rows.size()];
            depths = new long[rows.size()];
        }

        StackTotal total() {
            for (ThreadRow row : rows) {
                add(row, row.stack().orElseThrow());
            }
            return new StackTotal(
                    rows.get(0).kindLabel(),
                    live,
                    unmeasured,
                    reserved,
                    touched,
                    huge,
                    new Percentiles(Arrays.copyOf(peaks, knownPeaks)),
                    new Percentiles(Arrays.copyOf(depths, knownDepths)),
                    withoutDepth,
                    largestShare);
        }

        private void add(ThreadRow row, StackUse use) {
            if (use.peak() >= 0) {
                peaks[knownPeaks++] = use.peak();
            }
            if (use.depth() >= 0) {
                depths[knownDepths++] = use.depth();
            }
            withoutDepth += use.withoutDepth() ? 1 : 0;
            largestShare = Math.max(largestShare, use.share());
            if (row.life() == Liveness.ALIVE) {
                live++;
                unmeasured += use.touched() < 0 ? 1 : 0;
                reserved += Math.max(0, use.reserved());
                touched += Math.max(0, use.touched());
                huge += Math.max(0, use.huge());
            }
        }
    }
}
