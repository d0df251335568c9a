package io.clonetrace.stack;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * The stack pointer of a thread, from {@code /proc/PID/task/TID/syscall} (proc(5)): the last field but one of a thread
 * that is blocked, in a system call or not. A process may read its own without privileges.
 */
final class StackPointer {
    private static final String RUNNING = "running";
    private static final int TRIES = 3;
    // A system call's number, six arguments and two registers, each at most 18 characters.
    private static final int LONGEST = 256;

    private StackPointer() {}

    /**
     * The stack pointer of a thread, or empty: it is running, has no stack (an exiting thread), is gone, or may not be
     * read.
     */
    static OptionalLong of(Path procDir, int tid) {
        Path syscall = procDir.resolve("task").resolve(Integer.toString(tid)).resolve("syscall");
        try {
            String line = read(syscall);
            for (int tries = 1; line.equals(RUNNING) && tries < TRIES; tries++) {
                line = read(syscall);
            }
            return parse(line);
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    /** The stack pointer in the file's only line; empty if there is none. */
    static OptionalLong parse(String line) {
        String[] fields = line.strip().split(" ");
        if (fields.length < 3 || !fields[fields.length - 2].startsWith("0x")) {
            return OptionalLong.empty();
        }
        try {
            long pointer = Long.parseUnsignedLong(fields[fields.length - 2].substring(2), 16);
            return pointer == 0 ? OptionalLong.empty() : OptionalLong.of(pointer);
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    private static String read(Path syscall) throws IOException {
        // Not java.nio: an interrupted thread would find its channel closed.
        try (InputStream in = new FileInputStream(syscall.toFile())) {
            return new String(in.readNBytes(LONGEST), StandardCharsets.US_ASCII).strip();
        }
    }
}
