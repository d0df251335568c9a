package io.clonetrace.trace.tracefs;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The layout of an event's record or of a page, as the kernel describes it in a file of tracefs. */
record Format(String text) {
    private static final int LARGEST = 8192; // as large as FileInputStream reads at once

    static Format read(Path file) throws IOException {
        return new Format(text(file));
    }

    /** The file's text. Some of tracefs's files give nothing after the first read, so that it must be a large one. */
    static String text(Path file) throws IOException {
        byte[] bytes = new byte[LARGEST];
        try (FileInputStream in = new FileInputStream(file.toFile())) {
            int length = 0;
            int count = in.read(bytes);
            while (count > 0) {
                length += count;
                count = in.read(bytes, length, bytes.length - length);
            }
            return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        }
    }

    /**
     * Where the field begins, in bytes.
     *
     * @throws IOException if this kernel's record has no field of that name and size
     */
    int offset(String field, int size) throws IOException {
        Matcher matcher = matcher(field);
        if (Integer.parseInt(matcher.group(2)) != size) {
            throw new IOException("tracefs: the field " + field + " has " + matcher.group(2) + " bytes, not " + size);
        }
        return Integer.parseInt(matcher.group(1));
    }

    /** Where the field begins, in bytes. */
    int offset(String field) throws IOException {
        return Integer.parseInt(matcher(field).group(1));
    }

    /** The field's size in bytes. */
    int size(String field) throws IOException {
        return Integer.parseInt(matcher(field).group(2));
    }

    private Matcher matcher(String field) throws IOException {
        Matcher matcher = Pattern.compile("field:[^;]*\\b" + field + ";\\s*offset:(\\d+);\\s*size:(\\d+);")
                .matcher(text);
        if (!matcher.find()) {
            throw new IOException("tracefs: no field " + field);
        }
        return matcher;
    }
}
