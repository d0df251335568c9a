package io.clonetrace.it.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the build made and the integration tests run; the build passes the places. */
public final class Artifacts {
    public static final Path JAR = path("clonetrace.jar");
    public static final Path DEMO = path("clonetrace.demo");
    public static final Path NATIVE = path("clonetrace.native");
    public static final Path SCRIPTS = path("clonetrace.scripts");
    public static final Path HOST_LIBRARIES = path("clonetrace.hostlibs");
    static final Path HOST_PROGRAMS = path("clonetrace.hostprograms");
    public static final Path TEST_CLASSES = Path.of("target/test-classes").toAbsolutePath();

    private Artifacts() {}

    /** An empty folder for what a test writes, kept after the run; each test has another name for it. */
    public static Path folder(String test) {
        Path folder = path("clonetrace.logs").resolve(test.replaceAll("[^A-Za-z0-9.-]+", "-"));
        empty(folder);
        return folder;
    }

    /** Makes the folder, without anything in it. */
    private static void empty(Path folder) {
        try {
            if (Files.exists(folder)) {
                for (Path old : deepestFirst(folder)) {
                    Files.delete(old);
                }
            }
            Files.createDirectories(folder);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static List<Path> deepestFirst(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.sorted(Comparator.reverseOrder()).toList();
        }
    }

    /** The jar of a program by others, whatever its version. */
    public static String program(String name) {
        return jar(HOST_PROGRAMS, name);
    }

    /** The jar of an agent by others, whatever its version. */
    public static String otherAgent(String name) {
        return jar(path("clonetrace.hostagents"), name);
    }

    private static String jar(Path folder, String name) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(jar -> jar.getFileName().toString().matches(Pattern.quote(name) + "-\\d.*\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no " + name + " in " + folder))
                    .toString();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** {@code -javaagent:} with these options, joined by commas. */
    public static String agent(String... options) {
        return "-javaagent:" + JAR + (options.length == 0 ? "" : "=" + String.join(",", options));
    }

    private static Path path(String property) {
        return Path.of(System.getProperty(property)).toAbsolutePath().normalize();
    }
}
