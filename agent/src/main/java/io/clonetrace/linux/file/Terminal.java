package io.clonetrace.linux.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * The terminal behind one of this process's descriptors. {@code System.console()} asks for stdin and stdout at once,
 * either of which may well be a pipe.
 *
 * @param fd 0, 1 or 2, say
 */
public record Terminal(int fd) {
    public static final Terminal STDIN = new Terminal(0);
    public static final Terminal STDOUT = new Terminal(1);
    public static final Terminal STDERR = new Terminal(2);

    private static final long TIOCGWINSZ = 0x5413; // asm-generic/ioctls.h; equal on x86-64 and aarch64

    // struct winsize (asm-generic/termios.h): rows, columns, and both in pixels.
    private static final int FIELDS = 4;
    private static final int ROWS = 0;
    private static final int COLUMNS = 1;

    /** Whether the descriptor is a terminal. */
    public boolean isThere() {
        try {
            String target =
                    Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | RuntimeException unknown) {
            return false;
        }
    }

    /**
     * Its width in columns (ioctl_tty(2)); empty if it is no terminal, or one that doesn't know, such as a serial line.
     */
    public OptionalInt columns() {
        return size(COLUMNS);
    }

    /** Its height in lines; empty as {@link #columns} is. */
    public OptionalInt rows() {
        return size(ROWS);
    }

    private OptionalInt size(int field) {
        if (!isThere()) {
            return OptionalInt.empty();
        }
        short[] size = new short[FIELDS];
        try {
            return FileLibC.ioctl(fd, TIOCGWINSZ, size) == 0 && size[field] != 0
                    ? OptionalInt.of(Short.toUnsignedInt(size[field]))
                    : OptionalInt.empty();
        } catch (LinkageError noNativeCode) {
            return OptionalInt.empty();
        }
    }
}
