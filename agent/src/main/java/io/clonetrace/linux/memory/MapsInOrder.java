package io.clonetrace.linux.memory;

import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Finds mappings in the text of {@code /proc/PID/maps} (proc_pid_maps(5)), for addresses that ascend: the kernel writes
 * a line in half of the time of a PROCMAP_QUERY, and a call into native code for each mapping is more than its text
 * where neither is compiled yet. An address below the one before is asked for by PROCMAP_QUERY, and so is what is
 * behind many lines that no one asked for. For one thread.
 */
public final class MapsInOrder implements MappingLookup {
    /** What FileInputStream reads without a malloc (BUF_SIZE of the JDK's io_util.c); the kernel returns less. */
    private static final int CHUNK = 8192;

    /** A line without a path, with addresses of twelve digits: most lines of a process with many threads. */
    private static final int BARE_LINE = "7f0000000000-7f0000001000 rw-p 00000000 00:00 0 ".length();

    private static final int BARE_DIGITS = 12;

    private static final int BARE_INODE = BARE_LINE - 2;

    private final ProcmapQuery.Question question;
    private final InputStream text;
    private final byte[] chunk = new byte[CHUNK];
    private int line;
    private int read;

    /** Lines that may still be read. */
    private int left;

    private long mappings;

    /** The latest line's mapping, and the end of the one before. */
    private long below;

    private long start;
    private long end;
    private boolean accessible;
    private boolean file;

    /** Whether the latest answer is the question's. */
    private boolean asked;

    /**
     * Opens the text.
     *
     * @param procDir {@code /proc/self} or {@code /proc/PID}
     * @param query of the same process; has to be closed after this
     * @param most lines that are read at most
     * @throws IOException if the process is gone, or this user may not look at it
     */
    public MapsInOrder(String procDir, ProcmapQuery query, int most) throws IOException {
        text = new FileInputStream(procDir + "/maps");
        question = query.question();
        left = most;
    }

    @Override
    public boolean ask(long address) throws LinuxException {
        asked = address < below || left <= 0;
        // An address of the kernel's, as of [vsyscall], is negative.
        while (!asked && end <= address) {
            if (left-- <= 0) {
                asked = true;
            } else if (!next()) {
                left++;
                return false;
            }
        }
        return !asked || question.ask(address);
    }

    /** Reads the lines that are left, if there aren't too many. */
    @Override
    public long count() throws LinuxException {
        while (left > 0) {
            left--;
            if (!next()) {
                return mappings;
            }
        }
        return -1;
    }

    /** Reads the next line; false behind the last. */
    private boolean next() throws LinuxException {
        int lineEnd = lineEnd();
        if (lineEnd < 0) {
            return false;
        }
        below = end;
        int dash = line + BARE_DIGITS;
        int space = dash + 1 + BARE_DIGITS;
        boolean bare = lineEnd - line == BARE_LINE && chunk[dash] == '-' && chunk[space] == ' ';
        if (!bare) {
            dash = indexOf('-', line);
            space = indexOf(' ', dash);
        }
        start = hexadecimal(chunk, line, dash);
        end = hexadecimal(chunk, dash + 1, space);
        accessible = chunk[space + 1] != '-' || chunk[space + 2] != '-' || chunk[space + 3] != '-';
        file = chunk[bare ? line + BARE_INODE : inode(space)] != '0';
        line = lineEnd + 1;
        // The kernel adds a page of its own to the list, at a negative address (arch/x86/entry/vsyscall).
        mappings += start < 0 ? 0 : 1;
        return true;
    }

    private int indexOf(char what, int from) {
        int at = from;
        while (chunk[at] != what) {
            at++;
        }
        return at;
    }

    /** Without a call for each digit, which takes longer than the digit where it is interpreted. */
    private static long hexadecimal(byte[] text, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            // '0' is 0x30, and 'a' 0x61.
            value = value << 4 | (text[i] & 0xf) + (text[i] >> 6) * 9;
        }
        return value;
    }

    /** Behind permissions, offset and device. */
    private int inode(int space) {
        int at = space;
        for (int fields = 0; fields < 3; fields++) {
            at = indexOf(' ', at + 1);
        }
        return at + 1;
    }

    /** The end of the next line, which is then in the chunk whole, but for the end of a long path; -1 if none is. */
    private int lineEnd() throws LinuxException {
        for (int from = line; ; ) {
            // No line is so short that there could be two.
            if (line + BARE_LINE < read && chunk[line + BARE_LINE] == '\n') {
                return line + BARE_LINE;
            }
            while (from < read && chunk[from] != '\n') {
                from++;
            }
            if (from < read) {
                return from;
            }
            if (!fill()) {
                return -1;
            }
            from = line;
        }
    }

    /** Reads more behind the beginning of a line; false at the end. */
    private boolean fill() throws LinuxException {
        System.arraycopy(chunk, line, chunk, 0, read - line);
        read -= line;
        line = 0;
        // A path is the rest of a line.
        read = Math.min(read, CHUNK / 2);
        try {
            int more = text.read(chunk, read, CHUNK - read);
            read += Math.max(0, more);
            return more > 0;
        } catch (IOException gone) {
            throw new LinuxException("read of maps: " + gone.getMessage(), Errno.ESRCH.value());
        }
    }

    @Override
    public long start() {
        return asked ? question.start() : start;
    }

    @Override
    public long end() {
        return asked ? question.end() : end;
    }

    @Override
    public boolean accessible() {
        return asked ? question.accessible() : accessible;
    }

    @Override
    public boolean file() {
        return asked ? question.file() : file;
    }

    @Override
    public void close() {
        question.close();
        try {
            text.close();
        } catch (IOException unclosed) {
            // It was only read.
        }
    }
}
