package io.clonetrace.report.summary;

import io.clonetrace.clone.TaskKind;
import io.clonetrace.report.model.CloneTable.CloneWay;
import io.clonetrace.report.model.Coverage;
import io.clonetrace.report.model.Event;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.ThreadRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;

/**
 * How many threads of one kind there were.
 *
 * @param kind the kind's name; {@link CloneWay#UNKNOWN_KIND} if it could not be observed
 * @param created made while it was recorded; {@link Event#ABSENT} if that was not recorded
 * @param before those that lived before; {@link Event#ABSENT} if that was not recorded
 * @param alive those that lived at the end; {@link Event#ABSENT} if that was not recorded
 * @param peak the most that lived at a time; {@link Event#ABSENT} if not recorded, and of several JVMs together, which
 *     need not have lived at the same time
 * @param atLeast which of these are lower bounds
 * @param byJvm whether alive and peak are the JVM's own counts of its Java threads; its peak is that since its start
 */
public record KindCount(String kind, long created, long before, long alive, long peak, AtLeast atLeast, boolean byJvm) {
    /** The name of {@link #application}. */
    public static final String APPLICATION = "all but agent";

    /** One a kind, in the order of {@link TaskKind}; those that could not be observed last. */
    public static List<KindCount> of(List<Jvm> jvms) {
        Map<Integer, List<KindCount>> kinds = new TreeMap<>();
        for (Jvm jvm : jvms) {
            of(jvm).forEach((order, count) ->
                    kinds.computeIfAbsent(order, kind -> new ArrayList<>()).add(count));
        }
        return kinds.values().stream().map(KindCount::sum).toList();
    }

    /** Those of one JVM, by the kind's place in the order. */
    static Map<Integer, KindCount> of(Jvm jvm) {
        return jvm.derived().once(KindCount.class, () -> {
            Map<Integer, KindCount> kinds = new TreeMap<>();
            KindRows.of(List.of(jvm), row -> true)
                    .forEach((order, rows) ->
                            kinds.put(order, count(rows.get(0).kindLabel(), rows, coverage(jvm, rows.get(0)))));
            return kinds;
        });
    }

    /** The threads, without processes and without what is there because clonetrace is on. */
    public static KindCount application(List<Jvm> jvms) {
        List<KindCount> each = jvms.stream().map(KindCount::application).toList();
        return each.isEmpty() ? count(APPLICATION, List.of(), Coverage.FULL) : sum(each);
    }

    /** Without the agent, the JVM's own counts tell more than events about single threads. */
    private static KindCount application(Jvm jvm) {
        KindCount count = count(
                APPLICATION,
                jvm.threads().stream()
                        .filter(row -> row.isApplications() && !row.is(TaskKind.PROCESS))
                        .toList(),
                jvm.coverage());
        Jvm.Counters counters = jvm.counters();
        if (jvm.hasAgent() || counters.liveJavaThreads() < 0) {
            return count;
        }
        boolean starts = jvm.coverage().starts();
        return new KindCount(
                APPLICATION,
                starts || counters.startedJavaThreads() <= 0 ? count.created : counters.startedJavaThreads(),
                count.before,
                counters.liveJavaThreads(),
                counters.peakJavaThreads(),
                new AtLeast(count.atLeast.created(), count.atLeast.before(), false, false),
                true);
    }

    private static Coverage coverage(Jvm jvm, ThreadRow row) {
        TaskKind kind = row.kind().orElse(TaskKind.NATIVE);
        return kind == TaskKind.JAVA || kind == TaskKind.VM
                ? jvm.coverage()
                : jvm.coverage().ofTasks();
    }

    private static KindCount sum(List<KindCount> one) {
        if (one.size() == 1) {
            return one.get(0);
        }
        return new KindCount(
                one.get(0).kind,
                sum(one, KindCount::created),
                sum(one, KindCount::before),
                sum(one, KindCount::alive),
                Event.ABSENT,
                one.stream()
                        .map(count -> new AtLeast(
                                count.atLeast.created() || count.created < 0,
                                count.atLeast.before() || count.before < 0,
                                count.atLeast.alive() || count.alive < 0,
                                false))
                        .reduce(AtLeast.NOTHING, AtLeast::or),
                one.stream().anyMatch(KindCount::byJvm));
    }

    private static long sum(List<KindCount> counts, ToLongFunction<KindCount> figure) {
        long[] known =
                counts.stream().mapToLong(figure).filter(count -> count >= 0).toArray();
        return known.length == 0 ? Event.ABSENT : LongStream.of(known).sum();
    }

    private static KindCount count(String kind, List<ThreadRow> rows, Coverage coverage) {
        Tally tally = Tally.of(rows, coverage);
        return new KindCount(
                kind, tally.created(), tally.before(), tally.alive(), tally.peak(), tally.atLeast(), false);
    }
}
