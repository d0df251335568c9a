package io.clonetrace.fleet.export;

import io.clonetrace.cli.output.TerminalLine;
import io.clonetrace.fleet.extract.Part;
import io.clonetrace.fleet.extract.PartPlan;
import io.clonetrace.fleet.extract.PartPlan.Recording;
import io.clonetrace.fleet.extract.PartRows;
import io.clonetrace.fleet.sql.Duck;
import io.clonetrace.fleet.table.Partition;
import io.clonetrace.fleet.table.RowSink;
import io.clonetrace.fleet.table.Table;
import io.clonetrace.fleet.table.Texts;
import io.clonetrace.linux.FileFailure;
import io.clonetrace.linux.TemporaryFolder;
import io.clonetrace.report.read.RecordingChunks;
import io.clonetrace.report.read.RecordingChunks.HeldChunk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Exports recordings into a folder of tables, part after part: a part is either there, or not at all. What is read of a
 * part is in memory, that of a recording is not.
 */
final class Export implements AutoCloseable {
    /** Of DuckDB, for the rows of one part. */
    static final long DUCK_MEMORY = 512;

    private final ExportFolder folder;
    private final PartFiles.Format format;
    private final Path temporary = TemporaryFolder.path();
    private final Object commits = new Object();
    private final AtomicLong rows = new AtomicLong();
    private final Map<String, List<String>> problems = new LinkedHashMap<>();
    private boolean stopped;

    Export(Path root, PartFiles.Format format) throws IOException {
        folder = ExportFolder.create(root, format);
        this.format = format;
    }

    /**
     * What came of it.
     *
     * @param problems of each file of which some part can't be read
     * @param seconds how long reading and writing took
     */
    record Result(PartPlan plan, long rows, Map<String, List<String>> problems, double seconds) {}

    /**
     * Exports all of them.
     *
     * @param threads parts at the same time
     * @param again whether parts that have been exported are exported again
     * @param line for the progress
     * @throws IOException if something can't be written; the parts before it stay
     */
    Result run(Collection<FoundRecording> recordings, int threads, boolean again, TerminalLine line)
            throws IOException {
        Map<String, FoundRecording> byName = new LinkedHashMap<>();
        List<Recording> readable = new ArrayList<>();
        for (FoundRecording recording : recordings) {
            byName.put(recording.name(), recording);
            try {
                List<HeldChunk> chunks = RecordingChunks.of(recording.path(), temporary);
                readable.add(new Recording(recording.name(), chunks));
                if (chunks.isEmpty()) {
                    problem(recording.name(), PartRows.NO_EVENT);
                }
            } catch (IOException unreadable) {
                problem(recording.name(), "can't be read as a recording: " + FileFailure.reading(unreadable));
            }
        }
        PartPlan plan = PartPlan.of(readable, again ? List.of() : folder.exported());
        long bytes = plan.parts().stream().mapToLong(Part::bytes).sum();
        ExportProgress progress = new ExportProgress(line, plan.parts().size(), bytes);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> all = new ArrayList<>();
            AtomicLong next = new AtomicLong();
            for (int share = 0; share < threads; share++) {
                all.add(pool.submit(() -> {
                    export(plan.parts(), next, byName, progress);
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } catch (ExecutionException failed) {
            stop();
            if (failed.getCause() instanceof IOException full) {
                throw new IOException(full.getMessage(), full);
            }
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            stop();
        } finally {
            pool.shutdownNow();
            progress.close();
        }
        synchronized (commits) {
            if (!stopped) {
                for (String id : plan.superseded()) {
                    folder.remove(id);
                }
                writeProblems(plan.files(), byName.keySet());
            }
        }
        return new Result(plan, rows.get(), problems, progress.seconds());
    }

    private void problem(String file, String problem) {
        synchronized (problems) {
            problems.computeIfAbsent(file, one -> new ArrayList<>()).add(problem);
        }
    }

    /** No further part is completed: waits for one that is being renamed. */
    void stop() {
        synchronized (commits) {
            stopped = true;
        }
    }

    /** Removes what is not complete. */
    @Override
    public void close() throws IOException {
        stop();
        folder.close();
    }

    /** Whether no further part is completed. */
    boolean isStopped() {
        synchronized (commits) {
            return stopped;
        }
    }

    /** One thread's share: the next part that no other has taken. */
    private void export(
            List<Part> parts, AtomicLong next, Map<String, FoundRecording> recordings, ExportProgress progress)
            throws IOException {
        try (Connection duck = format == PartFiles.Format.PARQUET ? Duck.open(DUCK_MEMORY) : null) {
            for (long index = next.getAndIncrement(); index < parts.size(); index = next.getAndIncrement()) {
                if (isStopped()) {
                    return;
                }
                Part part = parts.get((int) index);
                FoundRecording recording = recordings.get(part.file());
                try (PartFiles files = files(duck, part.id())) {
                    RowSink counting = (table, partition, values) -> {
                        rows.incrementAndGet();
                        files.row(table, partition, values);
                    };
                    PartRows.Result result =
                            PartRows.read(recording.path(), part, recording.labels(), temporary, counting);
                    result.problems().forEach(problem -> problem(part.file(), problem));
                    commit(part, files.finish());
                }
                progress.done(part.bytes());
            }
        } catch (SQLException refused) {
            throw Duck.failure(refused);
        } catch (IOException | RuntimeException | Error failed) {
            // The other threads need not go on.
            stop();
            throw failed;
        }
    }

    private PartFiles files(Connection duck, String name) {
        return format == PartFiles.Format.PARQUET ? new ParquetFiles(duck, folder, name) : new JsonFiles(folder, name);
    }

    private void commit(Part part, Map<Path, Path> files) throws IOException {
        synchronized (commits) {
            if (!stopped) {
                rename(files);
                folder.add(part, files.values());
            }
        }
    }

    private static void rename(Map<Path, Path> files) throws IOException {
        for (Map.Entry<Path, Path> file : files.entrySet()) {
            ExportFolder.rename(file.getKey(), file.getValue());
        }
    }

    /**
     * A file's problems replace those of an earlier export, if it was read again.
     *
     * @param read the files of which something was read
     */
    private void writeProblems(Set<String> read, Collection<String> files) throws IOException {
        try (Connection duck =
                format == PartFiles.Format.PARQUET && !problems.isEmpty() ? Duck.open(DUCK_MEMORY) : null) {
            for (String file : files) {
                List<String> all = problems.getOrDefault(file, List.of());
                String name = Part.fileId(file);
                if (!all.isEmpty()) {
                    try (PartFiles written = files(duck, name)) {
                        write(all, file, written);
                        rename(written.finish());
                    }
                } else if (read.contains(file)) {
                    Files.deleteIfExists(folder.file(Table.PROBLEM, Partition.UNKNOWN, name));
                }
            }
        } catch (SQLException refused) {
            throw Duck.failure(refused);
        }
    }

    /** Writes the problems of a file. */
    static void write(List<String> problems, String file, RowSink into) throws IOException {
        long number = 0;
        for (String problem : problems) {
            number++;
            into.row(
                    Table.PROBLEM,
                    Partition.UNKNOWN,
                    Table.PROBLEM.checked(Texts.valid(file), number, Texts.valid(problem)));
        }
    }
}
