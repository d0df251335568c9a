package io.clonetrace.report.summary;

import io.clonetrace.clone.TaskKind;
import io.clonetrace.report.model.Coverage;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.NamePattern;
import io.clonetrace.report.model.ThreadRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Threads of the application whose names have one pattern, those that lived before the agent too.
 *
 * @param pattern as {@link NamePattern} has it; hostile input
 * @param creators which code made them, the most of them first; fewer than the threads where that was not recorded
 * @param threads all of them, in no order
 */
public record NameGroup(String pattern, Tally tally, List<MadeBy> creators, List<ThreadRow> threads) {
    private static final Comparator<NameGroup> WORST_FIRST = Comparator.comparingLong(
                    (NameGroup group) -> group.tally().alive())
            .thenComparingLong(group -> group.tally().created())
            .reversed()
            .thenComparing(NameGroup::pattern);

    /** How many of a group's threads one creator made. */
    public record MadeBy(Creator creator, long count) {}

    /** The names of the threads that created them, the most frequent first; empty if not recorded. */
    public List<NameCount> creatorNames() {
        // Few threads create many.
        Map<String, String> patterns = new HashMap<>();
        return NameCount.of(threads, row -> {
            String name = row.creator();
            return name == null || name.isEmpty() ? null : patterns.computeIfAbsent(name, NamePattern::of);
        });
    }

    /** Of one JVM, the most live threads first. */
    public static List<NameGroup> of(Jvm jvm) {
        return jvm.derived().once(NameGroup.class, () -> List.copyOf(all(List.of(jvm))));
    }

    /** Of several JVMs: the same pattern in each is one group. */
    public static List<NameGroup> of(List<Jvm> jvms) {
        return jvms.size() == 1 ? of(jvms.get(0)) : all(jvms);
    }

    private static List<NameGroup> all(List<Jvm> jvms) {
        Map<String, List<ThreadRow>> groups = byPattern(jvms);
        Map<String, List<MadeBy>> made = new LinkedHashMap<>();
        Creator.of(jvms).stream()
                .filter(creator -> creator.kind() != TaskKind.PROCESS)
                .forEach(creator -> creator.names()
                        .forEach(name -> made.computeIfAbsent(name.pattern(), one -> new ArrayList<>())
                                .add(new MadeBy(creator, name.count()))));
        Coverage coverage = Coverage.of(jvms);
        List<NameGroup> all = new ArrayList<>();
        groups.forEach((pattern, rows) -> {
            List<MadeBy> by = made.getOrDefault(pattern, new ArrayList<>());
            by.sort(Comparator.comparingLong(MadeBy::count).reversed());
            all.add(new NameGroup(pattern, Tally.of(rows, coverage), by, rows));
        });
        all.sort(WORST_FIRST);
        return all;
    }

    private static Map<String, List<ThreadRow>> byPattern(List<Jvm> jvms) {
        Map<String, List<ThreadRow>> groups = new LinkedHashMap<>();
        String last = null;
        List<ThreadRow> group = List.of();
        for (Jvm jvm : jvms) {
            for (ThreadRow row : jvm.threads()) {
                if (isGrouped(row)) {
                    // Many are like the one before.
                    if (!row.namePattern().equals(last)) {
                        last = row.namePattern();
                        boolean room = groups.size() < NameCount.MOST || groups.containsKey(last);
                        group = groups.computeIfAbsent(room ? last : NameCount.OTHER, one -> new ArrayList<>());
                    }
                    group.add(row);
                }
            }
        }
        return groups;
    }

    /** Threads, and of the application: what the VM made and what is there because of clonetrace is not its own. */
    private static boolean isGrouped(ThreadRow row) {
        return row.isApplications() && !row.is(TaskKind.VM) && !row.is(TaskKind.PROCESS) && !row.isForVirtualThreads();
    }
}
