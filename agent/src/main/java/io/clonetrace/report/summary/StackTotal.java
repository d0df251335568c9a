package io.clonetrace.report.summary;

import io.clonetrace.clone.TaskKind;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.Liveness;
import io.clonetrace.report.model.StackUse;
import io.clonetrace.report.model.ThreadRow;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

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
    private static final int KINDS = TaskKind.values().length;

    /** One a kind of which a stack was measured. */
    public static List<StackTotal> of(List<Jvm> jvms) {
        return jvms.size() == 1 ? of(jvms.get(0)) : all(jvms);
    }

    static List<StackTotal> of(Jvm jvm) {
        return jvm.derived().once(StackTotal.class, () -> all(List.of(jvm)));
    }

    private static List<StackTotal> all(List<Jvm> jvms) {
        Map<Integer, List<ThreadRow>> kinds = jvms.stream()
                .flatMap(jvm -> jvm.threads().stream())
                .filter(row -> row.stack().isPresent())
                .collect(Collectors.groupingBy(
                        row -> row.kind().map(TaskKind::ordinal).orElse(KINDS), TreeMap::new, Collectors.toList()));
        return kinds.values().stream().map(StackTotal::total).toList();
    }

    private static StackTotal total(List<ThreadRow> rows) {
        List<StackUse> live = rows.stream()
                .filter(row -> row.life() == Liveness.ALIVE)
                .map(row -> row.stack().orElseThrow())
                .toList();
        List<StackUse> all = rows.stream().map(row -> row.stack().orElseThrow()).toList();
        return new StackTotal(
                rows.get(0).kindLabel(),
                live.size(),
                live.stream().filter(use -> use.touched() < 0).count(),
                sum(live, StackUse::reserved),
                sum(live, StackUse::touched),
                sum(live, StackUse::huge),
                known(all, StackUse::peak),
                known(all, StackUse::depth),
                all.stream().filter(StackUse::withoutDepth).count(),
                all.stream().mapToDouble(StackUse::share).max().orElse(0));
    }

    private static Percentiles known(List<StackUse> uses, ToLongFunction<StackUse> size) {
        return new Percentiles(
                uses.stream().mapToLong(size).filter(bytes -> bytes >= 0).toArray());
    }

    private static long sum(List<StackUse> uses, ToLongFunction<StackUse> size) {
        return uses.stream().mapToLong(size).filter(bytes -> bytes >= 0).sum();
    }
}
