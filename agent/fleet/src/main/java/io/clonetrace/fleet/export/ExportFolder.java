package io.clonetrace.fleet.export;

import io.clonetrace.fleet.extract.Part;
import io.clonetrace.fleet.extract.PartPlan.Exported;
import io.clonetrace.fleet.table.Partition;
import io.clonetrace.fleet.table.Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * A folder of tables, as docs/tables.md has it. It is locked while an export writes into it: two at the same time could
 * take a chunk from different files, and then it counts twice.
 */
final class ExportFolder implements AutoCloseable {
    /** Engines pass over what begins with it. */
    private static final String HIDDEN = "_";

    private static final String INDEX = PartIndex.FOLDER;
    private static final String TEMPORARY = HIDDEN + "tmp-";
    private static final int LONGEST_VERSION = 100;

    private final Path root;
    private final PartFiles.Format format;
    private final FileChannel lock;
    private final Path temporary;
    private final AtomicLong temporaries = new AtomicLong();

    private ExportFolder(Path root, PartFiles.Format format, FileChannel lock, Path temporary) {
        this.root = root;
        this.format = format;
        this.lock = lock;
        this.temporary = temporary;
    }

    /**
     * Makes the folder, or opens it.
     *
     * @throws IOException if it can't be made, is no folder of tables, one of another version or format, or one that
     *     another export writes into
     */
    static ExportFolder create(Path root, PartFiles.Format format) throws IOException {
        if (!Files.exists(root.resolve(PartIndex.VERSION)) && Files.exists(root)) {
            requireEmpty(root);
        }
        Files.createDirectories(root.resolve(INDEX));
        FileChannel lock = FileChannel.open(
                root.resolve(PartIndex.VERSION),
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE);
        try {
            lock(lock, root);
            requireVersion(lock, root, PartIndex.version(format.name()));
            removeStale(root);
            return new ExportFolder(root, format, lock, Files.createTempDirectory(root, TEMPORARY));
        } catch (IOException | RuntimeException refused) {
            lock.close();
            throw refused;
        }
    }

    /** But for what an export left that was killed before it wrote its version. */
    private static void requireEmpty(Path root) throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            if (entries.anyMatch(entry -> !entry.getFileName().toString().startsWith(HIDDEN))) {
                throw new IOException(root + " holds other files: give --to a new folder, or one of an earlier export");
            }
        }
    }

    /** The kernel releases it when the process ends, however it does. */
    private static void lock(FileChannel version, Path root) throws IOException {
        FileLock lock;
        try {
            lock = version.tryLock();
        } catch (OverlappingFileLockException ofThisJvm) {
            lock = null;
        }
        if (lock == null) {
            throw new IOException("another export is writing into " + root + ": wait until it has ended");
        }
    }

    private static void requireVersion(FileChannel version, Path root, String own) throws IOException {
        if (version.size() == 0) {
            version.write(ByteBuffer.wrap(own.getBytes(StandardCharsets.UTF_8)));
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocate(LONGEST_VERSION);
        version.read(bytes);
        String found = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
        if (!found.equals(own)) {
            throw new IOException(root + " holds tables of version and format " + found.strip() + ", and these are "
                    + own.strip() + ": give --to another folder");
        }
    }

    /** Removes what an export left that was killed. */
    private static void removeStale(Path root) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root, TEMPORARY + "*")) {
            for (Path entry : entries) {
                removeAll(entry);
            }
        }
    }

    private static void removeAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(folder);
    }

    /** Removes what is not complete. */
    @Override
    public void close() throws IOException {
        try (lock) {
            if (Files.exists(temporary)) {
                removeAll(temporary);
            }
        }
    }

    /** A new name for rows that are not complete: on the file system of the tables, so that to rename it is atomic. */
    Path temporary() {
        return temporary.resolve(String.valueOf(temporaries.incrementAndGet()));
    }

    private void replace(Path file, String text) throws IOException {
        Path name = temporary();
        Files.writeString(name, text);
        rename(name, file);
    }

    /** Makes a temporary file what it is to become. */
    static void rename(Path name, Path file) throws IOException {
        Files.move(name, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The file of a table's rows; its folder is made. */
    Path file(Table table, Partition partition, String name) throws IOException {
        Path folder = root.resolve(table.sqlName()).resolve(partition.folder());
        Files.createDirectories(folder);
        return folder.resolve(name + format.suffix());
    }

    /** The parts that are in the tables. */
    List<Exported> exported() throws IOException {
        List<Exported> all = new ArrayList<>();
        for (String id : parts()) {
            all.add(PartIndex.exported(id, index(id)));
        }
        // Without chunks it is the trace of a power failure: the part is exported again.
        all.removeIf(part -> part.chunks().isEmpty());
        return all;
    }

    private List<String> parts() throws IOException {
        try (Stream<Path> entries = Files.list(root.resolve(INDEX))) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> !name.startsWith(HIDDEN))
                    .sorted()
                    .toList();
        }
    }

    private String index(String id) throws IOException {
        return Files.readString(root.resolve(INDEX).resolve(id));
    }

    /** Notes that a part is in the tables, with these files. */
    void add(Part part, Collection<Path> files) throws IOException {
        List<String> names =
                files.stream().map(file -> root.relativize(file).toString()).toList();
        replace(root.resolve(INDEX).resolve(part.id()), PartIndex.text(part, names));
    }

    /** Removes a part from the tables. */
    void remove(String id) throws IOException {
        String note;
        try {
            note = index(id);
        } catch (NoSuchFileException gone) {
            return;
        }
        for (String name : PartIndex.files(note)) {
            Path file = root.resolve(name).normalize();
            if (file.startsWith(root.normalize())) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(root.resolve(INDEX).resolve(id));
    }
}
