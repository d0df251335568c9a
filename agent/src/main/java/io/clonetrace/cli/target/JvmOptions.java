package io.clonetrace.cli.target;

import io.clonetrace.linux.proc.PseudoFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The options that a running JVM was started with, from its command line and the variables it takes some from.
 *
 * @param words in the JVM's order: a later one overrides
 */
public record JvmOptions(List<String> words) {
    /**
     * The variables that the JVM reads before the command line, and the one after it (Arguments::parse of HotSpot;
     * java(1)).
     */
    private static final List<String> BEFORE = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS");

    private static final String AFTER = "_JAVA_OPTIONS";

    /** Up to nine digits: HotSpot accepts 1 GiB at most. */
    private static final Pattern STACK_SIZE =
            Pattern.compile("-Xss(\\d{1,9})([kKmMgG]?)|-XX:ThreadStackSize=(\\d{1,9})");

    private static final long KIBI = 1024;

    /**
     * Reads the options of the process with that folder in /proc.
     *
     * @throws IOException if this user may not read them, or there is no such process
     */
    public static JvmOptions of(Path folder) throws IOException {
        List<String> environment =
                List.of(PseudoFile.of(folder.resolve("environ")).split("\0"));
        List<String> words = new ArrayList<>();
        BEFORE.forEach(variable -> words.addAll(variable(environment, variable)));
        words.addAll(Arrays.asList(PseudoFile.of(folder.resolve("cmdline")).split("\0")));
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

    /**
     * The bytes of stack that {@code -Xss} or {@code -XX:ThreadStackSize} gives each Java thread; empty without them.
     */
    public Optional<Long> stackSize() {
        return words.stream()
                .map(STACK_SIZE::matcher)
                .filter(Matcher::matches)
                .reduce((one, other) -> other)
                // The second is a number of KiB (globals.hpp).
                .map(word ->
                        word.group(1) != null ? bytes(word.group(1), word.group(2)) : KIBI * bytes(word.group(3), ""))
                .filter(bytes -> bytes > 0);
    }

    private static long bytes(String number, String unit) {
        long factor = switch (unit.toLowerCase(Locale.ROOT)) {
            case "k" -> KIBI;
            case "m" -> KIBI * KIBI;
            case "g" -> KIBI * KIBI * KIBI;
            default -> 1;
        };
        return factor * Long.parseLong(number);
    }

    /** The value of {@code -XX:+NAME} or {@code -XX:-NAME}; empty if neither is given. */
    public Optional<Boolean> flag(String name) {
        return words.stream()
                .filter(word -> word.equals("-XX:+" + name) || word.equals("-XX:-" + name))
                .reduce((one, other) -> other)
                .map(word -> word.startsWith("-XX:+"));
    }
}
