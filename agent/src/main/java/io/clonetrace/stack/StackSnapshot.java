package io.clonetrace.stack;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.memory.MappingLookup;
import io.clonetrace.linux.memory.MapsInOrder;
import io.clonetrace.linux.memory.PagemapScan;
import io.clonetrace.linux.memory.ProcmapQuery;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Measures the stacks of a process's threads from {@code /proc/PID} (proc(5)), in one of two ways. By ioctls: each
 * stack's mappings are looked up alone, and the pages of stacks that adjoin are read together, so that the time grows
 * only with the number of threads. From smaps, which every kernel has: it is read once for all stacks, and pagemap only
 * for stacks that share a mapping. No thread is stopped, so the measures of running threads are of slightly different
 * moments. Not thread-safe.
 */
public final class StackSnapshot {
    /** For fewer stacks each mapping is asked for alone: there is less code to execute for the first time. */
    private static final int MANY = 100;

    /** HotSpot's zone, and what is above it. */
    private static final int MAPPINGS_EACH = 2;

    /** So many that are no stack's are passed over, which takes less than a millisecond. */
    private static final int OTHER_MAPPINGS = 2_000;

    private final Path procDir;
    private final TaskList tasks;
    private final boolean ioctls;
    private int left;
    private long mappings;

    private StackSnapshot(Path procDir, boolean ioctls) {
        this.procDir = procDir;
        this.tasks = TaskList.of(procDir);
        this.ioctls = ioctls;
    }

    /** Snapshots of this process, from smaps. */
    public static StackSnapshot ofSelf() {
        return of(Path.of("/proc/self"));
    }

    /** Snapshots from smaps of the process with that directory, {@code /proc/PID}; it must be readable (ptrace(2)). */
    public static StackSnapshot of(Path procDir) {
        return new StackSnapshot(procDir, false);
    }

    /**
     * Snapshots of the process with that directory by PROCMAP_QUERY and PAGEMAP_SCAN.
     *
     * @throws LinuxException if the kernel lacks one of them, or a filter forbids it
     */
    public static StackSnapshot byIoctl(Path procDir) throws LinuxException {
        new ProcmapQuery(procDir.toString()).close();
        new PagemapScan(procDir.toString()).close();
        return new StackSnapshot(procDir, true);
    }

    /**
     * Measures these threads, in the given order. A thread that was gone before the end, or started too late to be seen
     * in smaps, is left out, see {@link #left()}. For a thread whose stack can't be located, all numbers are unknown.
     *
     * @throws IOException if the mappings or the list of threads cannot be read
     */
    public List<StackMeasure> measure(Collection<ThreadToMeasure> threads) throws IOException {
        StackMeasure[] measures = read(threads);
        int[] living = tasks.tids();
        return living(measures, tid -> Arrays.binarySearch(living, tid) >= 0 || tasks.contains(tid));
    }

    /**
     * Measures these threads, as {@link #measure(Collection)} does.
     *
     * @param lives whether the thread that had that tid at the call is still alive
     */
    public List<StackMeasure> measure(Collection<ThreadToMeasure> threads, IntPredicate lives) throws IOException {
        return living(read(threads), lives);
    }

    /** Last: a thread that is alive now was alive, on the same stack, during the whole reading. */
    private List<StackMeasure> living(StackMeasure[] measures, IntPredicate lives) {
        List<StackMeasure> living = new ArrayList<>(Arrays.asList(measures));
        living.removeIf(measure -> measure == null || !lives.test(measure.tid()));
        left = measures.length - living.size();
        return living;
    }

    private StackMeasure[] read(Collection<ThreadToMeasure> threads) throws IOException {
        mappings = StackMeasure.UNKNOWN;
        return ioctls ? byIoctl(threads) : fromSmaps(threads);
    }

