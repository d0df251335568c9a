package io.clonetrace.trace.ebpf;

import io.clonetrace.linux.Digits;
import io.clonetrace.linux.FileFailure;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.Processor;
import io.clonetrace.linux.file.ForeignFile;
import io.clonetrace.linux.file.OpenFile;
import io.clonetrace.linux.proc.PseudoFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * The file of the C library that a process has mapped. Another user's process decides what it maps and where its paths
 * lead, and the kernel is to write breakpoints at what is found here. So the file is opened once, searched, compared
 * with the process's memory, and named to the kernel by its descriptor.
 *
 * @param path as in /proc/PID/maps
 * @param errorPaths where system calls that make tasks go on after a failure
 */
record MappedLibC(String path, OpenFile file, List<ErrorPath> errorPaths) implements AutoCloseable {
    /** glibc's file name. */
    private static final String NAME = "/libc.so.6";

    /** The same until 2.33: {@code libc-2.31.so}. */
    private static final String OLD_NAME = "/libc-2.";

    private static final String OLD_NAME_END = ".so";
    private static final int MOST_DIGITS = 3;
    private static final String DELETED = " (deleted)";
    private static final int LARGEST = 64 << 20;
    private static final int PIECE = 128 << 10;

    /** A library's ELF header, program headers and build-id are within its first page. */
    private static final int HEADERS = 4096;

    /** A note of 20 bytes: elf.h, NT_GNU_BUILD_ID. */
    private static final byte[] BUILD_ID = {4, 0, 0, 0, 20, 0, 0, 0, 3, 0, 0, 0, 'G', 'N', 'U', 0};

    private static final int BUILD_ID_BYTES = 20;

    private record Mapping(long start, long end, boolean executable, long offset, String range, String path) {
        /** Of a line of /proc/PID/maps with a path: start-end permissions offset device inode path. */
        private static Mapping of(String line, String path) {
            String[] fields = line.split(" ", 4);
            int dash = fields[0].indexOf('-');
            return new Mapping(
                    Long.parseLong(fields[0], 0, dash, 16),
                    Long.parseLong(fields[0], dash + 1, fields[0].length(), 16),
                    fields[1].indexOf('x') >= 0,
                    Long.parseLong(fields[2], 16),
                    fields[0],
                    path);
        }

        private String pathInFiles() {
            return pathInFiles(path);
        }

        private static String pathInFiles(String path) {
            return path.endsWith(DELETED) ? path.substring(0, path.length() - DELETED.length()) : path;
        }
    }

    /**
     * Finds it.
     *
     * @param process its folder in /proc
     * @throws IOException if the process has none mapped, or it can't be read or verified; the message says which
     */
    static MappedLibC of(Path process, Processor processor) throws IOException {
        List<Mapping> all = mappings(PseudoFile.lines(process.resolve("maps")));
        Mapping code = null;
        for (Mapping mapping : all) {
            if (code == null && mapping.executable) {
                code = mapping;
            }
        }
        if (code == null) {
            throw new IOException("the process has no glibc mapped (libc.so.6)");
        }
        Mapping begin = null;
        for (Mapping mapping : all) {
            if (begin == null && mapping.offset == 0 && mapping.path.equals(code.path)) {
                begin = mapping;
            }
        }
        if (begin == null) {
            throw new IOException("the beginning of " + code.path + " is not mapped");
        }
        OpenFile file = open(process, code);
        try {
            byte[] header = file.read(HEADERS);
            List<ErrorPath> found = search(file, code, processor);
            verify(process.resolve("mem"), begin, code, header, file, found);
            if (found.isEmpty()) {
                throw new IOException("the error path of clone is not where glibc has it in " + code.path
                        + " (build-id " + buildId(header) + ")");
            }
            return new MappedLibC(code.path, file, found);
        } catch (LinuxException unreadable) {
            file.close();
            throw new IOException(unreadable.getMessage(), unreadable);
        } catch (IOException | RuntimeException unusable) {
            file.close();
            throw unusable;
        }
    }

