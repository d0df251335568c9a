package io.clonetrace.stack;

import java.io.IOException;
import java.io.InputStream;

/**
 * Reads {@code /proc/PID/smaps} (proc(5)) as a stream of bytes. The text has nearly a kilobyte for each mapping, many
 * megabytes with many threads, so that only the {@link Mapping}s are allocated.
 */
final class SmapsParser {
    // The kernel returns at most a page for each read, and FileInputStream copies up to 8 KB without malloc.
    private static final int CHUNK = 8192;
    // Everything that is parsed is at the beginning of a line; the rest of a long path is dropped.
    private static final int LINE = 256;
    private static final long KILOBYTE = 1024;
    private static final long MOST_KILOBYTES = Long.MAX_VALUE / KILOBYTE;

    private final Mappings mappings = new Mappings();
    private final byte[] line = new byte[LINE];
    private int length;
    private int at;

    private boolean inMapping;
    private long start;
    private long end;
    private boolean accessible;
    private boolean anonymous;
    private boolean noReserve;
    private boolean noHuge;
    private boolean growsDown;
    private long rss;
    private long huge;

    private SmapsParser() {}

    /**
     * Reads the stream to its end.
     *
     * @throws IOException if reading fails
     */
    static Mappings read(InputStream smaps) throws IOException {
        SmapsParser parser = new SmapsParser();
        byte[] chunk = new byte[CHUNK];
        for (int count = smaps.read(chunk); count >= 0; count = smaps.read(chunk)) {
            parser.take(chunk, count);
        }
        parser.endOfLine();
        parser.endOfMapping();
        return parser.mappings;
    }

    private void take(byte[] chunk, int count) {
        for (int i = 0; i < count; i++) {
            byte next = chunk[i];
            if (next == '\n') {
                endOfLine();
            } else if (length < LINE) {
                line[length++] = next;
            }
        }
    }

    private void endOfLine() {
        at = 0;
        // A header begins with a lower case hex digit, every other line with a capital.
        if (length > 0 && Character.digit(line[0], 16) >= 0 && (line[0] < 'A' || line[0] > 'F')) {
            endOfMapping();
            header();
        } else if (skip("Rss:")) {
            rss = kilobytes();
        } else if (skip("AnonHugePages:")) {
            huge = kilobytes();
        } else if (skip("KernelPageSize:")) {
            mappings.addPageSize(kilobytes());
        } else if (skip("VmFlags:")) {
            vmFlags();
        }
        length = 0;
    }

    private void endOfMapping() {
        if (inMapping) {
            mappings.add(new Mapping(start, end, accessible, anonymous, noReserve, noHuge, growsDown, rss, huge));
        }
        inMapping = false;
    }

    /** {@code 7fee94204000-7fee94a00000 rw-p 00000000 00:00 0 [name]}. */
    private void header() {
        start = number(16);
        if (!skip("-")) {
            return;
        }
        end = number(16);
        skipSpaces();
        accessible = !skip("---");
        skipWord(); // the rest of the permissions
        skipWord(); // offset
        skipWord(); // device
        long inode = number(10);
        skipSpaces();
        // "[stack]" or, before Linux 4.5, "[stack:TID]"; "[anon:NAME]" is anonymous memory with a name, see prctl(2).
        anonymous = inode == 0 && (at == length || skip("[stack") || skip("[anon:"));
        noReserve = false;
        noHuge = false;
        growsDown = false;
        rss = StackMeasure.UNKNOWN;
        huge = StackMeasure.UNKNOWN;
        inMapping = start != end;
    }

    /** {@code VmFlags: rd wr mr mw me ac nh}, two letters each. */
    private void vmFlags() {
        for (skipSpaces(); at < length; skipWord()) {
            noReserve |= startsWith("nr");
            noHuge |= startsWith("nh");
            growsDown |= startsWith("gd");
        }
    }

    private long kilobytes() {
        skipSpaces();
        long kilobytes = number(10);
        return kilobytes >= 0 && kilobytes <= MOST_KILOBYTES ? kilobytes * KILOBYTE : StackMeasure.UNKNOWN;
    }

    private long number(int radix) {
        long value = 0;
        for (int digit; at < length && (digit = Character.digit(line[at], radix)) >= 0; at++) {
            value = value * radix + digit;
        }
        return value;
    }

    private void skipSpaces() {
        while (at < length && line[at] == ' ') {
            at++;
        }
    }

    /** Goes to the beginning of the next word. */
    private void skipWord() {
        while (at < length && line[at] != ' ') {
            at++;
        }
        skipSpaces();
    }

    private boolean skip(String word) {
        boolean found = startsWith(word);
        at += found ? word.length() : 0;
        return found;
    }

    private boolean startsWith(String word) {
        if (length - at < word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (line[at + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