    private StackMeasure[] byIoctl(Collection<ThreadToMeasure> threads) throws IOException {
        // Opened each time: a host may close descriptors that it doesn't know.
        try (ProcmapQuery query = new ProcmapQuery(procDir.toString());
                PagemapScan scan = new PagemapScan(procDir.toString());
                StackMeter meter = StackMeter.ofOneMoment(lookup(query, threads.size()), scan)) {
            StackMeasure[] measures = read(threads, new QueriedMappings(query), new ScannedPages(scan), meter);
            mappings = meter.mappings();
            return measures;
        } catch (LinuxException failed) {
            throw new IOException(failed.getMessage(), failed);
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
    }

    private MappingLookup lookup(ProcmapQuery query, int stacks) throws IOException {
        return stacks < MANY
                ? query.question()
                : new MapsInOrder(procDir.toString(), query, MAPPINGS_EACH * stacks + OTHER_MAPPINGS);
    }

    private StackMeasure[] fromSmaps(Collection<ThreadToMeasure> threads) throws IOException {
        Mappings mappings;
        try (InputStream smaps = new FileInputStream(procDir.resolve("smaps").toFile())) {
            mappings = SmapsParser.read(smaps);
        }
        try (Pagemap pagemap = new Pagemap(procDir.resolve("pagemap"), mappings.pageSize())) {
            return read(threads, mappings, pagemap, null);
        } catch (LinuxException noneAsked) {
            throw new IOException(noneAsked);
        }
    }

    /**
     * @param meter for stacks at known addresses; null to measure those by mappings and pages, too
     * @return in the order of the threads; null for a stack where nothing is mapped
     */
    private <P extends PageCount.Counter & GuardMarkers> StackMeasure[] read(
            Collection<ThreadToMeasure> threads, AddressSpace mappings, P pages, StackMeter meter)
            throws LinuxException {
        ThreadToMeasure[] all = threads.toArray(new ThreadToMeasure[0]);
        StacksInOrder ascending = new StacksInOrder(all);
        StackRanges ranges = new StackRanges(all, ascending, mappings, pages, tid -> StackPointer.of(procDir, tid));
        StackReader reader = new StackReader(mappings, pages);
        StackMeasure[] measures = new StackMeasure[all.length];
        if (meter == null) {
            for (int i = 0; i < all.length; i++) {
                measures[i] = read(all[i], ranges, reader);
            }
        } else {
            meter(ascending, meter, measures);
            for (int i : ascending.others()) {
                measures[i] = read(all[i], ranges, reader);
            }
        }
        return measures;
    }

    /** Null if nothing is mapped there. */
    private static StackMeasure read(ThreadToMeasure thread, StackRanges ranges, StackReader reader) {
        Optional<StackRange> range = ranges.of(thread);
        return range.isEmpty()
                ? StackMeasure.unknown(thread.tid())
                : reader.read(thread.tid(), range.get()).orElse(null);
    }

    /**
     * Measures stacks at known addresses, in their order: what is below a stack is often the one just measured.
     *
     * @param measures takes them, in the order in which the threads were given
     */
    private static void meter(StacksInOrder ascending, StackMeter meter, StackMeasure[] measures)
            throws LinuxException {
        int adjoining = 0;
        for (int i = 0; i < ascending.size(); i++) {
            adjoining = Math.max(adjoining, i + 1);
            while (adjoining < ascending.size()
                    && StackMeter.adjoin(ascending.get(adjoining - 1), ascending.get(adjoining))) {
                adjoining++;
            }
            ThreadToMeasure thread = ascending.get(i);
            if (meter.measureFirstOf(ascending.get(adjoining - 1).base(), thread)) {
                measures[ascending.index(i)] = meter.of(thread.tid());
            }
        }
    }

    /**
     * How many mappings the process had at the latest {@link #measure}: {@code /proc/PID/maps} has a line for each.
     * {@link StackMeasure#UNKNOWN} if those of the stacks were found without reading most of it.
     */
    public long mappings() {
        return mappings;
    }

    /** How many threads the latest {@link #measure} left out. */
    public int left() {
        return left;
    }
}
