package io.clonetrace.cli.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The options that a running JVM was started with, from its command line and the variables it takes some from.
 *
 * @param words in the JVM's order: the later one counts
 */
public record JvmOptions(List<String> words) {
    /** What comes before the command line, and what after it (Arguments::parse of HotSpot; java(1)). */
    private static final List<String> BEFORE = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS");

    private static final String AFTER = "_JAVA_OPTIONS";

    /**
     * Of the process with that folder in /proc.
     *
     * @throws IOException if this user may not read them, or there is no such process
     */
    public static JvmOptions of(Path folder) throws IOException {
        List<String> environment = List.of(Text.of(folder.resolve("environ")).split("\0"));
        List<String> words = new ArrayList<>();
        BEFORE.forEach(variable -> words.addAll(variable(environment, variable)));
        words.addAll(Arrays.asList(Text.of(folder.resolve("cmdline")).split("\0")));
        words.addAll(variable(environment, AFTER));
        return new JvmOptions(words);
    }

    private static List<String> variable(List<String> environment, String name) {
        return environment.stream()
                .filter(entry -> entry.startsWith(name + "="))
                .flatMap(entry ->
                        Arrays.stream(entry.substring(name.length() + 1).split("\\s+")))
                .toList();
    }

    /** The value of {@code -XX:+NAME} or {@code -XX:-NAME}; empty if neither is there. */
    public Optional<Boolean> flag(String name) {
        return words.stream()
                .filter(word -> word.equals("-XX:+" + name) || word.equals("-XX:-" + name))
                .reduce((one, other) -> other)
                .map(word -> word.startsWith("-XX:+"));
    }
}
