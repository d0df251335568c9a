package io.clonetrace.explain;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.Place;
import io.clonetrace.explain.evidence.SeenThread;
import io.clonetrace.explain.evidence.ThreadKind;
import io.clonetrace.explain.evidence.ThreadTotal;
import io.clonetrace.report.model.NamePattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The threads that one document tells of.
 *
 * @param kinds by kind, those of which there are any
 * @param stated a number for all threads of the process that the document states; empty if it states none
 * @param place the lines
 */
record ThreadTally(Document document, List<OfKind> kinds, Optional<ThreadTotal> stated, Place place) {
    /** Of hostile names, more patterns are not told apart. */
    private static final int MOST_NAMES = 10_000;

    private static final String OTHER = "(other names)";

    /**
     * The threads of one kind.
     *
     * @param count how many: as listed, or as the document states if that is more
     * @param listed how many are listed
     * @param sized how many of them have a stated stack size
     * @param stacks the sum of these sizes, in bytes
     * @param smallest the smallest of these sizes
     * @param largest the largest of them
     * @param names the patterns of the names, the most frequent first
     */
    record OfKind(
            ThreadKind kind,
            long count,
            long listed,
            long sized,
            long stacks,
            long smallest,
            long largest,
            List<Named> names) {}

    /** How many threads have a name of that pattern; hostile input. */
    record Named(String pattern, long count) {}

    /** Of each document that tells of threads. */
    static List<ThreadTally> of(List<Document> documents) {
        List<ThreadTally> all = new ArrayList<>();
        documents.forEach(document -> of(document).ifPresent(all::add));
        return all;
    }

    private static Optional<ThreadTally> of(Document document) {
        List<OfKind> kinds = new ArrayList<>();
        for (ThreadKind kind : ThreadKind.values()) {
            OfKind one = ofKind(document, kind);
            if (one.count > 0) {
                kinds.add(one);
            }
        }
        Optional<ThreadTotal> stated = document.totals().stream()
                .filter(total -> total.kind() == ThreadKind.UNKNOWN)
                .reduce((one, other) -> other);
        Optional<Place> place = document.threadPlace()
                .or(() -> document.totals().stream().findFirst().map(ThreadTotal::place));
        kinds.removeIf(one -> one.kind == ThreadKind.UNKNOWN && one.listed == 0);
        return place.map(lines -> new ThreadTally(document, List.copyOf(kinds), stated, lines));
    }

    private static OfKind ofKind(Document document, ThreadKind kind) {
        long sized = 0;
        long stacks = 0;
        long smallest = Long.MAX_VALUE;
        long largest = 0;
        Map<String, Long> names = new LinkedHashMap<>();
        for (SeenThread thread : document.threads()) {
            if (thread.kind() != kind) {
                continue;
            }
            if (thread.stackSize() > 0) {
                sized++;
                stacks += thread.stackSize();
                smallest = Math.min(smallest, thread.stackSize());
                largest = Math.max(largest, thread.stackSize());
            }
            String pattern = NamePattern.of(thread.name());
            boolean room = names.size() < MOST_NAMES || names.containsKey(pattern);
            names.merge(room ? pattern : OTHER, 1L, Long::sum);
        }
        long stated = document.totals().stream()
                .filter(total -> total.kind() == kind)
                .mapToLong(ThreadTotal::count)
                .max()
                .orElse(0);
        List<Named> patterns = names.entrySet().stream()
                .map(entry -> new Named(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingLong(Named::count).reversed())
                .toList();
        return new OfKind(
                kind, count(document, kind, stated), document.listed(kind), sized, stacks, smallest, largest, patterns);
    }

    /** A list that HotSpot counts as Java threads holds some of its own, such as compiler threads, too. */
    private static long count(Document document, ThreadKind kind, long stated) {
        long listed = document.listed(kind);
        if (kind != ThreadKind.JAVA) {
            return stated > listed + document.listed(ThreadKind.JAVA) ? stated : listed;
        }
        long ofHotSpot = document.threads().stream()
                .filter(thread -> thread.kind() == ThreadKind.VM
                        && thread.name() != null
                        && ThreadKind.ofJavaThread(thread.name()) == ThreadKind.VM)
                .count();
        return Math.max(listed, stated - ofHotSpot);
    }

    /** How many tasks of the kernel these are, at least. */
    long tasks() {
        long listed = kinds.stream()
                .filter(one -> one.kind.isTask())
                .mapToLong(OfKind::count)
                .sum();
        return Math.max(listed, stated.map(ThreadTotal::count).orElse(0L));
    }

    /** How many threads of that kind. */
    long count(ThreadKind kind) {
        return kinds.stream()
                .filter(one -> one.kind == kind)
                .mapToLong(OfKind::count)
                .sum();
    }

    /** Bytes that the stacks of a stated size reserve. */
    long stacks() {
        long listed = kinds.stream().mapToLong(OfKind::stacks).sum();
        return Math.max(listed, stated.map(ThreadTotal::stackReserved).orElse(0L));
    }
}
