package io.clonetrace.stack;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The mappings of this process as awk, in a process of its own, reads them from /proc/PID/smaps, and its pages. */
final class OutsideMaps {
    private static final String AWK = """
            /^[0-9a-f]+-[0-9a-f]+ / { split($1, a, "-"); perms = $2; name = $6 }
            /^Rss:/ { rss = $2 }
            /^AnonHugePages:/ { print a[1], a[2], perms, rss, $2, name }
            """;

    private static final long PAGE = 4096;
    private static final int WORD = 8;

    record Row(long start, long end, String perms, long rss, long huge, String name) {
        long length() {
            return end - start;
        }
    }

    private final NavigableMap<Long, Row> byStart = new TreeMap<>(Long::compareUnsigned);

    private final long pid;

    private OutsideMaps(long pid) {
        this.pid = pid;
    }

    static OutsideMaps ofSelf() throws IOException {
        return of(ProcessHandle.current().pid());
    }

    static OutsideMaps of(long pid) throws IOException {
        OutsideMaps maps = new OutsideMaps(pid);
        for (String line : Outside.lines("awk", AWK, "/proc/" + pid + "/smaps")) {
            String[] field = line.split(" ", 6);
            Row row = new Row(
                    Long.parseUnsignedLong(field[0], 16),
                    Long.parseUnsignedLong(field[1], 16),
                    field[2],
                    Long.parseLong(field[3]) * 1024,
                    Long.parseLong(field[4]) * 1024,
                    field[5]);
            maps.byStart.put(row.start(), row);
        }
        return maps;
    }

    /** Bytes from the row's end down to its lowest page that is in memory or swapped out, in pages of 4 KiB. */
    long depth(Row row) throws IOException {
        try (RandomAccessFile pagemap = new RandomAccessFile("/proc/" + pid + "/pagemap", "r")) {
            byte[] words = new byte[(int) (row.length() / PAGE) * WORD];
            pagemap.seek(row.start() / PAGE * WORD);
            pagemap.readFully(words);
            for (int page = 0; page < words.length / WORD; page++) {
                // Little-endian: bits 63 and 62 are in the last byte.
                if ((words[page * WORD + WORD - 1] & 0xc0) != 0) {
                    return row.length() - page * PAGE;
                }
            }
            return 0;
        }
    }

    Row holding(long address) {
        Map.Entry<Long, Row> entry = byStart.floorEntry(address);
        assertNotNull(entry, () -> Long.toHexString(address));
        return entry.getValue();
    }

    /** The {@code ---p} mapping that ends where {@code row} starts, or null. */
    Row guardBelow(Row row) {
        Map.Entry<Long, Row> below = byStart.lowerEntry(row.start());
        boolean guard = below != null
                && below.getValue().end() == row.start()
                && below.getValue().perms().equals("---p");
        return guard ? below.getValue() : null;
    }
}
