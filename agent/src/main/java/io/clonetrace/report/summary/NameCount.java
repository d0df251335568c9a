package io.clonetrace.report.summary;

import io.clonetrace.report.model.NamePattern;
import io.clonetrace.report.model.ThreadRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

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
        return of(rows, ThreadRow::namePattern);
    }

    /** @param pattern that of a row's thread; null for none */
    static List<NameCount> of(List<ThreadRow> rows, Function<ThreadRow, String> pattern) {
        PatternCounts counts = new PatternCounts();
        for (ThreadRow row : rows) {
            counts.add(pattern.apply(row));
        }
        return counts.names();
    }

    private static final class PatternCounts {
        private final Map<String, Long> counts = new LinkedHashMap<>();
        /** Many have the pattern of the one before. */
        private String last;

        private long sinceLast;

        void add(String pattern) {
            if (pattern == null) {
                return;
            }
            if (!pattern.equals(last)) {
                count();
                last = pattern;
            }
            sinceLast++;
        }

        private void count() {
            if (sinceLast > 0) {
                String counted = counts.size() < MOST || counts.containsKey(last) ? last : OTHER;
                counts.merge(counted, sinceLast, Long::sum);
                sinceLast = 0;
            }
        }

        List<NameCount> names() {
            count();
            List<NameCount> names = new ArrayList<>();
            counts.forEach((pattern, count) -> names.add(new NameCount(pattern, count)));
            names.sort(Comparator.comparingLong(NameCount::count).reversed().thenComparing(NameCount::pattern));
            return names;
        }
    }
}
