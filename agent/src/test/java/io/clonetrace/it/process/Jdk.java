package io.clonetrace.it.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/** A JDK of this machine. */
public record Jdk(Path home, int feature) {
    private static final int OLDEST = 17;

    /** The JDKs that this run is for: every one that is found here, or only the one that runs the tests. */
    public static Stream<Jdk> underTest() {
        return System.getProperty("clonetrace.jdks", "all").equals("all") ? all() : Stream.of(current());
    }

    /** The same, with the newest JDK in any case: for what older ones lack. */
    public static Stream<Jdk> underTestAndNewest() {
        return Stream.concat(underTest(), all().max(Comparator.comparingInt(Jdk::feature)).stream())
                .distinct();
    }

    /**
     * Every JDK of 17 or newer: the one that runs the tests, and those where Linux distributions put them; one a
     * version.
     */
    private static Stream<Jdk> all() {
        Map<Integer, Jdk> jdks = new LinkedHashMap<>();
        try (Stream<Path> installed = Files.exists(Path.of("/usr/lib/jvm"))
                ? Files.list(Path.of("/usr/lib/jvm")).sorted()
                : Stream.empty()) {
            Stream.concat(Stream.of(Path.of(System.getProperty("java.home"))), installed)
                    .flatMap(home -> of(home).stream())
                    .filter(jdk -> jdk.feature >= OLDEST)
                    .forEach(jdk -> jdks.putIfAbsent(jdk.feature, jdk));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return jdks.values().stream();
    }

    /** The JDK that runs the tests. */
    public static Jdk current() {
        return new Jdk(
                Path.of(System.getProperty("java.home")), Runtime.version().feature());
    }

    public String tool(String name) {
        return home.resolve("bin").resolve(name).toString();
    }

    public boolean hasVirtualThreads() {
        return feature >= 21;
    }

    @Override
    public String toString() {
        return "JDK " + feature;
    }

    private static Optional<Jdk> of(Path home) {
        Path release = home.resolve("release");
        if (!Files.isExecutable(home.resolve("bin/javac")) || !Files.isReadable(release)) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(release)) {
            properties.load(reader);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        String version = properties.getProperty("JAVA_VERSION", "\"0\"").replace("\"", "");
        return Optional.of(
                new Jdk(home, Runtime.Version.parse(version.replace("_", "+")).feature()));
    }
}
