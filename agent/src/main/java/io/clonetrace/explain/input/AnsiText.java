package io.clonetrace.explain.input;

/** Removes what a terminal acts on from a line that was copied from one. */
final class AnsiText {
    private static final char ESCAPE = '\u001b';
    private static final char BELL = '\u0007';

    private AnsiText() {}

    /** The line without escape sequences (ECMA-48: CSI, OSC and those of two characters), as a terminal shows it. */
    static String plain(String line) {
        int at = line.indexOf(ESCAPE);
        if (at < 0) {
            return line;
        }
        StringBuilder plain = new StringBuilder(line.length());
        int from = 0;
        while (at >= 0) {
            plain.append(line, from, at);
            from = end(line, at + 1);
            at = line.indexOf(ESCAPE, from);
        }
        return plain.append(line, from, line.length()).toString();
    }

    /** Where the sequence ends whose first character after the escape is there. */
    private static int end(String line, int at) {
        if (at >= line.length()) {
            return at;
        }
        return switch (line.charAt(at)) {
            case '[' -> endOfControl(line, at + 1);
            case ']' -> endOfCommand(line, at + 1);
            default -> at + 1;
        };
    }

    private static int endOfControl(String line, int from) {
        int at = from;
        while (at < line.length() && line.charAt(at) >= ' ' && line.charAt(at) < '@') {
            at++;
        }
        return Math.min(line.length(), at + 1);
    }

    private static int endOfCommand(String line, int from) {
        int at = from;
        while (at < line.length() && line.charAt(at) != BELL && line.charAt(at) != ESCAPE) {
            at++;
        }
        // The other end is an escape and a backslash.
        boolean two = at + 1 < line.length() && line.charAt(at) == ESCAPE;
        return Math.min(line.length(), at + (two ? 2 : 1));
    }
}
