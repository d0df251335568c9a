package io.clonetrace.report.model;

/**
 * One object for equal texts. It is bounded: of two that share a place in the table, the later is kept. Most of many
 * threads have a name that no other has, so to keep each of them would be of no use.
 */
final class TextTable {
    /** Powers of two. */
    private static final int FEW = 1 << 6;

    private static final int MOST = 1 << 16;

    private String[] texts = new String[FEW];
    private int size;

    /** That text, or an equal one that came before. */
    String one(String text) {
        int place = place(text);
        String known = texts[place];
        if (known == null) {
            size++;
        } else if (known.equals(text)) {
            return known;
        }
        texts[place] = text;
        if (2 * size > texts.length && texts.length < MOST) {
            grow();
        }
        return text;
    }

    private void grow() {
        String[] all = texts;
        texts = new String[2 * all.length];
        for (String text : all) {
            if (text != null) {
                texts[place(text)] = text;
            }
        }
    }

    private int place(String text) {
        return KeyHash.of(text.hashCode()) & texts.length - 1;
    }
}
