package io.clonetrace.report.summary;

import io.clonetrace.clone.TaskKind;
import io.clonetrace.report.model.CloneTable.CloneWay;
import io.clonetrace.report.model.Event;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.ThreadRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How many threads of one kind there were.
 *
 * @param kind the kind's name; {@link CloneWay#UNKNOWN_KIND} if it could not be observed
 * @param created made while it was recorded
 * @param before those that lived before
 * @param alive those that lived at the end; {@link Event#ABSENT} if that was not recorded
 * @param peak the most that lived at a time, or at least so many; {@link Event#ABSENT} if not recorded, and of several
 *     JVMs together, which need not have lived at the same time
 */
public record KindCount(String kind, long created, long before, long alive, long peak) {
    /** The name of {@link #application}. */
    public static final String APPLICATION = "all but agent";

    /** One a kind, in the order of {@link TaskKind}; those that could not be observed last. */
    public static List<KindCount> of(List<Jvm> jvms) {
        Map<Integer, List<KindCount>> kinds = new TreeMap<>();
        for (Jvm jvm : jvms) {
            jvm.threads().stream()
                    .collect(Collectors.groupingBy(KindCount::order))
                    .forEach((order, rows) -> kinds.computeIfAbsent(order, kind -> new ArrayList<>())
                            .add(count(rows.get(0).kindLabel(), rows)));
        }
        return kinds.values().stream().map(KindCount::sum).toList();
    }

    /** The threads, without processes and without what is there because clonetrace is on. */
    public static KindCount application(List<Jvm> jvms) {
        List<KindCount> each = new ArrayList<>();
        for (Jvm jvm : jvms) {
            each.add(count(
                    APPLICATION,
                    jvm.threads().stream()
                            .filter(row ->
                                    row.isApplications() && row.kind().orElse(TaskKind.NATIVE) != TaskKind.PROCESS)
                            .toList()));
        }
        return each.isEmpty() ? count(APPLICATION, List.of()) : sum(each);
    }

    private static int order(ThreadRow row) {
        return row.kind().map(TaskKind::ordinal).orElse(TaskKind.values().length);
    }

    private static KindCount sum(List<KindCount> one) {
        return one.size() == 1
                ? one.get(0)
                : new KindCount(
                        one.get(0).kind,
                        one.stream().mapToLong(KindCount::created).sum(),
                        one.stream().mapToLong(KindCount::before).sum(),
                        one.stream().allMatch(count -> count.alive < 0)
                                ? Event.ABSENT
                                : one.stream()
                                        .mapToLong(count -> Math.max(0, count.alive))
                                        .sum(),
                        Event.ABSENT);
    }

    private static KindCount count(String kind, List<ThreadRow> rows) {
        Tally tally = Tally.of(rows);
        return new KindCount(kind, tally.created(), tally.before(), tally.alive(), tally.peak());
    }
}
