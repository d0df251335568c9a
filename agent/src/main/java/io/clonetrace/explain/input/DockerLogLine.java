package io.clonetrace.explain.input;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of docker's json-file log, {@code {"log":"text\n","stream":"stderr","time":"..."}}, or of a collector that has
 * ordered its keys in another way.
 */
final class DockerLogLine {
    private static final Pattern START = Pattern.compile("\\{(?:.{0,400}?[,\\s])?\"log\": ?\"");
    private static final int HEX_DIGITS = 4;

    private DockerLogLine() {}

    static boolean is(String line) {
        return line.startsWith("{")
                && line.indexOf("\"log\":") > 0
                && START.matcher(line).lookingAt();
    }

    /** The text of its field {@code log}, without its line feed. */
    static String text(String line) {
        StringBuilder text = new StringBuilder(line.length());
        Matcher start = START.matcher(line);
        int at = start.lookingAt() ? start.end() : 0;
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
