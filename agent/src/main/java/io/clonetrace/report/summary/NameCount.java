package io.clonetrace.report.summary;

import io.clonetrace.report.model.NamePattern;
import io.clonetrace.report.model.ThreadRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How many threads have a name of one pattern.
 *
 * @param pattern as {@link NamePattern} has it; hostile input
 */
public record NameCount(String pattern, long count) {
    /** More patterns than this are counted as one. */
    static final int MOST = 10_000;

    static final String OTHER = "(other names)";

    /** The patterns of their names, the most frequent first. */
    public static List<NameCount> of(List<ThreadRow> rows) {
        return of(rows.stream().map(ThreadRow::namePattern));
    }

    static List<NameCount> of(Stream<String> patterns) {
        Map<String, Long> counts = new LinkedHashMap<>();
        patterns.forEach(pattern ->
                counts.merge(counts.size() < MOST || counts.containsKey(pattern) ? pattern : OTHER, 1L, Long::sum));
        List<NameCount> names = new ArrayList<>();
        counts.forEach((pattern, count) -> names.add(new NameCount(pattern, count)));
        names.sort(Comparator.comparingLong(NameCount::count).reversed().thenComparing(NameCount::pattern));
        return names;
    }
}
