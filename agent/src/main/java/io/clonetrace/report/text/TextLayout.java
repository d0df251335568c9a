package io.clonetrace.report.text;

/**
 * What a text is printed on.
 *
 * @param columns the width; nothing is laid out for fewer than {@value #FEWEST}
 * @param colour whether it may hold colours (SGR sequences of ECMA-48)
 */
public record TextLayout(int columns, boolean colour) {
    /** For files and pipes: 80 columns, no colour. */
    public static final TextLayout PLAIN = new TextLayout(80, false);

    private static final int FEWEST = 30;

    public TextLayout {
        columns = Math.max(FEWEST, columns);
    }
}
