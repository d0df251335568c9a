package io.clonetrace.fleet.generator.jfr;

/** How a text is written, by its first byte (JDK: {@code jdk/jfr/internal/consumer/StringParser.java}). */
final class Text {
    static final int NULL = 0;
    static final int EMPTY = 1;
    static final int POOLED = 2;
    static final int UTF8 = 3;
    static final int CHARS = 4;
    static final int LATIN1 = 5;

    private Text() {}

    /** Whether UTF-8 can hold it: no half of a surrogate pair is in it. */
    static boolean isUtf8(String text) {
        for (int index = 0; index < text.length(); index++) {
            char c = text.charAt(index);
            if (Character.isHighSurrogate(c)
                    && index + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(index + 1))) {
                index++;
            } else if (Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }
}
