package io.clonetrace.report.text;

/** Cleans untrusted text for a terminal: no character that a terminal would act on is left. */
public final class PlainText {
    // Unicode blocks: combining diacritical marks; CJK symbols and punctuation; halfwidth and fullwidth forms.
    private static final int FIRST_MARK = 0x300;
    private static final int CJK_PUNCTUATION = 0x3000;
    private static final int CJK_PUNCTUATION_END = 0x303e;
    private static final int FULL_WIDTH = 0xff01;
    private static final int HALF_WIDTH = 0xff61;
    private static final int HALF_WIDTH_END = 0xffdc;

    private PlainText() {}

    /**
     * Replaces each control character with a question mark: terminal escapes, characters that change the direction of a
     * line, and halves of surrogate pairs.
     */
    public static String clean(String text) {
        StringBuilder clean = new StringBuilder();
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            clean.appendCodePoint(isPlain(c) ? c : '?');
        }
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

    /** The cleaned text, cut to so many columns of a terminal. */
    public static String fit(String text, int columns) {
        StringBuilder fits = new StringBuilder();
        int used = 0;
        int marks = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            int shown = isPlain(c) ? c : '?';
            int wide = columns(shown);
            marks += wide == 0 ? 1 : 0;
            if (used + wide > columns || marks > columns) {
                break;
            }
            fits.appendCodePoint(shown);
            used += wide;
        }
        return fits.toString();
    }

    /** How many columns of a terminal the cleaned text takes. */
    public static int columns(String clean) {
        return clean.codePoints().map(PlainText::columns).sum();
    }

    /** Chinese, Japanese and Korean characters take two; marks on the character before take none. */
    private static int columns(int codePoint) {
        if (codePoint < FIRST_MARK) {
            return 1;
        }
        return switch (Character.getType(codePoint)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> 0;
            // Beyond 16 bits, nearly all are ideographs and emoji.
            default -> Character.isSupplementaryCodePoint(codePoint) || isWide(codePoint) ? 2 : 1;
        };
    }

    /** Unicode Standard Annex #11, without its details. */
    private static boolean isWide(int codePoint) {
        return switch (Character.UnicodeScript.of(codePoint)) {
            case HAN, HIRAGANA, KATAKANA, HANGUL, BOPOMOFO, YI -> codePoint < HALF_WIDTH || codePoint > HALF_WIDTH_END;
            default ->
                codePoint >= CJK_PUNCTUATION && codePoint <= CJK_PUNCTUATION_END
                        || codePoint >= FULL_WIDTH && codePoint < HALF_WIDTH;
        };
    }
}
