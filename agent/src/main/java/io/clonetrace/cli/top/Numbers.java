package io.clonetrace.cli.top;

import io.clonetrace.live.LiveRow;
import io.clonetrace.report.model.Amounts;
import java.util.Locale;

/** Numbers in few columns; a dash for what is not known. */
final class Numbers {
    private static final double WHOLE = 99.95;
    private static final double HUNDRED = 100;

    private Numbers() {}

    /** {@code 11.8}, {@code 412}. */
    static String rate(double perSecond) {
        return perSecond < WHOLE ? String.format(Locale.ROOT, "%.1f", perSecond) : Amounts.count(Math.round(perSecond));
    }

    /** {@code 14 MiB}; {@code >3 MiB} if some stacks were not measured. */
    static String stack(LiveRow row) {
        return (row.touched() >= 0 && row.unmeasured() > 0 ? ">" : "") + Amounts.sizeOrDash(row.touched());
    }

    /** {@code 12%}: of one processor. */
    static String cpu(double processors) {
        return processors < 0 ? "-" : Math.round(processors * HUNDRED) + "%";
    }

    /** So many characters, the text at their end. */
    static String right(String text, int columns) {
        return " ".repeat(Math.max(0, columns - text.length())) + text;
    }
}
