package io.clonetrace.stack;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.memory.MappedPages;
import io.clonetrace.linux.memory.PagemapScan;
import io.clonetrace.linux.memory.ProcmapQuery;

/**
 * Measures stacks at known addresses, one after the other, by PROCMAP_QUERY and PAGEMAP_SCAN, and allocates nothing.
 * For one thread at a time.
 */
final class StackMeter implements AutoCloseable {
    private static final long PAGE = MappedPages.pageSize();

    private static final long GUARD = GlibcGuard.bytes(PAGE);

    private final ProcmapQuery.Question mapping;
    private final PagemapScan.Counter pages;
    private long base;
    private long reserved;
    private long guard;

    StackMeter(ProcmapQuery query, PagemapScan scan) {
        mapping = query.question();
        pages = scan.counter();
    }

    /**
     * Measures.
     *
     * @param stackBase highest address, exclusive; the stack's last page may end above it
     * @param size bytes below
     * @return false if nothing is mapped there
     */
    boolean measure(long stackBase, long size) throws LinuxException {
        base = (stackBase + PAGE - 1) / PAGE * PAGE;
        long low = (stackBase - size) / PAGE * PAGE;
        reserved = 0;
        guard = 0;
        boolean mapped = mapping.ask(low - 1);
        if (mapped && isGuardBelow(low)) {
            low = mapping.start();
        } else if (mapped && isMarkerBelow(low)) {
            low -= GUARD;
            guard = GUARD;
            mapped = mapping.ask(low + guard);
            reserved = mapped && mapping.start() < base ? guard : 0;
        } else if (mapped && mapping.end() <= low) {
            mapped = mapping.ask(low);
        }
        // Above a marker, which may be part of the stack's own mapping.
        long bottom = low + guard;
        while (mapped && mapping.start() < base) {
            long from = Math.max(mapping.start(), bottom);
            long to = Math.min(mapping.end(), base);
            // Everything from the low end up to here is guard.
            if (low + guard == from && !mapping.accessible()) {
                guard += to - from;
            }
            reserved += to - from;
            mapped = to < base && mapping.ask(to);
        }
        if (reserved > 0) {
            pages.count(low, low + guard, base);
        }
        return reserved > 0;
    }

    /**
     * HotSpot's zones are inside the stack that it knows; glibc's guard is below it, for a page was requested
     * (os_linux.cpp, default_guard_size). Anything longer is reserved address space. A stack may have both, as two
     * mappings: only what was once writable counts.
     */
    private boolean isGuardBelow(long low) {
        return mapping.end() == low && !mapping.accessible() && !mapping.file() && mapping.start() == low - GUARD;
    }

    /** glibc's guard since 2.42: within a mapping that may hold the stack, other stacks, or the guard alone. */
    private boolean isMarkerBelow(long low) throws LinuxException {
        return mapping.accessible()
                && !mapping.file()
                && mapping.start() <= low - GUARD
                && mapping.end() >= low
                && pages.isGuard(low - GUARD, low);
    }

    /** The latest measure. */
    StackMeasure of(int tid) {
        return new StackMeasure(tid, base, reserved, guard, touched(), huge(), depth());
    }

    long base() {
        return base;
    }

    long reserved() {
        return reserved;
    }

    long guard() {
        return guard;
    }

    long touched() {
        return pages.present();
    }

    long huge() {
        return pages.huge();
    }

    long depth() {
        return PageCount.depth(base, pages.lowest());
    }

    @Override
    public void close() {
        mapping.close();
        pages.close();
    }
}
