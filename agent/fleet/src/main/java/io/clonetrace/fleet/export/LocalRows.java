package io.clonetrace.fleet.export;

import io.clonetrace.fleet.extract.Part;
import io.clonetrace.fleet.extract.PartRows;
import io.clonetrace.fleet.sql.Duck;
import io.clonetrace.fleet.table.Partition;
import io.clonetrace.fleet.table.RowSink;
import io.clonetrace.fleet.table.Table;
import io.clonetrace.linux.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The rows of one part, or of one file's problems, as Parquet in temporary files, from where another file system gets
 * them.
 */
public final class LocalRows implements AutoCloseable {
    private final Path root;
    private final ExportFolder folder;
    private final Connection duck;
    private final PartFiles files;
    private long count;

    /** @param name of the files, without what it ends in */
    public LocalRows(String name) throws IOException {
        root = Files.createTempDirectory(TemporaryFolder.path(), "clonetrace-rows-");
        folder = ExportFolder.create(root, PartFiles.Format.PARQUET);
        duck = Duck.open(Export.DUCK_MEMORY);
        files = new ParquetFiles(duck, folder, name);
    }

    /**
     * Reads a part.
     *
     * @return what of it can't be read
     */
    public List<String> read(Path recording, Part part, Map<String, String> labels) throws IOException {
        RowSink counting = (table, partition, values) -> {
            count++;
            files.row(table, partition, values);
        };
        return PartRows.read(recording, part, labels, TemporaryFolder.path(), counting)
                .problems();
    }

    /** The problems of a file. */
    public void problems(String file, List<String> problems) throws IOException {
        Export.write(problems, file, files);
    }

    /** How many rows were read. */
    public long count() {
        return count;
    }

    /**
     * Completes the files.
     *
     * @return each, and the name that it is to have in a folder of tables
     */
    public Map<Path, String> finish() throws IOException {
        Map<Path, String> names = new LinkedHashMap<>();
        files.finish().forEach((file, to) -> names.put(file, root.relativize(to).toString()));
        return names;
    }

    /** The name of a table's file in a folder of tables. */
    public static String file(Table table, Partition partition, String name) {
        return table.sqlName() + '/' + partition.folder() + '/' + name + PartFiles.Format.PARQUET.suffix();
    }

    /** Removes the files. */
    @Override
    public void close() throws IOException {
        try (duck;
                Stream<Path> all = Files.walk(root)) {
            files.close();
            folder.close();
            for (Path one : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
                Files.deleteIfExists(one);
            }
        } catch (SQLException refused) {
            throw Duck.failure(refused);
        }
    }
}
