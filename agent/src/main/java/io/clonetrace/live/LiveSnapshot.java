package io.clonetrace.live;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JVM at one moment. Immutable.
 *
 * @param at the moment, in nanoseconds since the epoch
 * @param began since when creations are counted, in nanoseconds since the epoch
 * @param started when the JVM was started, in nanoseconds since the epoch
 * @param cpu processors that it used since the sample before, 1 for one whole; -1 if not known
 * @param threads the live threads
 * @param pending further live threads, so young that the event of their creation may not have come yet
 * @param counts what was counted, by provenance
 * @param limits the limits on its threads, the nearest first
 * @param processes processes that it created
 * @param failedStarts starts of Java threads that failed, by the limit that was hit
 * @param refusedClones clone calls that the kernel refused
 * @param source what observes clones; null if no clone was seen yet
 * @param notices what is missing, in sentences
 */
public record LiveSnapshot(
        long at,
        long began,
        long started,
        double cpu,
        List<LiveThread> threads,
        int pending,
        Map<Provenance, LiveCount> counts,
        List<LiveLimit> limits,
        long processes,
        Map<String, Long> failedStarts,
        long refusedClones,
        String source,
        List<String> notices) {

    /**
     * What was counted of threads of one provenance.
     *
     * @param created how many were created
     * @param before how many were alive at the first look
     * @param perSecond created a second lately
     * @param endedPerSecond ended a second lately
     */
    public record LiveCount(long created, long before, double perSecond, double endedPerSecond) {}

    /** The rows of a table by that dimension. Those of the agent are in the one by kind only. */
    public List<LiveRow> rows(Dimension dimension) {
        Map<String, LiveRow> rows = new LinkedHashMap<>();
        counts.forEach((provenance, count) -> {
            if (isShown(provenance, dimension)) {
                LiveRow row = new LiveRow(
                        provenance.by(dimension),
                        count.created(),
                        count.perSecond(),
                        count.endedPerSecond(),
                        0,
                        -count.before(),
                        -1,
                        0,
                        -1);
                rows.merge(row.value(), row, LiveRow::plus);
            }
        });
        for (LiveThread thread : threads) {
            if (isShown(thread.provenance(), dimension)) {
                LiveRow row = new LiveRow(
                        thread.provenance().by(dimension),
                        0,
                        0,
                        0,
                        1,
                        1,
                        thread.touched(),
                        thread.touched() < 0 ? 1 : 0,
                        thread.cpu());
                rows.merge(row.value(), row, LiveRow::plus);
            }
        }
        return new ArrayList<>(rows.values());
    }

    /** All together. */
    public LiveRow total() {
        return rows(Dimension.KIND).stream().reduce(LiveRow::plus).orElse(new LiveRow("", 0, 0, 0, 0, 0, -1, 0, -1));
    }

    /** The live threads of a row. */
    public List<LiveThread> threads(Dimension dimension, String value) {
        return threads.stream()
                .filter(thread -> isShown(thread.provenance(), dimension)
                        && thread.provenance().by(dimension).equals(value))
                .toList();
    }

    private static boolean isShown(Provenance provenance, Dimension dimension) {
        return dimension == Dimension.KIND || !provenance.kind().equals("agent");
    }
}
