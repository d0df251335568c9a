package io.clonetrace.report.model;

import io.clonetrace.clone.CloneCall;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Clone calls, counted by owner and by the way in which they were made. */
public final class CloneTable {
    /** A recording has a handful; of a hostile one the rest is counted under one row. */
    private static final int MOST_ROWS = 10_000;

    private static final CloneWay OTHER = new CloneWay("(other)", null, CloneCall.UNKNOWN, null);

    private final Map<CloneWay, CloneRow> rows = new LinkedHashMap<>();

    /** The table of all these together. */
    public static CloneTable of(Iterable<CloneTable> tables) {
        CloneTable all = new CloneTable();
        for (CloneTable table : tables) {
            table.rows.forEach((way, row) -> all.row(way).add(row));
        }
        return all;
    }

    /** Adds a {@code clonetrace.Clone}; answers the one object for all that were made like it. */
    CloneWay add(Event event) {
        String kind = event.text("kind");
        CloneRow row = row(new CloneWay(
                kind == null ? CloneWay.UNKNOWN_KIND : kind,
                event.text("syscall"),
                event.number("flags"),
                event.text("error")));
        row.add(event.number("stackSize"));
        return row.way();
    }

    /** Adds a call that another program made, as a trace of it shows. */
    public void addProgram(String program, CloneCall call) {
        row(new CloneWay(program, call.syscallName(), call.flags(), call.error()))
                .add(call.stackSize());
    }

    private CloneRow row(CloneWay way) {
        CloneRow known = rows.get(way);
        return known != null ? known : rows.computeIfAbsent(rows.size() < MOST_ROWS ? way : OTHER, CloneRow::new);
    }

    /** How many calls there are. */
    public long calls() {
        return rows.values().stream().mapToLong(CloneRow::count).sum();
    }

    /** The rows of each owner together, in the order in which owners first appeared, most calls first. */
    public List<CloneRow> rows() {
        List<CloneRow> sorted = new ArrayList<>();
        Map<String, List<CloneRow>> byOwner = new LinkedHashMap<>();
        rows.values()
                .forEach(row -> byOwner.computeIfAbsent(row.way().owner(), owner -> new ArrayList<>())
                        .add(row));
        for (List<CloneRow> owned : byOwner.values()) {
            owned.sort(Comparator.comparingLong(CloneRow::count).reversed());
            sorted.addAll(owned);
        }
        return sorted;
    }

    /** The distinct sets of flags, in the order of {@link #rows}. */
    public List<FlagSet> flagSets() {
        Map<Long, Long> calls = new LinkedHashMap<>();
        rows().stream()
                .filter(row -> row.way().flagsObserved())
                .forEach(row -> calls.merge(row.way().flags(), row.count(), Long::sum));
        return calls.entrySet().stream()
                .map(set -> new FlagSet(set.getKey(), set.getValue()))
                .toList();
    }
}
