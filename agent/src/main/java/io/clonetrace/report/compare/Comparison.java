package io.clonetrace.report.compare;

import io.clonetrace.report.model.Fleet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What became of threads since a baseline. Where the sides have a different number of JVMs, it is what became of one
 * JVM on average.
 *
 * @param sites of each call site
 * @param groups of the threads of each name pattern
 * @param system what else is under the JVMs
 * @param ways other ways of making tasks
 * @param stacks of each kind of threads
 * @param findings of both sides, the new ones first
 */
public record Comparison(
        Side old,
        Side now,
        List<CountChange> sites,
        List<CountChange> groups,
        List<SystemChange> system,
        List<WayChange> ways,
        List<StackChange> stacks,
        List<FindingChange> findings) {

    /** Compares all recordings of two reports. */
    public static Comparison of(Fleet old, Fleet now) {
        return of(Side.of(old), Side.of(now));
    }

    /** Compares what was kept of them. */
    public static Comparison of(Side old, Side now) {
        return new Comparison(
                old,
                now,
                Site.changes(old.sites(), now.sites()),
                groups(old, now),
                SystemChange.changes(old.system(), now.system()),
                WayChange.changes(old.ways(), now.ways()),
                StackChange.changes(old.stacks(), now.stacks()),
                FindingChange.changes(old.findings(), now.findings()));
    }

    private static List<CountChange> groups(Side old, Side now) {
        Set<String> patterns = new TreeSet<>(old.groups().keySet());
        patterns.addAll(now.groups().keySet());
        List<CountChange> all = new ArrayList<>();
        patterns.forEach(pattern -> all.add(CountChange.of(
                pattern,
                Optional.empty(),
                "java",
                List.of(),
                Optional.ofNullable(old.groups().get(pattern)),
                Optional.ofNullable(now.groups().get(pattern)))));
        all.sort(CountChange.LARGEST_FIRST);
        return all;
    }
}
