package io.clonetrace.stack;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.Mincore;
import io.clonetrace.linux.PagemapScan;
import io.clonetrace.linux.ProcmapQuery;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.OptionalLong;

/**
 * Measures the stack of the thread that asks. A thread's stack pages are not given back while it lives, so what it
 * measures at its end is its peak. Where the kernel has no PROCMAP_QUERY or PAGEMAP_SCAN, mincore(2) counts the pages,
 * and guard zone and huge pages are unknown: to read smaps in a dying thread would hold up whoever joins it. For any
 * number of threads at once.
 */
public final class OwnStack {
    private static final String SELF = "/proc/self";

    private final ProcmapQuery query;
    private final PagemapScan scan;

    private OwnStack(ProcmapQuery query, PagemapScan scan) {
        this.query = query;
        this.scan = scan;
    }

    /**
     * By ioctls.
     *
     * @throws LinuxException if this kernel has one of them not, or a filter forbids it
     */
    public static OwnStack byIoctl() throws LinuxException {
        ProcmapQuery query = new ProcmapQuery(SELF);
        try {
            return new OwnStack(query, new PagemapScan(SELF));
        } catch (LinuxException unable) {
            query.close();
            throw unable;
        }
    }

    /** By mincore. */
    public static OwnStack byMincore() {
        return new OwnStack(null, null);
    }

    /**
     * Measures the calling thread.
     *
     * @param thread its tid, base and size; these must be known
     * @throws LinuxException if the kernel refuses, which it didn't when this was made
     */
    public StackMeasure measure(ThreadToMeasure thread) throws LinuxException {
        if (query == null) {
            return counted(thread);
        }
        AddressSpace mappings = new QueriedMappings(query);
        try {
            StackRanges ranges = new StackRanges(List.of(thread), mappings, tid -> OptionalLong.empty());
            return ranges.of(thread)
                    .flatMap(range -> new StackReader(mappings, new ScannedPages(scan)).read(thread.tid(), range))
                    .orElse(StackMeasure.unknown(thread.tid()));
        } catch (UncheckedIOException failed) {
            // What it wraps, see QueriedMappings.
            throw (LinuxException) failed.getCause().getCause();
        }
    }

    private static StackMeasure counted(ThreadToMeasure thread) throws LinuxException {
        long unknown = StackMeasure.UNKNOWN;
        long low = thread.base() - thread.size();
        return new StackMeasure(
                thread.tid(), thread.base(), thread.size(), unknown, Mincore.present(low, thread.base()), unknown);
    }
}
