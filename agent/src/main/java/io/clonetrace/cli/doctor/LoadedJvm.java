package io.clonetrace.cli.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * The JVM in a process, as the process's mappings tell it.
 *
 * @param root the process's own root folder, which may be a container's
 * @param library its libjvm.so, as the process names it
 * @param replaced whether that file is no more the one that runs: an update took its place
 * @param musl whether the C library is musl
 * @param openJ9 whether it is no HotSpot but OpenJ9
 */
record LoadedJvm(Path root, Path library, boolean replaced, boolean musl, boolean openJ9) {
    private static final String DELETED = " (deleted)"; // proc_pid_maps(5)
    private static final String NAME = "/libjvm.so";
    private static final int LEVELS = 5; // a JDK 8 has jre/lib/amd64/server

    /**
     * Empty if the process has loaded none.
     *
     * @param folder the process's folder in /proc
     * @throws IOException if its mappings can't be read
     */
    static Optional<LoadedJvm> of(Path folder) throws IOException {
        List<String> files = Text.lines(folder.resolve("maps")).stream()
                .filter(line -> line.indexOf('/') > 0)
                .map(line -> line.substring(line.indexOf('/')))
                .distinct()
                .toList();
        Optional<String> library = files.stream()
                .filter(file -> file.endsWith(NAME) || file.endsWith(NAME + DELETED))
                .findFirst();
        if (library.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new LoadedJvm(
                folder.resolve("root"),
                path(library.get().replace(DELETED, "")),
                library.get().endsWith(DELETED),
                files.stream().anyMatch(other -> other.contains("/ld-musl-")),
                files.stream().anyMatch(other -> other.contains("/libj9vm"))));
    }

    /** A file that the process names, as this one reaches it. */
    Path reached(Path file) {
        return Path.of(root.toString() + file);
    }

    /** The file {@code release} that every JDK and image has, as the process names it; empty if there is none. */
    Optional<Path> releaseFile() {
        Path folder = library.getParent();
        for (int level = 0; level < LEVELS && folder != null; level++) {
            Path release = folder.resolve("release");
            if (Files.isReadable(reached(release))) {
                return Optional.of(release);
            }
            folder = folder.getParent();
        }
        return Optional.empty();
    }

    /** What the file {@code release} says; empty if there is none, or it can't be read. */
    Optional<Properties> release() {
        return releaseFile().flatMap(file -> read(reached(file)));
    }

    private static Optional<Properties> read(Path release) {
        Properties properties = new Properties();
        try (var text = Files.newBufferedReader(release, StandardCharsets.ISO_8859_1)) {
            properties.load(text);
            properties.replaceAll((key, value) -> value.toString().replace("\"", ""));
            return Optional.of(properties);
        } catch (IOException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    /** A path may be any bytes, but not in each locale a java.nio.file.Path. */
    private static Path path(String latin) throws IOException {
        String path = new String(latin.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        try {
            return Path.of(path);
        } catch (InvalidPathException unmappable) {
            throw new IOException("the locale has no letters for the path " + path, unmappable);
        }
    }
}
