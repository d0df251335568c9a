package io.clonetrace.trace.wire;

import io.clonetrace.clone.NativeFrame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A frame as strace prints it with {@code -k} (strace's src/unwind.c): {@code > /usr/lib/libfoo.so(spawn_worker+0x1d)
 * [0x1234]}, or {@code > /usr/lib/libfoo.so() [0x1234]} without a symbol; the number in brackets is the place in the
 * file. Our own lines lack that number where there is a symbol. Names may hold anything: our own lines have the bytes
 * of control characters, of backslashes and of what isn't ASCII in octal, as in /proc/PID/maps.
 */
final class FrameLine {
    static final String START = " > ";

    /** The longest text of a function in our lines, escaped: C++ templates have names of some thousand characters. */
    static final int LONGEST_FUNCTION = 10_500;

    /** The longest path in our lines, escaped; PATH_MAX is 4096. */
    private static final int LONGEST_MODULE = 4_500;

    private static final String CUT = "...";
    private static final String PLACE = " [0x";
    private static final String OFFSET = "+0x";
    private static final char ESCAPE = '\\';
    private static final int ESCAPED_LENGTH = 4;

    private FrameLine() {}

    /** The line, without a newline. */
    static String of(NativeFrame frame) {
        StringBuilder line = new StringBuilder(START);
        String module = escape(frame.module(), "");
        line.append(module.length() > LONGEST_MODULE ? CUT + lastOf(module, LONGEST_MODULE) : module);
        String offset = Long.toHexString(frame.offset());
        return frame.function() == null || frame.function().isEmpty()
                ? line.append("()").append(PLACE).append(offset).append(']').toString()
                : line.append('(')
                        .append(functionText(frame.function()))
                        .append(OFFSET)
                        .append(offset)
                        .append(')')
                        .toString();
    }

    /**
     * Reads a line.
     *
     * @param escaped whether it is one of ours
     * @return empty if it is not about a frame
     */
    static Optional<NativeFrame> parse(String line, boolean escaped) {
        int place = endOfName(line);
        int close = (place < 0 ? line.length() : place) - 1;
        int open = opening(line, close);
        if (!line.startsWith(START) || open <= START.length()) {
            return Optional.empty();
        }
        String module = read(line.substring(START.length(), open), escaped);
        String name = line.substring(open + 1, close);
        if (name.isEmpty()) {
            return place < 0
                    ? Optional.empty()
                    : hex(line, place + PLACE.length(), ']').map(at -> new NativeFrame(module, null, null, at));
        }
        int plus = name.lastIndexOf(OFFSET);
        return plus <= 0
                ? Optional.empty()
                : hex(line, open + 1 + plus + OFFSET.length(), ')')
                        .map(at -> new NativeFrame(module, null, read(name.substring(0, plus), escaped), at));
    }

    /** The frame of a line of strace's without its function, by the place in the file. */
    static NativeFrame unnamed(String line, NativeFrame frame) {
        int place = endOfName(line);
        return place < 0
                ? frame
                : hex(line, place + PLACE.length(), ']')
                        .map(at -> new NativeFrame(frame.module(), null, null, at))
                        .orElse(frame);
    }

    /** Printable ASCII without these characters; others as the octal of their bytes in UTF-8. */
    static String escape(String text, String others) {
        StringBuilder escaped = null;
        int plain = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7f && c != ESCAPE && others.indexOf(c) < 0) {
                continue;
            }
            escaped = escaped == null ? new StringBuilder(text.length() + 64) : escaped;
            escaped.append(text, plain, i);
            int end = Character.isHighSurrogate(c) && i + 1 < text.length() ? i + 2 : i + 1;
            for (byte b : text.substring(i, end).getBytes(StandardCharsets.UTF_8)) {
                escaped.append(ESCAPE);
                for (int shift = 6; shift >= 0; shift -= 3) {
                    escaped.append((char) ('0' + (b >> shift & (shift == 6 ? 3 : 7))));
                }
            }
            i = end - 1;
            plain = end;
        }
        return escaped == null
                ? text
                : escaped.append(text, plain, text.length()).toString();
    }

    /** The text that {@link #escape} was given. */
    static String unescape(String text) {
        if (text.indexOf(ESCAPE) < 0) {
            return text;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        int i = 0;
        while (i < text.length()) {
            int octal = text.charAt(i) == ESCAPE ? octal(text, i + 1) : -1;
            bytes.write(octal < 0 ? text.charAt(i) : octal);
            i += octal < 0 ? 1 : ESCAPED_LENGTH;
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Cuts an escaped text, not within an escape, and marks it. */
    static String cut(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        int end = longest;
        int escape = text.lastIndexOf(ESCAPE, end - 1);
        return text.substring(0, escape > end - ESCAPED_LENGTH ? escape : end) + CUT;
    }

    private static String lastOf(String text, int longest) {
        int start = text.length() - longest;
        int escape = text.lastIndexOf(ESCAPE, start);
        return text.substring(escape >= 0 && escape > start - ESCAPED_LENGTH ? escape + ESCAPED_LENGTH : start);
    }

    /** The parser finds a name's beginning by counting parentheses. */
    private static String functionText(String function) {
        return cut(escape(function, ""), LONGEST_FUNCTION).equals(function) && isBalanced(function)
                ? function
                : cut(escape(function, "()"), LONGEST_FUNCTION);
    }

    private static boolean isBalanced(String text) {
        int depth = 0;
        for (int i = 0; i < text.length() && depth >= 0; i++) {
            depth += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' ? -1 : 0;
        }
        return depth == 0;
    }

    /** Where {@code [0x1234]} begins, which a newer strace lets file and line follow; -1 without one. */
    private static int endOfName(String line) {
        int place = line.lastIndexOf(PLACE);
        while (place > 0 && line.charAt(place - 1) != ')') {
            place = line.lastIndexOf(PLACE, place - 1);
        }
        return place > 0 ? place : -1;
    }

    /** The parenthesis that the one at {@code close} closes; -1 without one. */
    private static int opening(String line, int close) {
        if (close < 0 || line.charAt(close) != ')') {
            return -1;
        }
        int depth = 0;
        for (int i = close; i >= 0; i--) {
            char c = line.charAt(i);
            depth += c == ')' ? 1 : c == '(' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return -1;
    }

    private static Optional<Long> hex(String line, int start, char end) {
        int at = line.indexOf(end, start);
        try {
            return at < 0 || line.charAt(start) == '+' || line.charAt(start) == '-'
                    ? Optional.empty()
                    : Optional.of(Long.parseUnsignedLong(line, start, at, 16));
        } catch (NumberFormatException unreadable) {
            return Optional.empty();
        }
    }

    private static int octal(String text, int start) {
        if (start + ESCAPED_LENGTH - 1 > text.length()) {
            return -1;
        }
        int value = 0;
        for (int i = start; i < start + ESCAPED_LENGTH - 1; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 7) {
                return -1;
            }
            value = value << 3 | digit;
        }
        return value & 0xff;
    }

    /** strace prints a name's bytes as they are, and a line has one byte a char. */
    private static String read(String text, boolean escaped) {
        if (escaped) {
            return unescape(text);
        }
        if (text.chars().allMatch(c -> c < 0x80)) {
            return text;
        }
        String decoded = new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        return decoded.indexOf('\ufffd') < 0 ? decoded : text;
    }
}
