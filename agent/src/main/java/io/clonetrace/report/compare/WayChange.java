package io.clonetrace.report.compare;

import io.clonetrace.clone.TaskKind;
import io.clonetrace.report.model.CloneTable.CloneRow;
import io.clonetrace.report.model.CloneTable.CloneWay;
import io.clonetrace.report.model.Event;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A way of making tasks, by a system call with its flags, that only one side has, or with stacks of another size: a new
 * C library or JDK shows here. How often it was used is shown and never compared.
 *
 * @param change appeared or gone; else what became of the stack size that most calls passed
 * @param oldCalls how many calls the baseline has
 * @param oldStackSize bytes; {@link Event#ABSENT} if none was passed or observed
 */
public record WayChange(
        CloneWay way, Change change, long oldCalls, long nowCalls, long oldStackSize, long nowStackSize) {

    /** Empty if one side observed no clones, as without a source of clone flags. */
    static List<WayChange> changes(List<CloneRow> old, List<CloneRow> now) {
        Map<CloneWay, CloneRow> oldWays = ways(old);
        Map<CloneWay, CloneRow> nowWays = ways(now);
        List<WayChange> all = new ArrayList<>();
        if (oldWays.isEmpty() || nowWays.isEmpty()) {
            return all;
        }
        nowWays.forEach((way, row) -> {
            CloneRow before = oldWays.get(way);
            long size = row.usualStackSize();
            if (before == null) {
                all.add(new WayChange(way, Change.APPEARED, 0, row.count(), Event.ABSENT, size));
            } else if (before.usualStackSize() != size) {
                all.add(new WayChange(
                        way,
                        Change.of(before.usualStackSize(), size),
                        before.count(),
                        row.count(),
                        before.usualStackSize(),
                        size));
            }
        });
        oldWays.forEach((way, row) -> {
            if (!nowWays.containsKey(way)) {
                all.add(new WayChange(way, Change.GONE, row.count(), 0, row.usualStackSize(), Event.ABSENT));
            }
        });
        return all;
    }

    /** What the agent makes is not the application's. */
    private static Map<CloneWay, CloneRow> ways(List<CloneRow> rows) {
        Map<CloneWay, CloneRow> ways = new LinkedHashMap<>();
        rows.stream()
                .filter(row -> !row.way().owner().equals(TaskKind.AGENT.label()))
                .forEach(row -> ways.put(row.way(), row));
        return ways;
    }
}
