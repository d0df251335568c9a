package io.clonetrace.fleet.export;

import io.clonetrace.fleet.table.RowSink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Writes rows into temporary files beside those that they become. */
interface PartFiles extends RowSink, AutoCloseable {
    /**
     * Completes the files; no further rows may come.
     *
     * @return each temporary file, and the file that it is to become, in the same folder
     * @throws IOException if they can't be written
     */
    Map<Path, Path> finish() throws IOException;

    /** Removes the temporary files that still exist. */
    @Override
    void close() throws IOException;

    /** In which form rows are written. */
    enum Format {
        PARQUET,
        NDJSON;

        /** What the names of its files end in. */
        String suffix() {
            return "." + name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
