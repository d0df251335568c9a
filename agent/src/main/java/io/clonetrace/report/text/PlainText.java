package io.clonetrace.report.text;

/** What goes to a terminal: nothing that it would act on. */
public final class PlainText {
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

    /** The cleaned text, its end left out where it is longer than {@code width}. */
    public static String begin(String text, int width) {
        // No more is looked at than can be shown: it may be very long.
        String clean = clean(text.substring(0, Math.min(text.length(), width + 1)));
        return clean.length() <= width ? clean : clean.substring(0, width - 3) + "...";
    }

    /** The cleaned text, its begin left out where it is longer than {@code width}. */
    static String end(String text, int width) {
        String clean = clean(text);
        return clean.length() <= width ? clean : "..." + clean.substring(clean.length() - width + 3);
    }
}
