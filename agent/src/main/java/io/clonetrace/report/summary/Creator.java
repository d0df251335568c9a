package io.clonetrace.report.summary;

import io.clonetrace.clone.TaskKind;
import io.clonetrace.report.model.Event;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.Liveness;
import io.clonetrace.report.model.StackTrace;
import io.clonetrace.report.model.StackTrace.Frame;
import io.clonetrace.report.model.StackUse;
import io.clonetrace.report.model.ThreadRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * A call site that made threads of the application. Carriers have none, nor has what else the JDK makes for virtual
 * threads ({@link ThreadRow#isForVirtualThreads}).
 *
 * @param site the first frame outside the JDK and clonetrace
 * @param trace the stack trace of one of its calls
 * @param created threads that it made
 * @param alive those that lived at the end of the recording; {@link Event#ABSENT} if that was not recorded
 * @param reserved address space of the living ones' stacks in bytes; {@link Event#ABSENT} if none is known
 * @param touched memory that they hold; {@link Event#ABSENT} if none was measured
 */
public record Creator(Frame site, StackTrace trace, long created, long alive, long reserved, long touched) {
    /** All of them, that which made most first. */
    public static List<Creator> of(List<Jvm> jvms) {
        Map<Frame, List<ThreadRow>> sites = new LinkedHashMap<>();
        jvms.forEach(jvm -> bySite(jvm)
                .forEach((site, rows) ->
                        sites.computeIfAbsent(site, one -> new ArrayList<>()).addAll(rows)));
        List<Creator> all = new ArrayList<>();
        sites.forEach((site, rows) -> all.add(of(site, rows)));
        all.sort(Comparator.comparingLong(Creator::created)
                .reversed()
                .thenComparing(creator -> creator.site().toString()));
        return all;
    }

    /** The application's Java threads of one JVM by the call site that made them; those without one are left out. */
    public static Map<Frame, List<ThreadRow>> bySite(Jvm jvm) {
        Map<Frame, List<ThreadRow>> sites = new LinkedHashMap<>();
        // Equal traces are one object, and a trace is long.
        Map<StackTrace, List<ThreadRow>> traces = new IdentityHashMap<>();
        jvm.threads().stream()
                .filter(row -> row.kind().equals(Optional.of(TaskKind.JAVA)) && !row.isForVirtualThreads())
                .forEach(row -> row.trace()
                        .ifPresent(trace -> traces.computeIfAbsent(trace, one -> new ArrayList<>())
                                .add(row)));
        traces.forEach((trace, rows) -> trace.site()
                .ifPresent(site ->
                        sites.computeIfAbsent(site, one -> new ArrayList<>()).addAll(rows)));
        return sites;
    }

    private static Creator of(Frame site, List<ThreadRow> rows) {
        List<ThreadRow> alive =
                rows.stream().filter(row -> row.life() == Liveness.ALIVE).toList();
        boolean recorded = rows.stream().anyMatch(row -> row.life() != Liveness.NOT_RECORDED);
        return new Creator(
                site,
                rows.get(0).trace().orElseThrow(),
                rows.size(),
                recorded ? alive.size() : Event.ABSENT,
                sum(alive, ThreadRow::reserved),
                sum(alive, row -> row.stack().map(StackUse::touched).orElse(Event.ABSENT)));
    }

    private static long sum(List<ThreadRow> rows, ToLongFunction<ThreadRow> size) {
        long[] known = rows.stream().mapToLong(size).filter(bytes -> bytes >= 0).toArray();
        return known.length == 0 && !rows.isEmpty()
                ? Event.ABSENT
                : Arrays.stream(known).sum();
    }
}
