package io.clonetrace.report.text;

import java.util.Locale;

/** What goes to a terminal: nothing that it would act on, and numbers as people read them. */
public final class PlainText {
    private static final long KILO = 1024;
    private static final long LARGEST = 1L << 47;

    private PlainText() {}

    /**
     * What came from outside may hold terminal escapes, characters that turn a line's direction, and halves of
     * surrogate pairs: each such character becomes a question mark.
     */
    public static String clean(String text) {
        StringBuilder clean = new StringBuilder();
        text.codePoints().map(c -> isPlain(c) ? c : '?').forEach(clean::appendCodePoint);
        return clean.toString();
    }

    private static boolean isPlain(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }

    /** The cleaned text, its begin left out where it is longer than {@code width}. */
    static String end(String text, int width) {
        String clean = clean(text);
        return clean.length() <= width ? clean : "..." + clean.substring(clean.length() - width + 3);
    }

    /** Exactly so many bytes, in KiB where that is a whole number. */
    static String size(long bytes) {
        if (bytes < 0 || bytes > LARGEST) {
            // What a refused call passed may be anything.
            return "0x" + Long.toHexString(bytes);
        }
        return bytes % KILO == 0 && bytes > 0 ? count(bytes / KILO) + " KiB" : count(bytes) + " B";
    }

    /** {@code 1,044,352}. */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** A dash for what was not recorded. */
    static String countOrDash(long number) {
        return number < 0 ? "-" : count(number);
    }

    static String sizeOrDash(long bytes) {
        return bytes < 0 ? "-" : size(bytes);
    }

    /** {@code 12.3%}. */
    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f%%", 100 * share);
    }
}
