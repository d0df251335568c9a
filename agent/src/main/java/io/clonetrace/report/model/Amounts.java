package io.clonetrace.report.model;

import java.util.Locale;

/** Numbers as people read them. */
public final class Amounts {
    private static final long KILO = 1024;
    private static final long LARGEST = 1L << 47;
    private static final int MINUTE = 60;
    private static final int HOUR = 60 * MINUTE;
    private static final int DAY = 24 * HOUR;

    private Amounts() {}

    /** Exactly so many bytes, in KiB where that is a whole number. */
    public static String size(long bytes) {
        if (bytes < 0 || bytes > LARGEST) {
            // What a refused call passed may be anything.
            return "0x" + Long.toHexString(bytes);
        }
        return bytes % KILO == 0 && bytes > 0 ? count(bytes / KILO) + " KiB" : count(bytes) + " B";
    }

    /** {@code 1,044,352}. */
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** A dash for what was not recorded. */
    public static String countOrDash(long number) {
        return number < 0 ? "-" : count(number);
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
