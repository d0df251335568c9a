package io.clonetrace.stack;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.memory.ObjectPool;
import io.clonetrace.linux.memory.PagemapScan;
import io.clonetrace.linux.memory.ProcmapQuery;

/**
 * Measures the stack of the calling thread. A thread's stack pages are not freed while it lives, so that a measure at
 * its end is its peak. Without PROCMAP_QUERY or PAGEMAP_SCAN, mincore(2) counts the pages, and guard zone and huge
 * pages are unknown: reading smaps in a dying thread would delay the threads that join it. Thread-safe, and allocates
 * nothing: see {@link io.clonetrace.linux.hotspot.OwnThread}.
 */
public final class OwnStack implements AutoCloseable {
    private static final String SELF = "/proc/self";

    /** For this many threads that end at once; any further one allocates. */
    private static final int KEPT = 64;

    private final ProcmapQuery query;
    private final PagemapScan scan;
    private final ObjectPool<OwnMeasure> measures = new ObjectPool<>(KEPT);

    private OwnStack(ProcmapQuery query, PagemapScan scan) {
        this.query = query;
        this.scan = scan;
    }

    /**
     * By ioctls.
     *
     * @throws LinuxException if the kernel lacks one of them, or a filter forbids it
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

    /** A measure to fill in, not cleared; to be given back. */
    public OwnMeasure borrow() {
        OwnMeasure kept = measures.take();
        return kept == null ? new OwnMeasure(query == null ? null : new StackMeter(query, scan)) : kept;
    }

    /** Keeps it for the next thread that ends. */
    public void giveBack(OwnMeasure measure) {
        if (!measures.give(measure)) {
            measure.free();
        }
    }

    /** No thread may measure afterwards: the number of a closed descriptor may be reused. */
    @Override
    public void close() {
        for (OwnMeasure kept = measures.take(); kept != null; kept = measures.take()) {
            kept.free();
        }
        if (query != null) {
            query.close();
            scan.close();
        }
    }
}
