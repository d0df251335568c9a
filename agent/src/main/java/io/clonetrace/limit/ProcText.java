package io.clonetrace.limit;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The text of one small file of {@code /proc} or a cgroup at a time, in a buffer that is reused for the next. Unlike
 * {@code linux.proc.ProcessStatus} and {@code PseudoFile} it allocates nothing for each file: the agent reads it at the
 * limits, where memory may be scarce, and the status of every process of the machine. By FileInputStream: java.nio
 * would close the channel of an interrupted thread. Not thread-safe.
 */
public final class ProcText {
    /** What FileInputStream reads without a malloc, which could fail (BUF_SIZE of the JDK's io_util.c). */
    static final int CHUNK = 8192;

    private static final int LARGEST = 4 << 20;
    private static final Charset NAMES = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    private static final String UNLIMITED = "unlimited";
    private static final String MAX = "max";

    private byte[] bytes = new byte[CHUNK];
    private int length;
    private String failure;

    /** Reads the file; false if that fails, see {@link #failure}; the text is then empty. */
    boolean read(String path) {
        length = 0;
        failure = null;
        try (InputStream in = new FileInputStream(path)) {
            int read = in.read(bytes, 0, CHUNK);
            while (read > 0 && length + read < LARGEST) {
                length += read;
                if (bytes.length - length < CHUNK) {
                    bytes = Arrays.copyOf(bytes, 2 * bytes.length);
                }
                read = in.read(bytes, length, CHUNK);
            }
            return true;
        } catch (IOException refused) {
            length = 0;
            failure = reason(path, refused);
            return false;
        }
    }

    /** Why the latest {@link #read} failed, in the kernel's words. */
    String failure() {
        return failure;
    }

    /** The JDK's message is "PATH (Permission denied)". */
    static String reason(String path, IOException refused) {
        String message = String.valueOf(refused.getMessage());
        String words = message.startsWith(path + " (") && message.endsWith(")")
                ? message.substring(path.length() + 2, message.length() - 1)
                : message;
        return new File(path).exists() ? words : "there is no such file";
    }

    /** Decoded like file names, which most such texts hold. */
    String text() {
        return new String(bytes, 0, length, NAMES);
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (int line = 0; line < length; line = nextLine(line)) {
            lines.add(new String(bytes, line, nextLine(line) - 1 - line, NAMES));
        }
        return lines;
    }

    /** A file of one number; {@link ThreadLimit#UNKNOWN} for {@code max}, and for anything else. */
    long number() {
        return numberAt(0, "");
    }

    /** Whether the file is the word for no limit. */
    boolean isMax() {
        return startsAt(0, MAX);
    }

    /**
     * The number after that word at the beginning of a line; {@link ThreadLimit#UNKNOWN} if there is no such line or no
     * number.
     */
    long number(String word) {
        return numberAt(0, word);
    }

    /** Whether {@code unlimited} follows that word. */
    boolean isUnlimited(String word) {
        int at = behind(word);
        return at >= 0 && startsAt(at, UNLIMITED);
    }

    /** The hexadecimal number after that word; 0 if there is none. */
    long hexadecimal(String word) {
        int at = behind(word);
        if (at < 0) {
            return 0;
        }
        long value = 0;
        for (; at < length; at++) {
            int digit = Character.digit(bytes[at], 16);
            if (digit < 0) {
                break;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private long numberAt(int from, String word) {
        int at = word.isEmpty() ? from : behind(word);
        if (at < 0 || at >= length || bytes[at] < '0' || bytes[at] > '9') {
            return ThreadLimit.UNKNOWN;
        }
        long value = 0;
        for (; at < length && bytes[at] >= '0' && bytes[at] <= '9'; at++) {
            if (value > (Long.MAX_VALUE - 9) / 10) {
                return Long.MAX_VALUE;
            }
            value = 10 * value + bytes[at] - '0';
        }
        return value;
    }

    /** The first position after that word and blanks, at the beginning of a line; -1 without such a line. */
    private int behind(String word) {
        int line = 0;
        while (line < length && !startsAt(line, word)) {
            line = nextLine(line);
        }
        if (line >= length) {
            return -1;
        }
        int at = line + word.length();
        while (at < length && (bytes[at] == ' ' || bytes[at] == '\t')) {
            at++;
        }
        return at;
    }

    private int nextLine(int from) {
        int at = from;
        while (at < length && bytes[at] != '\n') {
            at++;
        }
        return at + 1;
    }

    private boolean startsAt(int at, String word) {
        if (at + word.length() > length) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (bytes[at + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
