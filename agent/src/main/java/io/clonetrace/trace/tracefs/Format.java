package io.clonetrace.trace.tracefs;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The layout of an event's record or of a page, as a tracefs file describes it. */
record Format(String text) {
    private static final int LARGEST = 8192; // the most that FileInputStream reads in one call

    /** Possessive, and limited to numbers that fit an int: text that is not a format fails at once. */
    private static final Pattern FIELD = Pattern.compile("field:([^;]*+);\\s*+offset:(\\d{1,9});\\s*+size:(\\d{1,9});");

    // The pattern's groups.
    private static final int OFFSET = 2;
    private static final int SIZE = 3;

    static Format read(Path file) throws IOException {
        return new Format(text(file));
    }

    /** Reads the file in one large read: some tracefs files return nothing after the first read. */
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
     * The field's offset in bytes.
     *
     * @throws IOException if this kernel's record has no field of that name and size
     */
    int offset(String field, int size) throws IOException {
        Matcher matcher = matcher(field);
        if (Integer.parseInt(matcher.group(SIZE)) != size) {
            throw new IOException(
                    "tracefs: the field " + field + " has " + matcher.group(SIZE) + " bytes, not " + size);
        }
        return Integer.parseInt(matcher.group(OFFSET));
    }

    /** Where the field begins, in bytes. */
    int offset(String field) throws IOException {
        return Integer.parseInt(matcher(field).group(OFFSET));
    }

    /** The field's size in bytes. */
    int size(String field) throws IOException {
        return Integer.parseInt(matcher(field).group(SIZE));
    }

    private Matcher matcher(String field) throws IOException {
        Matcher matcher = FIELD.matcher(text);
        while (matcher.find()) {
            // "unsigned long clone_flags", "char comm[16]"
            String declaration = matcher.group(1);
            int name = declaration.length() - field.length();
            if (declaration.endsWith(field) && name > 0 && declaration.charAt(name - 1) == ' ') {
                return matcher;
            }
        }
        throw new IOException("tracefs: no field " + field);
    }
}
