package io.clonetrace.limit;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * How many mappings a process has (the kernel's {@code map_count}): no file has the number, so the lines of
 * {@code maps} are counted, 0.4 us each; PROCMAP_QUERY would need a call for each. Not thread-safe.
 */
final class MappingCount {
    /** Not a mapping of the process: the kernel adds it to the list (arch/x86/entry/vsyscall, get_gate_vma). */
    private static final byte[] GATE = " [vsyscall]\n".getBytes(StandardCharsets.US_ASCII);

    private final byte[] chunk = new byte[ProcText.CHUNK];

    /**
     * Counts.
     *
     * @param maps {@code /proc/PID/maps}
     * @throws IOException if it can't be read: the process is gone, or this user may not look at it
     */
    long read(String maps) throws IOException {
        try (InputStream in = new FileInputStream(maps)) {
            long lines = 0;
            int matched = 0;
            for (int read = in.read(chunk); read > 0; read = in.read(chunk)) {
                for (int i = 0; i < read; i++) {
                    byte b = chunk[i];
                    matched = b == GATE[matched] ? matched + 1 : b == GATE[0] ? 1 : 0;
                    if (b == '\n') {
                        lines++;
                    }
                    if (matched == GATE.length) {
                        lines--;
                        matched = 0;
                    }
                }
            }
            return lines;
        }
    }
}
