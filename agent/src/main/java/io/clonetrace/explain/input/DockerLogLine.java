package io.clonetrace.explain.input;

/** A line of docker's json-file log: {@code {"log":"text\n","stream":"stderr","time":"..."}}. */
final class DockerLogLine {
    private static final String START = "{\"log\":\"";
    private static final int HEX_DIGITS = 4;

    private DockerLogLine() {}

    static boolean is(String line) {
        return line.startsWith(START);
    }

    /** The text of its field {@code log}, without its line feed. */
    static String text(String line) {
        StringBuilder text = new StringBuilder(line.length());
        int at = START.length();
        while (at < line.length() && line.charAt(at) != '"') {
            char c = line.charAt(at++);
            if (c != '\\' || at == line.length()) {
                text.append(c);
                continue;
            }
            char escaped = line.charAt(at++);
            int code = escaped == 'u' ? hex(line, at) : -1;
            at += code < 0 ? 0 : HEX_DIGITS;
            text.append(
                    switch (escaped) {
                        case 'n', 'r' -> "";
                        case 't' -> "\t";
                        case 'u' -> code < 0 ? "?" : String.valueOf((char) code);
                        default -> String.valueOf(escaped);
                    });
        }
        return text.toString();
    }

    private static int hex(String line, int at) {
        int code = 0;
        for (int i = at; i < at + HEX_DIGITS; i++) {
            int digit = i < line.length() ? Character.digit(line.charAt(i), 16) : -1;
            if (digit < 0) {
                return -1;
            }
            code = code << 4 | digit;
        }
        return code;
    }
}
