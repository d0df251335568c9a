package io.clonetrace.cli.top;

import io.clonetrace.live.LiveRow;
import java.util.Comparator;

/** What the rows of a table are sorted by: the largest first, values by the alphabet. */
enum RowOrder {
    created("created", Comparator.comparingLong(row -> -row.created())),
    rate("/s", Comparator.comparingDouble(row -> -row.perSecond())),
    alive("alive", Comparator.comparingLong(row -> -row.alive())),
    growth("growth", Comparator.comparingLong(row -> -row.growth())),
    stack("stack", Comparator.comparingLong(row -> -row.touched())),
    cpu("CPU", Comparator.comparingDouble(row -> -row.cpu())),
    value("", Comparator.comparing(LiveRow::value));

    private final String heading;
    private final Comparator<LiveRow> rows;

    RowOrder(String heading, Comparator<LiveRow> rows) {
        this.heading = heading;
        this.rows = rows;
    }

    /** The heading of its column; empty for that of the values. */
    String heading() {
        return heading;
    }

    /** Rows that are equal by it are in the order of live threads, then of the alphabet. */
    Comparator<LiveRow> rows() {
        return rows.thenComparing(row -> -row.alive()).thenComparing(LiveRow::value);
    }

    RowOrder next(int step) {
        return values()[Math.floorMod(ordinal() + step, values().length)];
    }
}
