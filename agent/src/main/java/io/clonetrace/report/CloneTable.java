package io.clonetrace.report;

import io.clonetrace.clone.CloneCall;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Clone calls, counted by owner and by the way in which they were made. */
public final class CloneTable {
    private final Map<CloneRow.Way, CloneRow> rows = new LinkedHashMap<>();

    void add(String owner, String syscall, long flags, String error, long stackSize) {
        rows.computeIfAbsent(new CloneRow.Way(owner, syscall, flags, error), CloneRow::new)
                .add(stackSize);
    }

    /** Adds a call that another program made, as a trace of it shows. */
    public void addProgram(String program, CloneCall call) {
        add(program, call.syscallName(), call.flags(), call.error(), call.stackSize());
    }

    /** How many calls there are. */
    public long calls() {
        return rows.values().stream().mapToLong(CloneRow::count).sum();
    }

    /** The rows of each owner together, in the order in which owners first appeared, most calls first. */
    List<CloneRow> rows() {
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

    /** The distinct flag sets, in the order of {@link #rows}. */
    Collection<Long> flagSets() {
        return rows().stream()
                .map(row -> row.way().flags())
                .filter(flags -> flags != CloneCall.UNKNOWN)
                .distinct()
                .toList();
    }
}
