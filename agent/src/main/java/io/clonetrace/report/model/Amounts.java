package io.clonetrace.report.model;

import java.util.Locale;

/** Numbers as people read them. */
public final class Amounts {
    private static final long KILO = 1024;
    private static final long LARGEST = 1L << 47;
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    /** 9.95 would be 10.0. */
    private static final double TENTHS_BELOW = 9.95;

    private static final int MINUTE = 60;
    private static final int HOUR = 60 * MINUTE;
    private static final int DAY = 24 * HOUR;

    private Amounts() {}

    /**
     * A size in the unit that says it in at most four digits, as {@code ls -h} has it: {@code 1,020 KiB}, {@code 2.3
     * GiB}, {@code 422 MiB}. Rounded; machines get bytes.
     */
    public static String size(long bytes) {
        if (bytes < 0 || bytes > LARGEST) {
            // What a refused call passed may be anything.
            return "0x" + Long.toHexString(bytes);
        }
        double amount = bytes;
        int unit = 0;
        while (Math.round(amount) >= KILO) {
            amount /= KILO;
            unit++;
        }
        String digits = String.format(Locale.ROOT, unit > 0 && amount < TENTHS_BELOW ? "%.1f" : "%,.0f", amount);
        return (digits.endsWith(".0") ? digits.substring(0, digits.length() - 2) : digits) + ' ' + UNITS[unit];
    }

    /** {@code 1,044,352}. */
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 1 recording}, {@code 2 recordings}. */
    public static String counted(long number, String noun) {
        return count(number) + ' ' + noun + (number == 1 ? "" : "s");
    }

    /** {@code +1,044}, {@code -3}, {@code 0}. */
    public static String change(long number) {
        return (number > 0 ? "+" : "") + count(number);
    }

    /** A dash for what was not recorded. */
    public static String countOrDash(long number) {
        return number < 0 ? "-" : count(number);
    }

    /** {@code at least 16} for a lower bound, a dash for what was not recorded. */
    public static String countOrBound(long number, boolean atLeast) {
        return (number > 0 && atLeast ? "at least " : "") + countOrDash(number);
    }

    /** A dash for what was not recorded. */
    public static String sizeOrDash(long bytes) {
        return bytes < 0 ? "-" : size(bytes);
    }

    /** {@code 12.3%}. */
    public static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f%%", 100 * share);
    }

    /** {@code 4 s}, {@code 3 min}, {@code 2 h}: in the unit that says it in two or three digits. */
    public static String seconds(double seconds) {
        if (seconds < 2 * MINUTE) {
            return Math.round(seconds) + " s";
        }
        if (seconds < 2 * HOUR) {
            return Math.round(seconds / MINUTE) + " min";
        }
        return seconds < 2 * DAY ? Math.round(seconds / HOUR) + " h" : Math.round(seconds / DAY) + " days";
    }
}
