package io.clonetrace.cli.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Small files of /proc and /sys. Latin-1: names in them may be any bytes. */
final class Text {
    private Text() {}

    /** @throws NoSuchFileException on a kernel that does not have it */
    static String of(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    }

    static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    }

    /** The one word in brackets of a file that lists what can be chosen, such as {@code none [integrity]}. */
    static String chosen(Path file) throws IOException {
        String text = of(file);
        return text.replaceFirst(".*\\[", "").replaceFirst("].*", "");
    }
}