    /** Those of glibc's file. By loops, as all here: an application's start waits. */
    private static List<Mapping> mappings(List<String> maps) {
        List<Mapping> all = new ArrayList<>();
        for (String line : maps) {
            int path = line.indexOf('/');
            if (path >= 0 && isGlibc(Mapping.pathInFiles(line.substring(path)))) {
                all.add(Mapping.of(line, line.substring(path)));
            }
        }
        return all;
    }

    private static boolean isGlibc(String path) {
        String name = path.substring(path.lastIndexOf('/'));
        if (!name.startsWith(OLD_NAME) || !name.endsWith(OLD_NAME_END)) {
            return name.equals(NAME);
        }
        int end = name.length() - OLD_NAME_END.length();
        return end > OLD_NAME.length() && Digits.are(name.substring(OLD_NAME.length(), end), MOST_DIGITS);
    }

    private static OpenFile open(Path process, Mapping code) throws IOException {
        try {
            // Leads to the mapped file even if it was deleted or replaced; takes CAP_CHECKPOINT_RESTORE.
            return ForeignFile.openBehind(process.resolve("map_files/" + code.range));
        } catch (IOException notAllowed) {
            return ForeignFile.open(process.resolve("root"), Path.of(code.pathInFiles()));
        }
    }

    /** In pieces: a C library's code is more than a megabyte, and would stay in a small application's memory. */
    private static List<ErrorPath> search(OpenFile file, Mapping code, Processor processor)
            throws IOException, LinuxException {
        long size = file.status().size();
        if (size < HEADERS || size > LARGEST) {
            throw new IOException(file + " has " + size + " bytes");
        }
        long end = Math.min(size, code.offset + code.end - code.start);
        List<ErrorPath> found = new ArrayList<>();
        byte[] piece = new byte[PIECE + ErrorPath.LONGEST];
        for (long at = code.offset; at < end; at += PIECE) {
            // Of the last one, what is behind the end of the code is not looked at.
            file.read(at, piece);
            for (ErrorPath path : ErrorPath.find(piece, (int) at, (int) code.offset, (int) end, processor)) {
                if (path.begin() < at + PIECE && found.size() < ErrorPath.MOST) {
                    found.add(path);
                }
            }
        }
        return found;
    }

    /** Compares the build-id, with all around it, and the instructions that were found. */
    private static void verify(
            Path mem, Mapping begin, Mapping code, byte[] header, OpenFile file, List<ErrorPath> found)
            throws IOException, LinuxException {
        boolean same;
        try (RandomAccessFile memory = new RandomAccessFile(mem.toFile(), "r")) {
            same = isMapped(memory, begin.start, header);
            for (ErrorPath path : found) {
                byte[] instructions = file.read(path.begin(), path.end() - path.begin());
                same &= isMapped(memory, code.start + path.begin() - code.offset, instructions);
            }
        } catch (IOException unreadable) {
            throw new IOException(FileFailure.reading(mem, unreadable), unreadable);
        }
        if (!same) {
            throw new IOException("the mapped " + code.path + " differs from the file, which has the build-id "
                    + buildId(header) + " and may have been replaced since");
        }
    }

    private static boolean isMapped(RandomAccessFile memory, long at, byte[] ofFile) throws IOException {
        byte[] mapped = new byte[ofFile.length];
        memory.seek(at);
        memory.readFully(mapped);
        return Arrays.equals(mapped, ofFile);
    }

    /** In hex, as {@code file} and {@code readelf -n} print it. */
    private static String buildId(byte[] header) {
        for (int at = 0; at + BUILD_ID.length + BUILD_ID_BYTES <= header.length; at += Integer.BYTES) {
            if (Arrays.equals(header, at, at + BUILD_ID.length, BUILD_ID, 0, BUILD_ID.length)) {
                int from = at + BUILD_ID.length;
                return HexFormat.of().formatHex(header, from, from + BUILD_ID_BYTES);
            }
        }
        return "?";
    }

    @Override
    public void close() {
        file.close();
    }
}
