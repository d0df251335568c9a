package io.clonetrace.limit;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How many mappings a process has (the kernel's {@code map_count}): no file has the number, so the lines of
 * {@code maps} are counted, 0.4 us each; PROCMAP_QUERY would need a call for each. Not thread-safe.
 */
final class MappingCount {
    /** Not a mapping of the process: the kernel adds it to the list (arch/x86/entry/vsyscall, get_gate_vma). */
    private static final byte[] GATE = " [vsyscall]".getBytes(StandardCharsets.US_ASCII);

    /** A line without a path, with addresses of twelve digits: most lines of a process with many threads. */
    private static final int BARE_LINE = "7f0000000000-7f0000001000 rw-p 00000000 00:00 0 ".length();

    private final byte[] chunk = new byte[ProcText.CHUNK];
    private int read;

    /**
     * Counts.
     *
     * @param maps {@code /proc/PID/maps}
     * @throws IOException if it can't be read: the process is gone, or this user may not look at it
     */
    long read(String maps) throws IOException {
        try (InputStream in = new FileInputStream(maps)) {
            read = 0;
            long lines = 0;
            for (int more = in.read(chunk); more > 0; more = in.read(chunk, read, chunk.length - read)) {
                read += more;
                int line = 0;
                for (int end = end(0); end < read; end = end(line)) {
                    lines += isGate(line, end) ? 0 : 1;
                    line = end + 1;
                }
                keepFrom(line);
            }
            return lines;
        }
    }

    /** The end of the line that begins there: the JVM's end waits for this loop, interpreted. */
    private int end(int line) {
        // No line is so short that there could be two.
        if (line + BARE_LINE < read && chunk[line + BARE_LINE] == '\n') {
            return line + BARE_LINE;
        }
        int at = line;
        while (at < read && chunk[at] != '\n') {
            at++;
        }
        return at;
    }

    private boolean isGate(int line, int end) {
        return end - line > BARE_LINE && Arrays.equals(chunk, end - GATE.length, end, GATE, 0, GATE.length);
    }

    /** Keeps the beginning of a line; of a long path, the end will do. */
    private void keepFrom(int line) {
        int from = Math.max(line, read - chunk.length / 2);
        System.arraycopy(chunk, from, chunk, 0, read - from);
        read -= from;
    }
}
