package io.clonetrace.fleet.export;

import io.clonetrace.fleet.extract.Part;
import io.clonetrace.fleet.extract.PartPlan.Exported;
import io.clonetrace.fleet.table.Partition;
import io.clonetrace.fleet.table.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** A folder of tables, as docs/tables.md has it. Several exports may write into it, one after the other. */
final class ExportFolder implements AutoCloseable {
    /** Engines pass over what begins with it. */
    private static final String HIDDEN = "_";

    private static final String INDEX = PartIndex.FOLDER;
    private static final String TEMPORARY = HIDDEN + "tmp-";

    private final Path root;
    private final PartFiles.Format format;
    private final Path temporary;
    private final AtomicLong temporaries = new AtomicLong();

    private ExportFolder(Path root, PartFiles.Format format) {
        this.root = root;
        this.format = format;
        temporary = root.resolve(TEMPORARY + ProcessHandle.current().pid());
    }

    /**
     * Makes the folder, or opens it.
     *
     * @throws IOException if it can't be made, is no folder of tables, or one of another version or format
     */
    static ExportFolder create(Path root, PartFiles.Format format) throws IOException {
        Path version = root.resolve(PartIndex.VERSION);
        String own = PartIndex.version(format.name());
        if (!Files.exists(version)) {
            if (Files.exists(root)) {
                try (Stream<Path> entries = Files.list(root)) {
                    if (entries.findAny().isPresent()) {
                        throw new IOException(
                                root + " holds other files: give --to a new folder, or one of an earlier export");
                    }
                }
            }
            Files.createDirectories(root.resolve(INDEX));
            Files.writeString(version, own);
        }
        String found = Files.readString(version);
        if (!found.equals(own)) {
            throw new IOException(root + " holds tables of version and format " + found.strip() + ", and these are "
                    + own.strip() + ": give --to another folder");
        }
        ExportFolder folder = new ExportFolder(root, format);
        folder.removeStale();
        Files.createDirectories(folder.temporary);
        return folder;
    }

    /** Removes what an export left that was killed. */
    private void removeStale() throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                String name = entry.getFileName().toString();
                if (name.startsWith(TEMPORARY)
                        && !ProcessHandle.of(Long.parseLong(name.substring(TEMPORARY.length())))
                                .map(ProcessHandle::isAlive)
                                .orElse(false)) {
                    removeAll(entry);
                }
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
        if (Files.exists(temporary)) {
            removeAll(temporary);
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
