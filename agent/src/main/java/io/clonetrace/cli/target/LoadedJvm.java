package io.clonetrace.cli.target;

import io.clonetrace.linux.file.ForeignFile;
import io.clonetrace.linux.proc.Musl;
import io.clonetrace.linux.proc.PseudoFile;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * The JVM in a process, according to the process's mappings.
 *
 * @param folder the process's folder in /proc
 * @param library its libjvm.so, its path in the process
 * @param range the addresses of that file's first mapping, as named in /proc/PID/map_files
 * @param replaced whether an update has replaced that file on disk
 * @param musl whether the C library is musl
 * @param openJ9 whether it is OpenJ9 instead of HotSpot
 */
public record LoadedJvm(Path folder, Path library, String range, boolean replaced, boolean musl, boolean openJ9) {
    private static final String DELETED = " (deleted)"; // proc_pid_maps(5)
    private static final String NAME = "/libjvm.so";
    private static final int LEVELS = 5; // a JDK 8 has jre/lib/amd64/server
    private static final long LARGEST_RELEASE = 1 << 20;
    private static final long LARGEST_LIBRARY = 1 << 29; // that of a debug build has 300 MB

    /**
     * The JVM of a process; empty if the process has loaded none.
     *
     * @param folder the process's folder in /proc
     * @throws IOException if its mappings can't be read
     */
    public static Optional<LoadedJvm> of(Path folder) throws IOException {
        List<String> mappings = PseudoFile.lines(folder.resolve("maps")).stream()
                .filter(line -> line.indexOf('/') > 0)
                .toList();
        Optional<String> first = mappings.stream()
                .filter(line -> line.endsWith(NAME) || line.endsWith(NAME + DELETED))
                .findFirst();
        if (first.isEmpty()) {
            return Optional.empty();
        }
        String library = first.get().substring(first.get().indexOf('/'));
        return Optional.of(new LoadedJvm(
                folder,
                path(library.replace(DELETED, "")),
                first.get().substring(0, first.get().indexOf(' ')),
                library.endsWith(DELETED),
                Musl.isMapped(String.join("\n", mappings)),
                mappings.stream().anyMatch(other -> other.contains("/libj9vm"))));
    }

    /**
     * Whether a process without a JVM runs a Java program that native-image compiled; false if that can't be read.
     *
     * @param folder the process's folder in /proc
     */
    public static boolean isNativeImage(Path folder) {
        return NativeImage.isRunBy(folder);
    }

    /**
     * Reads its libjvm.so: the mapped file itself, if this user may open it (proc_pid_map_files(5)), otherwise the one
     * with its path.
     *
     * @param limit for both attempts together
     * @throws IOException if it can't be read, in a line
     */
    public <T> T readLibrary(ForeignFile.Limit limit, ForeignFile.Use<T> use) throws IOException {
        try {
            return ForeignFile.readBehind(folder.resolve("map_files").resolve(range), LARGEST_LIBRARY, limit, use);
        } catch (IOException notLet) {
            return ForeignFile.read(root(), library, LARGEST_LIBRARY, limit, use);
        }
    }

    private Path root() {
        return folder.resolve("root");
    }

    /**
     * The content of the file {@code release} of a JDK or image.
     *
     * @param file its path in the process
     */
    public record Release(Path file, Properties properties) {}

    /** Empty if there is none that can be read. */
    public Optional<Release> release() {
        ForeignFile.Limit limit = ForeignFile.Limit.standard();
        Path home = library.getParent();
        for (int level = 0; level < LEVELS && home != null; level++) {
            Optional<Release> release = read(home.resolve("release"), limit);
            if (release.isPresent()) {
                return release;
            }
            home = home.getParent();
        }
        return Optional.empty();
    }

    private Optional<Release> read(Path file, ForeignFile.Limit limit) {
        try {
            return Optional.of(ForeignFile.read(root(), file, LARGEST_RELEASE, limit, content -> {
                Properties properties = new Properties();
                properties.load(new InputStreamReader(content, StandardCharsets.ISO_8859_1));
                properties.replaceAll((key, value) -> value.toString().replace("\"", ""));
                return new Release(file, properties);
            }));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** A path may be any bytes, which not every locale can represent as a java.nio.file.Path. */
    private static Path path(String latin) throws IOException {
        String path = new String(latin.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        try {
            return Path.of(path);
        } catch (InvalidPathException unmappable) {
            throw new IOException("the locale has no letters for the path " + path, unmappable);
        }
    }
}
