package io.clonetrace.stack;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.memory.MappedPages;
import io.clonetrace.linux.memory.MappingLookup;
import io.clonetrace.linux.memory.PagemapScan;
import io.clonetrace.linux.memory.ProcmapQuery;

/**
 * Measures stacks at known addresses, one after the other, by PROCMAP_QUERY and PAGEMAP_SCAN, and allocates nothing.
 * For one thread at a time.
 */
final class StackMeter implements AutoCloseable {
    private static final long PAGE = MappedPages.pageSize();

    private static final long GUARD = GlibcGuard.bytes(PAGE);

    private static final long LONGEST_GUARD = StackRanges.LONGEST_GUARD * PAGE;

    private final MappingLookup mapping;
    private final PagemapScan.Counter pages;
    private final boolean oneMoment;
    private boolean answered;
    private long base;
    private long reserved;
    private long guard;

    StackMeter(ProcmapQuery query, PagemapScan scan) {
        this(query.question(), scan.counter(), false);
    }

    private StackMeter(MappingLookup mapping, PagemapScan.Counter pages, boolean oneMoment) {
        this.mapping = mapping;
        this.pages = pages;
        this.oneMoment = oneMoment;
    }

    /**
     * For stacks that are measured right after each other, best in the order of their addresses: what was found of the
     * mapping below a stack is not asked for again.
     *
     * @param mapping is closed with the meter
     */
    static StackMeter ofOneMoment(MappingLookup mapping, PagemapScan scan) {
        return new StackMeter(mapping, scan.counterAhead(), true);
    }

    /** Whether there is room for no more than a guard between two stacks: then they are best measured together. */
    static boolean adjoin(ThreadToMeasure lower, ThreadToMeasure upper) {
        return upper.hasRange() && upper.base() - upper.size() - lower.base() <= LONGEST_GUARD;
    }

    /**
     * As {@link #measure(long, long)}, and reads the pages of the stacks to measure next in the same call of the
     * kernel.
     *
     * @param end highest address, exclusive, of those that adjoin, one above the other
     */
    boolean measureFirstOf(long end, ThreadToMeasure thread) throws LinuxException {
        pages.readAhead(pageEnd(end));
        return thread.hasGuard()
                ? measureGuarded(thread.base(), thread.size(), thread.guard())
                : measure(thread.base(), thread.size());
    }

    /** As {@link #measure}, of a stack whose lowest bytes are known to be glibc's guard, a mapping or not. */
    private boolean measureGuarded(long stackBase, long size, long glibcs) throws LinuxException {
        base = pageEnd(stackBase);
        long low = (stackBase - size) / PAGE * PAGE;
        answered &= oneMoment;
        add(low, ask(low), glibcs);
        if (reserved > 0) {
            count(low, false);
        }
        return reserved > 0;
    }

    /**
     * Measures.
     *
     * @param stackBase highest address, exclusive; the stack's last page may end above it
     * @param size bytes below
     * @return false if nothing is mapped there
     */
    boolean measure(long stackBase, long size) throws LinuxException {
        base = pageEnd(stackBase);
        long low = (stackBase - size) / PAGE * PAGE;
        answered &= oneMoment;
        boolean mapped = ask(low - 1);
        boolean guardBelow = mapped && isGuardBelow(low);
        boolean mayBeMarked = mapped && !guardBelow && mayHaveMarkerBelow(low);
        if (guardBelow) {
            low = mapping.start();
        } else if (mapped && mapping.end() <= low) {
            mapped = ask(low);
        }
        add(low, mapped, 0);
        if (reserved > 0) {
            count(low, mayBeMarked);
        }
        return reserved > 0;
    }

    /**
     * Adds up the mappings from the low end to the base.
     *
     * @param low may be within a mapping: above a marker, which is part of it, or above another stack
     * @param mapped whether the latest answer is the first of them
     * @param guardKnown bytes at the low end that are guard in any case
     */
    private void add(long low, boolean mapped, long guardKnown) throws LinuxException {
        reserved = 0;
        guard = guardKnown;
        boolean more = mapped;
        while (more && mapping.start() < base) {
            long from = Math.max(mapping.start(), low);
            long to = Math.min(mapping.end(), base);
            // Everything from the low end up to here is guard.
            if (!mapping.accessible() && from <= low + guard && to > low + guard) {
                guard = to - low;
            }
            reserved += to - from;
            more = to < base && ask(to);
        }
    }

    private static long pageEnd(long address) {
        return (address + PAGE - 1) / PAGE * PAGE;
    }

    private void count(long low, boolean mayBeMarked) throws LinuxException {
        if (!mayBeMarked) {
            pages.count(low, low + guard, base);
        } else if (pages.countAbove(low - GUARD, low, low + guard, base)) {
            guard += GUARD;
            reserved += GUARD;
        }
    }

    private boolean ask(long address) throws LinuxException {
        if (!answered || address < mapping.start() || address >= mapping.end()) {
            answered = mapping.ask(address);
        }
        return answered;
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
    private boolean mayHaveMarkerBelow(long low) {
        return mapping.accessible() && !mapping.file() && mapping.start() <= low - GUARD && mapping.end() >= low;
    }

    /** How many mappings there are, see {@link MappingLookup#count}; nothing can be measured afterwards. */
    long mappings() throws LinuxException {
        return mapping.count();
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
