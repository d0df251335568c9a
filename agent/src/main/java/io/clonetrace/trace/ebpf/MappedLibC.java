package io.clonetrace.trace.ebpf;

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
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file of the C library that a process has mapped. Another user's process decides what it maps and where its paths
 * lead, and the kernel is to write breakpoints at what is found here. So the file is opened once, searched, compared
 * with the process's memory, and named to the kernel by its descriptor.
 *
 * @param path as in /proc/PID/maps
 * @param errorPaths where system calls that make tasks go on after a failure
 */
record MappedLibC(String path, OpenFile file, List<ErrorPath> errorPaths) implements AutoCloseable {
    private static final String NAMES = "/libc";

    /** glibc's names: the second until 2.33. */
    private static final Pattern NAME = Pattern.compile(".*/libc(\\.so\\.6|-2\\.\\d{1,3}\\.so)");

    private static final Pattern MAPPING =
            Pattern.compile("([0-9a-f]{1,15})-([0-9a-f]{1,15}) ..(.). ([0-9a-f]{1,15}) \\S+ \\d+ +(/.*)");
    private static final String DELETED = " (deleted)";
    private static final int LARGEST = 64 << 20;
    private static final int PIECE = 128 << 10;

    /** A library's ELF header, program headers and build-id are within its first page. */
    private static final int HEADERS = 4096;

    /** A note of 20 bytes: elf.h, NT_GNU_BUILD_ID. */
    private static final byte[] BUILD_ID = {4, 0, 0, 0, 20, 0, 0, 0, 3, 0, 0, 0, 'G', 'N', 'U', 0};

    private static final int BUILD_ID_BYTES = 20;

    private record Mapping(long start, long end, boolean executable, long offset, String range, String path) {
        private static Optional<Mapping> of(String line) {
            if (!line.contains(NAMES)) {
                return Optional.empty(); // most lines, and the application's start waits
            }
            Matcher fields = MAPPING.matcher(line);
            return !fields.matches()
                    ? Optional.empty()
                    : Optional.of(new Mapping(
                            Long.parseLong(fields.group(1), 16),
                            Long.parseLong(fields.group(2), 16),
                            fields.group(3).equals("x"),
                            Long.parseLong(fields.group(4), 16),
                            fields.group(1) + "-" + fields.group(2),
                            fields.group(5)));
        }

        private String pathInFiles() {
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
        List<Mapping> all = PseudoFile.lines(process.resolve("maps")).stream()
                .map(Mapping::of)
                .flatMap(Optional::stream)
                .filter(mapping -> NAME.matcher(mapping.pathInFiles()).matches())
                .toList();
        Mapping code = all.stream()
                .filter(Mapping::executable)
                .findFirst()
                .orElseThrow(() -> new IOException("the process has no glibc mapped (libc.so.6)"));
        Mapping begin = all.stream()
                .filter(mapping -> mapping.offset == 0 && mapping.path.equals(code.path))
                .findFirst()
                .orElseThrow(() -> new IOException("the beginning of " + code.path + " is not mapped"));
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

    private static OpenFile open(Path process, Mapping code) throws IOException {
        try {
            // Leads to the mapped file even if it was deleted or replaced; takes CAP_CHECKPOINT_RESTORE.
            return ForeignFile.openBehind(process.resolve("map_files/" + code.range));
        } catch (IOException notAllowed) {
            return ForeignFile.open(process.resolve("root"), Path.of(code.pathInFiles()));
        }
    }

    /** In pieces: a C library's code is more than a megabyte, and would stay in the heap of a small application. */
    private static List<ErrorPath> search(OpenFile file, Mapping code, Processor processor)
            throws IOException, LinuxException {
        long size = file.status().size();
        if (size < HEADERS || size > LARGEST) {
            throw new IOException(file + " has " + size + " bytes");
        }
        long end = Math.min(size, code.offset + code.end - code.start);
        List<ErrorPath> found = new ArrayList<>();
        for (long at = code.offset; at < end; at += PIECE) {
            byte[] piece = file.read(at, PIECE + ErrorPath.LONGEST);
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
