package io.clonetrace.linux.proc;

import io.clonetrace.linux.FileFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads files of /proc and /sys as Latin-1, because the names in them may be any bytes. */
public final class PseudoFile {
    /**
     * The size of maps with 65,530 mappings whose paths have a thousand letters. A process decides on its own what its
     * environ holds, and how much (prctl(2), PR_SET_MM_MAP).
     */
    private static final int LARGEST = 1 << 26;

    private static final int PART = 1 << 13;

    private PseudoFile() {}

    /** @throws IOException saying why it can't be read */
    public static String of(Path file) throws IOException {
        try {
            return bounded(file).strip();
        } catch (IOException unreadable) {
            throw new IOException(FileFailure.reading(file, unreadable), unreadable);
        }
    }

    /**
     * Reads all of it.
     *
     * @throws IOException the exception of java.nio.file if it can't be read; another if it is larger than any such
     *     file may be
     */
    public static String bounded(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            // Not readNBytes, which seeks on JDK 25: some files refuse that, such as lockdown's (lseek(2), ESPIPE).
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            byte[] part = new byte[PART];
            for (int length = in.read(part, 0, PART); length >= 0; length = in.read(part, 0, PART)) {
                bytes.write(part, 0, length);
                if (bytes.size() > LARGEST) {
                    throw new IOException("larger than " + LARGEST + " bytes");
                }
            }
            return bytes.toString(StandardCharsets.ISO_8859_1);
        }
    }

    public static List<String> lines(Path file) throws IOException {
        return lines(of(file));
    }

    /** The lines of a file's content. They end at \\n alone: a name may hold \\r. */
    public static List<String> lines(String content) {
        List<String> lines = new ArrayList<>();
        int start = 0;
        for (int end = content.indexOf('\n'); end >= 0; end = content.indexOf('\n', start)) {
            lines.add(content.substring(start, end));
            start = end + 1;
        }
        if (start < content.length()) {
            lines.add(content.substring(start));
        }
        return lines;
    }

    /** The word in brackets of a file that lists choices, such as {@code none [integrity]}. */
    public static String chosen(Path file) throws IOException {
        String text = of(file);
        return text.replaceFirst(".*\\[", "").replaceFirst("].*", "");
    }
}
