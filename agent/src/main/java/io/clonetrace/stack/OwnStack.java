package io.clonetrace.stack;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.memory.ObjectPool;
import io.clonetrace.linux.memory.PagemapScan;
import io.clonetrace.linux.memory.ProcmapQuery;

/**
 * Measures the stack of the thread that asks. A thread's stack pages are not given back while it lives, so what it
 * measures at its end is its peak. Where the kernel has no PROCMAP_QUERY or PAGEMAP_SCAN, mincore(2) counts the pages,
 * and guard zone and huge pages are unknown: to read smaps in a dying thread would hold up whoever joins it. For any
 * number of threads at once, and without a new object: see {@link io.clonetrace.linux.hotspot.OwnThread}.
 */
public final class OwnStack implements AutoCloseable {
    private static final String SELF = "/proc/self";

    /** For so many threads that end at once; more than that allocate. */
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

    /** A place for a measure, with whatever is in it; to be given back. */
    public OwnMeasure borrow() {
        OwnMeasure kept = measures.take();
        return kept == null ? new OwnMeasure(query == null ? null : new StackMeter(query, scan)) : kept;
    }

    /** Takes it back for the next thread that ends. */
    public void giveBack(OwnMeasure measure) {
        if (!measures.give(measure)) {
            measure.free();
        }
    }

    /** Nobody may measure any more: another file may get the number of a descriptor that is closed. */
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
