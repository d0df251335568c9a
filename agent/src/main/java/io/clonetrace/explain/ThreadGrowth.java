package io.clonetrace.explain;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.DocumentKind;
import io.clonetrace.explain.evidence.Fact;
import io.clonetrace.explain.evidence.Place;
import io.clonetrace.explain.evidence.SeenThread;
import io.clonetrace.explain.evidence.ThreadKind;
import io.clonetrace.report.finding.Finding;
import io.clonetrace.report.finding.Severity;
import io.clonetrace.report.finding.Subject;
import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.model.NamePattern;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Threads of one name of which each dump of one JVM has more: what a leak of threads looks like in dumps. */
final class ThreadGrowth {
    /** A pool that fills grows by less. */
    private static final int FEWEST_MORE = 10;

    private static final double LEAST_FACTOR = 1.2;
    private static final int MOST_FINDINGS = 3;
    private static final int MOST_TOLD = 8;

    /** Hostile input: more patterns are not compared. */
    private static final int MOST_PATTERNS = 10_000;

    private ThreadGrowth() {}

    /** The threads of one name in a dump. */
    private static final class Group {
        private long count;
        private final Set<Long> ids = new HashSet<>();
        private Place last;

        private void add(SeenThread thread) {
            count++;
            long id = thread.javaId() >= 0 ? thread.javaId() : thread.tid();
            if (id >= 0) {
                ids.add(id);
            }
            last = thread.place();
        }

        /** The ids of all of them; empty if some have none. */
        private Optional<Set<Long>> all() {
            return ids.size() == count ? Optional.of(ids) : Optional.empty();
        }
    }

    static List<Finding> findings(List<Document> documents) {
        Map<String, List<Document>> ofOneJvm = new LinkedHashMap<>();
        for (Document document : documents) {
            boolean whole = document.threads().size() > 0
                    && document.threads().size() == listed(document)
                    && document.kind() == DocumentKind.THREAD_DUMP;
            if (whole) {
                jvm(document)
                        .ifPresent(jvm -> ofOneJvm.computeIfAbsent(jvm, first -> new ArrayList<>())
                                .add(document));
            }
        }
        return ofOneJvm.entrySet().stream()
                .filter(one -> one.getValue().size() > 1)
                .flatMap(one -> growing(one.getKey(), inOrder(one.getValue())).stream())
                .toList();
    }

    private static long listed(Document document) {
        long listed = 0;
        for (ThreadKind kind : ThreadKind.values()) {
            listed += document.listed(kind);
        }
        return listed;
    }

    /** What says that dumps are of one JVM; in containers, many have the pid 1. */
    private static Optional<String> jvm(Document document) {
        return document.fact(Fact.Name.FIRST_THREAD)
                .map(first -> "thread \"Reference Handler\" has tid=" + first.value() + " in each")
                .or(() -> document.fact(Fact.Name.PID).map(pid -> "each says pid " + pid.value()));
    }

    /** By the time that they state, if all do; otherwise as they were given. */
    private static List<Document> inOrder(List<Document> dumps) {
        boolean timed =
                dumps.stream().allMatch(dump -> dump.fact(Fact.Name.TIME).isPresent());
        return timed
                ? dumps.stream()
                        .sorted(Comparator.comparing(ThreadGrowth::time))
                        .toList()
                : dumps;
    }

    private static String time(Document dump) {
        return dump.fact(Fact.Name.TIME).map(Fact::value).orElse("");
    }

    private static List<Finding> growing(String jvm, List<Document> dumps) {
        List<Map<String, Group>> groups =
                dumps.stream().map(ThreadGrowth::groups).toList();
        return groups.get(groups.size() - 1).keySet().stream()
                .filter(name -> grows(name, groups))
                .sorted(Comparator.comparingLong((String name) -> more(name, groups))
                        .reversed())
                .limit(MOST_FINDINGS)
                .map(name -> finding(jvm, name, dumps, groups))
                .toList();
    }

    private static Map<String, Group> groups(Document dump) {
        Map<String, Group> groups = new HashMap<>();
        for (SeenThread thread : dump.threads()) {
            String name = NamePattern.of(thread.name());
            if (groups.size() < MOST_PATTERNS || groups.containsKey(name)) {
                groups.computeIfAbsent(name, first -> new Group()).add(thread);
            }
        }
        return groups;
    }

    private static long count(String name, Map<String, Group> groups) {
        return groups.containsKey(name) ? groups.get(name).count : 0;
    }

    private static long more(String name, List<Map<String, Group>> groups) {
        return count(name, groups.get(groups.size() - 1)) - count(name, groups.get(0));
    }

    private static boolean grows(String name, List<Map<String, Group>> groups) {
        for (int i = 1; i < groups.size(); i++) {
            if (count(name, groups.get(i)) <= count(name, groups.get(i - 1))) {
                return false;
            }
        }
        return more(name, groups) >= FEWEST_MORE
                && count(name, groups.get(groups.size() - 1)) >= LEAST_FACTOR * count(name, groups.get(0));
    }

    private static Finding finding(String jvm, String name, List<Document> dumps, List<Map<String, Group>> groups) {
        List<String> counts = new ArrayList<>();
        List<String> places = new ArrayList<>();
        for (int i = 0; i < dumps.size(); i++) {
            counts.add(Amounts.count(count(name, groups.get(i))));
            Document dump = dumps.get(i);
            places.add(dump.threadPlace().orElse(dump.place()) + (time(dump).isEmpty() ? "" : " of " + time(dump)));
        }
        Group last = groups.get(groups.size() - 1).get(name);
        boolean only = dumps.size() == 2;
        return new Finding(
                "thread-growth",
                only ? Severity.NOTE : Severity.WARNING,
                (only
                                ? "There are more threads " + name + " in the second dump: "
                                : "Each dump has more threads " + name + ": ")
                        + some(counts) + ".",
                "The dumps are of one JVM: " + jvm + " (" + some(places) + ")." + survivors(name, groups),
                "See what they run, " + last.last
                        + " and below, and what ends them. A recording names the code that starts"
                        + " them (clonetrace attach PID).",
                Map.of("first", count(name, groups.get(0)), "last", last.count, "dumps", (long) dumps.size()),
                new Subject(Optional.empty(), Optional.empty(), List.of(name), List.of()));
    }

    private static String survivors(String name, List<Map<String, Group>> groups) {
        Optional<Set<Long>> first = Optional.ofNullable(groups.get(0).get(name)).flatMap(Group::all);
        Optional<Set<Long>> last = groups.get(groups.size() - 1).get(name).all();
        if (first.isEmpty() || last.isEmpty()) {
            return "";
        }
        long alive = first.get().stream().filter(last.get()::contains).count();
        return " Of the " + Words.count(first.get().size(), "thread") + " in the first, "
                + (alive == first.get().size() ? "all" : alive == 0 ? "none" : Amounts.count(alive))
                + (alive == 1 && first.get().size() > 1 ? " is" : " are") + " in the last.";
    }

    private static String some(Collection<String> all) {
        return all.stream().limit(MOST_TOLD).collect(Collectors.joining(", "))
                + (all.size() > MOST_TOLD ? " and " + (all.size() - MOST_TOLD) + " more" : "");
    }
}
