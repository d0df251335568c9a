package io.clonetrace.report.text;

/** Cleans untrusted text for a terminal: no character that a terminal would act on is left. */
public final class PlainText {
    private PlainText() {}

    /**
     * Replaces each control character with a question mark: terminal escapes, characters that change the direction of a
     * line, and halves of surrogate pairs.
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

    /** The cleaned text, cut at its end to {@code width} characters. */
    public static String begin(String text, int width) {
        // The text may be very long: no more is cleaned than can be shown.
        String clean = clean(text.substring(0, Math.min(text.length(), width + 1)));
        return clean.length() <= width ? clean : clean.substring(0, width - 3) + "...";
    }

    /** The cleaned text, cut at its beginning to {@code width} characters. */
    static String end(String text, int width) {
        String clean = clean(text);
        return clean.length() <= width ? clean : "..." + clean.substring(clean.length() - width + 3);
    }
}
