package io.clonetrace.report.finding;

import io.clonetrace.report.model.StackTrace.Frame;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A native library that makes threads of its own, of which it is documented what governs how many: a line of
 * {@code native-libraries.txt}.
 *
 * @param place the libraries' file names; for the kernel's own threads their names
 * @param name what it is, for people
 * @param setting how its number of threads is set
 * @param source the address of the documentation
 */
record NativeLibrary(Pattern place, String name, String setting, String source) {
    private static final String LIST = "native-libraries.txt";
    private static final int PARTS = 4;
    private static final String THREADS = "threads:";
    private static final List<NativeLibrary> ALL = read();

    /** The one that a native frame is of; empty if it is not listed. */
    static Optional<NativeLibrary> of(Frame frame) {
        return fitting(frame.type());
    }

    /** What the kernel makes under that pattern of names; empty if that is not listed. */
    static Optional<NativeLibrary> ofThreads(String names) {
        return fitting(THREADS + names);
    }

    private static Optional<NativeLibrary> fitting(String text) {
        return ALL.stream().filter(one -> one.place.matcher(text).matches()).findFirst();
    }

    /** A sentence. */
    String advice() {
        return name + ": their number is set by " + setting + " (" + source + ").";
    }

    private static List<NativeLibrary> read() {
        try (InputStream in = NativeLibrary.class.getResourceAsStream(LIST)) {
            if (in == null) {
                throw new IOException("this clonetrace.jar lacks " + LIST);
            }
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(NativeLibrary::of)
                    .toList();
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    private static NativeLibrary of(String line) {
        String[] parts = line.split(" \\| ", PARTS);
        return new NativeLibrary(place(parts[0].strip()), parts[1].strip(), parts[2].strip(), parts[3].strip());
    }

    private static Pattern place(String text) {
        return Pattern.compile(
                text.chars()
                        .mapToObj(c -> c == '*' ? ".*" : Pattern.quote(Character.toString(c)))
                        .collect(Collectors.joining()),
                Pattern.DOTALL);
    }
}
