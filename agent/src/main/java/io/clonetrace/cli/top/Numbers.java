package io.clonetrace.cli.top;

import io.clonetrace.live.LiveRow;
import io.clonetrace.report.model.Amounts;
import java.util.Locale;

/** Numbers in few columns; a dash for what is not known. */
final class Numbers {
    private static final double WHOLE = 99.95;
    private static final double HUNDRED = 100;
    private static final double THOUSAND = 1000;
    private static final double MILLION = 1e6;
    private static final long KILO = 1024;

    private Numbers() {}

    /** {@code 11.8}, {@code 412}; in less than so many columns. */
    static String rate(double perSecond, int columns) {
        return perSecond < WHOLE
                ? String.format(Locale.ROOT, "%.1f", perSecond)
                : count(Math.round(perSecond), columns);
    }

    /** {@code 10,026}, {@code 1234567} or {@code 12.3M}: what fits into less than so many columns. */
    static String count(long number, int columns) {
        String text = Amounts.count(number);
        if (text.length() >= columns) {
            text = Long.toString(number);
        }
        if (text.length() >= columns) {
            text = String.format(Locale.ROOT, "%.1fM", number / MILLION);
        }
        return text;
    }

    /** The same with a plus if it grows. */
    static String change(long number, int columns) {
        return number > 0 ? "+" + count(number, columns - 1) : count(number, columns);
    }

    /** {@code 14 MiB}; {@code >3 MiB} if some stacks were not measured. */
    static String stack(LiveRow row) {
        return (row.touched() >= 0 && row.unmeasured() > 0 ? ">" : "") + size(row.touched());
    }

    /** In three digits at most, so that it fits into a column: 1,004 KiB are 1 MiB. */
    static String size(long bytes) {
        String text = Amounts.sizeOrDash(bytes);
        long unit = 1;
        while (unit < bytes) {
            unit *= KILO;
        }
        return text.contains(",") ? Amounts.size(unit) : text;
    }

    /** {@code 12%}: of one processor. */
    static String cpu(double processors) {
        if (processors < 0) {
            return "-";
        }
        return processors < HUNDRED
                ? Math.round(processors * HUNDRED) + "%"
                : Math.round(processors * HUNDRED / THOUSAND) + "k%";
    }

    /** So many characters, the text at their end. */
    static String right(String text, int columns) {
        return " ".repeat(Math.max(0, columns - text.length())) + text;
    }
}
