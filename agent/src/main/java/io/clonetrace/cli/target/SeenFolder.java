package io.clonetrace.cli.target;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.file.Folder;
import io.clonetrace.linux.file.OpenFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A folder as a JVM sees it: in a container another one than this process sees. It stays when the JVM ends. */
public final class SeenFolder implements AutoCloseable {
    private static final int MOST_FILES = 1 << 16;

    private final Path path;
    private final Optional<Folder> folder;
    private final List<OpenFile> pinned = new ArrayList<>();

    private SeenFolder(Path path, Optional<Folder> folder) {
        this.path = path;
        this.folder = folder;
    }

    /**
     * Opens it.
     *
     * @param path absolute, in the JVM
     * @throws IOException if it can't be opened
     */
    public static SeenFolder of(TargetJvm jvm, Path path) throws IOException {
        if (jvm.shares("mnt")) {
            return new SeenFolder(path, Optional.empty());
        }
        try (Folder root = Folder.open(jvm.folder().resolve("root"))) {
            return new SeenFolder(path, Optional.of(root.asRoot(path.toString().substring(1))));
        } catch (LinuxException failed) {
            throw new IOException(path + " of JVM " + jvm.pid() + " can't be opened: " + failed.getMessage(), failed);
        }
    }

    /** Its path in the JVM. */
    public Path path() {
        return path;
    }

    /**
     * A path by which this process reads one of its files.
     *
     * @throws IOException if there is no such file
     */
    public Path file(String name) throws IOException {
        if (folder.isEmpty()) {
            return path.resolve(name);
        }
        try {
            OpenFile file = folder.get().pin(name);
            pinned.add(file);
            return file.link();
        } catch (LinuxException failed) {
            throw new IOException(path.resolve(name) + " can't be opened: " + failed.getMessage(), failed);
        }
    }

    /** Such paths of all its files with that end of the name, by name; none if it is gone. */
    public List<Path> files(String suffix) throws IOException {
        List<Path> files = new ArrayList<>();
        for (String name :
                names().filter(name -> name.endsWith(suffix)).sorted().toList()) {
            files.add(file(name));
        }
        return files;
    }

    private Stream<String> names() {
        try {
            return folder.isPresent()
                    ? folder.get().names(MOST_FILES).stream()
                    : Stream.ofNullable(path.toFile().list()).flatMap(Stream::of);
        } catch (LinuxException gone) {
            return Stream.empty();
        }
    }

    @Override
    public void close() {
        pinned.forEach(OpenFile::close);
        folder.ifPresent(Folder::close);
    }
}
