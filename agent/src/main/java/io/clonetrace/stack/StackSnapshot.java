package io.clonetrace.stack;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Measures the stacks of a process's threads from {@code /proc/PID} (proc(5)): smaps is read once for all of them, and
 * pagemap only for stacks that share a mapping. Nothing is stopped meanwhile, so the measures of running threads are of
 * slightly different moments. Not thread-safe.
 */
public final class StackSnapshot {
    private final Path procDir;
    private final TaskList tasks;
    private int left;

    private StackSnapshot(Path procDir) {
        this.procDir = procDir;
        this.tasks = TaskList.of(procDir);
    }

    /** Snapshots of this process. */
    public static StackSnapshot ofSelf() {
        return of(Path.of("/proc/self"));
    }

    /** Snapshots of the process with that directory, {@code /proc/PID}; it must be readable as to ptrace(2). */
    public static StackSnapshot of(Path procDir) {
        return new StackSnapshot(procDir);
    }

    /**
     * Measures these threads, in the given order. A thread that was gone before the end, or started too late to be seen
     * in smaps, is left out, see {@link #left()}. A thread whose stack cannot be told has a measure in which all is
     * unknown.
     *
     * @throws IOException if smaps or the list of threads cannot be read
     */
    public List<StackMeasure> measure(Collection<ThreadToMeasure> threads) throws IOException {
        Mappings mappings;
        try (InputStream smaps = new FileInputStream(procDir.resolve("smaps").toFile())) {
            mappings = SmapsParser.read(smaps);
        }
        StackRanges ranges = new StackRanges(threads, mappings, tid -> StackPointer.of(procDir, tid));
        List<StackMeasure> measures = new ArrayList<>(threads.size());
        try (Pagemap pagemap = new Pagemap(procDir.resolve("pagemap"), mappings.pageSize())) {
            StackReader reader = new StackReader(mappings, pagemap);
            for (ThreadToMeasure thread : threads) {
                Optional<StackRange> range = ranges.of(thread);
                if (range.isEmpty()) {
                    measures.add(StackMeasure.unknown(thread.tid()));
                } else {
                    reader.read(thread.tid(), range.get()).ifPresent(measures::add);
                }
            }
        }
        // Last: who lives now has lived, on the same stack, all the time that was read.
        int[] living = tasks.tids();
        measures.removeIf(measure -> Arrays.binarySearch(living, measure.tid()) < 0 && !tasks.contains(measure.tid()));
        left = threads.size() - measures.size();
        return measures;
    }

    /** How many threads the latest {@link #measure} left out. */
    public int left() {
        return left;
    }
}
