package io.clonetrace.unwind;

import io.clonetrace.linux.proc.PseudoFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The executable mappings of a process at one moment, ascending. */
final class Mappings {
    private final List<Mapping> mappings = new ArrayList<>();

    private Mappings() {}

    /** @throws IOException if the process is gone, or may not be looked at */
    static Mappings of(int pid) throws IOException {
        return parse(PseudoFile.bounded(Path.of("/proc/" + pid + "/maps")));
    }

    /** The text of /proc/PID/maps. Lines that are no mapping are left out. */
    static Mappings parse(String text) {
        Mappings all = new Mappings();
        text.lines().forEach(all.new Parser()::line);
        return all;
    }

    /** Remembers where the file of the lines before is mapped from its first byte on. */
    private final class Parser {
        private String file = "";
        private long base;

        void line(String line) {
            int permissions = line.indexOf(' ') + 1;
            boolean executable = line.startsWith("x", permissions + 2);
            if (!executable && line.indexOf('/') < 0) {
                return;
            }
            try {
                // start-end permissions offset device inode path
                String[] fields = line.split(" ", 6);
                int dash = fields[0].indexOf('-');
                long start = Long.parseUnsignedLong(fields[0], 0, dash, 16);
                long offset = Long.parseUnsignedLong(fields[2], 16);
                String path = fields.length < 6 ? "" : path(fields[5]);
                String id = fields[3] + ' ' + fields[4] + ' ' + path;
                if (offset == 0) {
                    file = id;
                    base = start;
                }
                if (executable) {
                    mappings.add(new Mapping(
                            start,
                            Long.parseUnsignedLong(fields[0], dash + 1, permissions - 1, 16),
                            offset,
                            fields[3],
                            Long.parseLong(fields[4]),
                            path,
                            id.equals(file) ? base : start));
                }
            } catch (NumberFormatException | IndexOutOfBoundsException noMapping) {
                // Not written by a kernel.
            }
        }
    }

    /** The kernel writes a line feed in a path as \012; its other bytes are the file system's, mostly UTF-8. */
    private static String path(String text) {
        String path = text.strip().replace("\\012", "\n");
        return new String(path.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** The mapping that holds the address; null if none does. */
    Mapping at(long address) {
        int low = 0;
        int high = mappings.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Mapping mapping = mappings.get(middle);
            if (address < mapping.start()) {
                high = middle - 1;
            } else if (address >= mapping.end()) {
                low = middle + 1;
            } else {
                return mapping;
            }
        }
        return null;
    }

    List<Mapping> all() {
        return mappings;
    }
}
