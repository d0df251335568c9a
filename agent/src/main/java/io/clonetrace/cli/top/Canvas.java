package io.clonetrace.cli.top;

/**
 * What is drawn on.
 *
 * @param width columns
 * @param height lines
 * @param unicode whether it shows more than ASCII
 */
record Canvas(int width, int height, boolean unicode) {
    ScreenLine line() {
        return new ScreenLine(width);
    }

    /** A bar of that many columns, filled to that share. */
    String bar(double share, int columns) {
        int filled = (int) Math.round(Math.max(0, Math.min(1, share)) * columns);
        // Something in use is never shown as nothing.
        filled = share > 0 ? Math.max(1, filled) : filled;
        return (unicode ? "\u2588" : "#").repeat(filled) + (unicode ? "\u2591" : ".").repeat(columns - filled);
    }
}
