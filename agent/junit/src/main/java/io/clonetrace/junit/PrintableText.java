package io.clonetrace.junit;

/** Names that others chose, in a message: one line, without control characters. */
final class PrintableText {
    private static final int LONGEST = 200;

    private PrintableText() {}

    static String of(String text) {
        StringBuilder printable = new StringBuilder();
        text.codePoints().limit(LONGEST).forEach(c -> {
            int kind = Character.getType(c);
            if (kind == Character.CONTROL
                    || kind == Character.FORMAT
                    || kind == Character.SURROGATE
                    || kind == Character.LINE_SEPARATOR
                    || kind == Character.PARAGRAPH_SEPARATOR) {
                printable.append(String.format("\\u%04x", c));
            } else {
                printable.appendCodePoint(c);
            }
        });
        return text.codePointCount(0, text.length()) > LONGEST ? printable + "..." : printable.toString();
    }
}
