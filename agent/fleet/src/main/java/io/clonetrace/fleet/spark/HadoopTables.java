package io.clonetrace.fleet.spark;

import io.clonetrace.fleet.export.PartIndex;
import io.clonetrace.fleet.extract.Part;
import io.clonetrace.fleet.extract.PartPlan.Exported;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A folder of tables on a file system of Hadoop's, with the same files as one that {@code clonetrace export} makes:
 * either can go on with the other's. Each file is named by the part that its rows are of, so that two attempts at a
 * part write the same files.
 */
final class HadoopTables {
    private static final String INDEX = PartIndex.FOLDER;
    private static final String HIDDEN = "_";

    private final FileSystem files;
    private final Path root;
    private final Path temporary;

    /** @param run what is not complete is in a folder of this name */
    HadoopTables(String root, String run, Configuration hadoop) throws IOException {
        this.root = new Path(root);
        FileSystem found = this.root.getFileSystem(hadoop);
        // Without its files of checksums, which no other engine has.
        files = found instanceof LocalFileSystem local ? local.getRawFileSystem() : found;
        temporary = new Path(this.root, HIDDEN + "spark-" + run);
    }

    /**
     * Makes the folder, if there is none.
     *
     * @throws IOException if it can't be made, is no folder of tables, or one of another version or format
     */
    void open() throws IOException {
        Path version = new Path(root, PartIndex.VERSION);
        String own = PartIndex.version("parquet");
        if (!files.exists(version)) {
            if (files.exists(root)
                    && Arrays.stream(files.listStatus(root))
                            .anyMatch(entry -> !entry.getPath().getName().startsWith(HIDDEN))) {
                throw new IOException(root + " holds other files: name a new folder, or one of an earlier export");
            }
            files.mkdirs(new Path(root, INDEX));
            replace(version, own);
        }
        String found = text(version);
        if (found.isEmpty()) {
            // A clonetrace export was killed before it wrote it.
            replace(version, own);
        } else if (!found.equals(own)) {
            throw new IOException(root + " holds tables of version and format " + found.strip() + ", and these are "
                    + own.strip() + ": name another folder");
        }
    }

    /** Removes what is not complete. */
    void close() throws IOException {
        files.delete(temporary, true);
    }

    /** The parts that are in the tables. */
    List<Exported> exported() throws IOException {
        List<Exported> all = new ArrayList<>();
        for (FileStatus entry : files.listStatus(new Path(root, INDEX))) {
            String name = entry.getPath().getName();
            if (!name.startsWith(HIDDEN)) {
                all.add(PartIndex.exported(name, text(entry.getPath())));
            }
        }
        return all;
    }

    /**
     * Completes a part, or a file's problems.
     *
     * @param rows each local file of rows, and the name that it is to have below this folder
     * @param part null for problems
     */
    void add(Map<java.nio.file.Path, String> rows, Part part) throws IOException {
        Map<Path, Path> ready = new LinkedHashMap<>();
        for (Map.Entry<java.nio.file.Path, String> one : rows.entrySet()) {
            Path name = temporary(one.getKey().getFileName().toString());
            try (OutputStream out = files.create(name, true)) {
                Files.copy(one.getKey(), out);
            }
            ready.put(name, new Path(root, one.getValue()));
        }
        if (part != null) {
            // What ends between two of the files, or between the deletion and the renaming of one, leaves no part.
            files.delete(note(part.id()), false);
        }
        for (Map.Entry<Path, Path> one : ready.entrySet()) {
            rename(one.getKey(), one.getValue());
        }
        if (part != null) {
            replace(note(part.id()), PartIndex.text(part, rows.values()));
        }
    }

    private Path note(String id) {
        return new Path(new Path(root, INDEX), id);
    }

    /** No two attempts have the same. */
    private Path temporary(String name) {
        return new Path(temporary, UUID.randomUUID() + "-" + name);
    }

    private void replace(Path file, String content) throws IOException {
        Path name = temporary(file.getName());
        try (OutputStream out = files.create(name, true)) {
            out.write(content.getBytes(StandardCharsets.UTF_8));
        }
        rename(name, file);
    }

    /** Not all file systems replace a file: on the others it is deleted first. It has the same rows, or older ones. */
    private void rename(Path from, Path to) throws IOException {
        files.mkdirs(to.getParent());
        if (!renamed(from, to)) {
            files.delete(to, false);
            if (!renamed(from, to) && !files.exists(to)) {
                throw new IOException(from + " can't be renamed to " + to);
            }
        }
    }

    private boolean renamed(Path from, Path to) throws IOException {
        try {
            return files.rename(from, to);
        } catch (org.apache.hadoop.fs.FileAlreadyExistsException exists) {
            return false;
        }
    }

    /** Removes a part from the tables. */
    void remove(String id) throws IOException {
        Path index = note(id);
        try {
            for (String name : PartIndex.files(text(index))) {
                Path file = new Path(root, name);
                if (!name.contains("..")) {
                    files.delete(file, false);
                }
            }
        } catch (FileNotFoundException gone) {
            return;
        }
        files.delete(index, false);
    }

    /** Removes a file of rows, if it is there. */
    void removeFile(String name) throws IOException {
        files.delete(new Path(root, name), false);
    }

    private String text(Path file) throws IOException {
        try (var in = files.open(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
