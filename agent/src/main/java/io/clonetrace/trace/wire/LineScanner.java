package io.clonetrace.trace.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/**
 * Splits a stream of bytes, fed in pieces of any size, into lines. One byte becomes one char: strace's lines about
 * clones are ASCII, and thread names or an application's own output need not be valid UTF-8.
 */
public final class LineScanner {
    /**
     * The longest line that is kept, in bytes; only the beginning of a longer one is reported. A clone's line has a few
     * hundred bytes.
     */
    public static final int LONGEST = 64 * 1024;

    /** How much of a longer line is kept, in bytes: enough to recognize its kind. */
    private static final int BEGINNING = 512;

    private static final int FIRST_CAPACITY = 1024;

    /** Receives the lines, without their newlines. */
    interface Lines {
        void line(String line);

        /** A line longer than {@link #LONGEST} ended here; it began with that text. */
        void overlong(String beginning);
    }

    private final Lines lines;
    private byte[] begun = new byte[FIRST_CAPACITY];
    private int length;
    private boolean overlong;

    LineScanner(Lines lines) {
        this.lines = lines;
    }

    void feed(byte[] bytes, int offset, int count) {
        int end = offset + count;
        int start = offset;
        for (int i = offset; i < end; i++) {
            if (bytes[i] == '\n') {
                finish(bytes, start, i);
                start = i + 1;
            }
        }
        keep(bytes, start, end);
    }

    /** Removes and returns the bytes after the last newline; empty if there are none or too many. */
    String rest() {
        String rest = overlong ? "" : kept();
        forget();
        return rest;
    }

    /** Whether a line has begun whose newline has not arrived yet. */
    boolean hasRest() {
        return length > 0 || overlong;
    }

    private void finish(byte[] bytes, int start, int end) {
        if (!hasRest() && end - start <= LONGEST) {
            lines.line(new String(bytes, start, end - start, ISO_8859_1));
            return;
        }
        keep(bytes, start, end);
        if (overlong) {
            String beginning = kept();
            forget();
            lines.overlong(beginning);
        } else {
            lines.line(rest());
        }
    }

    private void keep(byte[] bytes, int start, int end) {
        int count = end - start;
        if (overlong || length + count > LONGEST) {
            count = Math.max(0, Math.min(count, BEGINNING - length));
            overlong = true;
        }
        if (length + count > begun.length) {
            begun = Arrays.copyOf(begun, Math.min(LONGEST, Math.max(begun.length * 2, length + count)));
        }
        System.arraycopy(bytes, start, begun, length, count);
        length += count;
    }

    private String kept() {
        return new String(begun, 0, overlong ? Math.min(length, BEGINNING) : length, ISO_8859_1);
    }

    private void forget() {
        length = 0;
        overlong = false;
    }
}
