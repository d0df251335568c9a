package io.clonetrace.fleet.table;

/** Texts of recordings, which are hostile input, as UTF-8 can hold them. */
public final class Texts {
    private Texts() {}

    /**
     * The text. Half a surrogate pair, which no UTF-8 can hold, is written as an escape of six characters, as in
     * {@code \ud83d}; U+0000, which SQL engines end texts at, as {@code \u0000}.
     */
    public static String valid(String text) {
        if (text == null) {
            return null;
        }
        StringBuilder changed = null;
        for (int index = 0; index < text.length(); index++) {
            char c = text.charAt(index);
            boolean pair = Character.isHighSurrogate(c)
                    && index + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(index + 1));
            boolean escaped = c == 0 || Character.isSurrogate(c) && !pair;
            if (escaped && changed == null) {
                changed = new StringBuilder(text.substring(0, index));
            }
            if (changed != null) {
                if (escaped) {
                    changed.append(String.format("\\u%04x", (int) c));
                } else {
                    changed.append(c);
                }
            }
            if (pair) {
                index++;
                if (changed != null) {
                    changed.append(text.charAt(index));
                }
            }
        }
        return changed == null ? text : changed.toString();
    }
}
