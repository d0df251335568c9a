package io.clonetrace.report.finding;

import io.clonetrace.report.model.Liveness;
import io.clonetrace.report.model.NamePattern;
import io.clonetrace.report.model.StackTrace;
import io.clonetrace.report.model.ThreadRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Bursts of thread starts, with a second or more between one and the next. */
final class Waves {
    private static final long PAUSE = 1_000_000_000;
    private static final int FEWEST_THREADS = 10;
    private static final int MANY = 3;
    private static final int TOLERANCE = 5;
    private static final double MOSTLY = 0.9;
    private static final String UNNAMED = "Thread-*";

    private final List<List<ThreadRow>> waves;

    private Waves(List<List<ThreadRow>> waves) {
        this.waves = waves;
    }

    /** The waves of ten threads or more; threads between them are in none. */
    static Waves of(List<ThreadRow> rows) {
        List<ThreadRow> inOrder = rows.stream()
                .filter(row -> LiveCurve.started(row) > 0)
                .sorted(Comparator.comparingLong(LiveCurve::started))
                .toList();
        List<List<ThreadRow>> waves = new ArrayList<>();
        List<ThreadRow> wave = new ArrayList<>();
        for (ThreadRow row : inOrder) {
            if (!wave.isEmpty() && LiveCurve.started(row) - LiveCurve.started(wave.get(wave.size() - 1)) >= PAUSE) {
                waves.add(wave);
                wave = new ArrayList<>();
            }
            wave.add(row);
        }
        waves.add(wave);
        waves.removeIf(one -> one.size() < FEWEST_THREADS);
        return new Waves(waves);
    }

    int count() {
        return waves.size();
    }

    /** The threads of the first. */
    int first() {
        return waves.get(0).size();
    }

    /**
     * Whether the same was started again while what was started before lives on: the earlier ones' threads live, and
     * something shows that it is the same again.
     */
    boolean areRepeated(boolean pool) {
        if (waves.size() < 2) {
            return false;
        }
        for (int earlier = 0; earlier < waves.size() - 1; earlier++) {
            List<ThreadRow> wave = waves.get(earlier);
            long alive =
                    wave.stream().filter(row -> row.life() == Liveness.ALIVE).count();
            if (alive < MOSTLY * wave.size()) {
                return false;
            }
        }
        return namesRepeat()
                || differ(ThreadRow::contextLoader)
                || (pool
                        ? differ(Waves::instance) && sameSize() && (sameCalls() || waves.size() >= MANY)
                        : unnamed() || sameCalls());
    }

    /** Whether each wave has mostly the names of the first. */
    private boolean namesRepeat() {
        Set<String> first = values(waves.get(0), ThreadRow::name);
        if (2 * first.size() <= waves.get(0).size()) {
            // One name for all tells nothing.
            return false;
        }
        return waves.stream().skip(1).allMatch(wave -> {
            long known =
                    wave.stream().map(ThreadRow::name).filter(first::contains).count();
            return 2 * known > wave.size();
        });
    }

    /** Whether the waves have no value in common. */
    private boolean differ(Function<ThreadRow, String> value) {
        Set<String> all = new HashSet<>();
        int sum = 0;
        for (List<ThreadRow> wave : waves) {
            Set<String> values = values(wave, value);
            if (values.isEmpty()) {
                return false;
            }
            all.addAll(values);
            sum += values.size();
        }
        return all.size() == sum;
    }

    private static Set<String> values(List<ThreadRow> wave, Function<ThreadRow, String> value) {
        return wave.stream().map(value).filter(Objects::nonNull).collect(Collectors.toSet());
    }

    private static String instance(ThreadRow row) {
        List<String> variables = NamePattern.variables(row.name());
        return variables.size() >= 2 ? variables.get(0) : null;
    }

    /** Whether the application gave them no names. */
    private boolean unnamed() {
        return waves.stream()
                .flatMap(List::stream)
                .allMatch(row -> row.namePattern().equals(UNNAMED));
    }

    /** Whether all were started by the same calls, up to the outermost, be it from another line. */
    private boolean sameCalls() {
        Set<StackTrace> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Set<List<String>> calls = new HashSet<>();
        for (List<ThreadRow> wave : waves) {
            for (ThreadRow row : wave) {
                // Equal traces of a JVM are one object, and a trace is long.
                StackTrace trace = row.trace().orElse(null);
                if (trace == null) {
                    return false;
                }
                if (seen.add(trace)) {
                    calls.add(trace.frames().stream()
                            .map(frame -> frame.type() + '.' + frame.method())
                            .toList());
                }
            }
        }
        return calls.size() == 1;
    }

    /** Whether each has as many threads as the first, or nearly so. */
    private boolean sameSize() {
        return waves.stream().allMatch(wave -> Math.abs(wave.size() - first()) * TOLERANCE <= first());
    }
}
