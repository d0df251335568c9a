package io.clonetrace.stack;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.function.IntFunction;

/**
 * Finds the addresses of each thread's stack. A mapping may hold several stacks: HotSpot requests no guard from glibc,
 * so that neighbours merge until the upper one has its guard zone, and glibc's own guards split no mapping since 2.42:
 * they are page-table markers ({@link MarkedGuards}).
 */
final class StackRanges {
    // glibc's and, above it, HotSpot's: with transparent huge pages set to "always", a Java thread has both
    // (JDK-8312182).
    private static final int MOST_GUARDS = 2;

    /**
     * Pages. glibc's guard is one, on aarch64 up to 16; HotSpot's zone 3 to 20. The reserve of a malloc arena below a
     * zone may be in the same mapping; then no list of mappings tells where the stack ends.
     */
    static final int LONGEST_GUARD = 32;

    private final AddressSpace mappings;
    private final MarkedGuards marked;
    private final StacksInOrder ascending;

    private final NavigableSet<Long> pointers = new TreeSet<>();
    private final Map<Integer, Long> pointerByTid = new HashMap<>();

    /**
     * @param ascending those of the threads whose stacks are known
     * @param pointerOf the stack pointer of a tid; asked only for threads without base and size
     */
    StackRanges(
            ThreadToMeasure[] threads,
            StacksInOrder ascending,
            AddressSpace mappings,
            GuardMarkers markers,
            IntFunction<OptionalLong> pointerOf) {
        this.mappings = mappings;
        this.marked = new MarkedGuards(markers);
        this.ascending = ascending;
        for (int other : ascending.others()) {
            ThreadToMeasure thread = threads[other];
            long pointer = pointerOf.apply(thread.tid()).orElse(thread.pointer());
            if (pointer != 0) {
                pointers.add(pointer);
                pointerByTid.put(thread.tid(), pointer);
            }
        }
    }

    /** The thread's stack, or empty if it can't be located. */
    Optional<StackRange> of(ThreadToMeasure thread) {
        if (thread.hasRange()) {
            return Optional.of(given(thread));
        }
        return Optional.ofNullable(pointerByTid.get(thread.tid())).flatMap(this::around);
    }

    private StackRange given(ThreadToMeasure thread) {
        long low = lowOf(thread);
        long base = baseOf(thread);
        if (thread.hasGuard()) {
            return new StackRange(low, base, true, thread.guard());
        }
        Mapping top = mappings.at(base - 1);
        // HotSpot's zones are inside the range; below it only glibc's guard counts, from the same mmap(MAP_STACK).
        Mapping below = mappings.at(low - 1);
        boolean guarded = top != null && isGuard(below, low) && below.noHuge() == top.noHuge();
        return guarded ? new StackRange(below.start(), base, true, 0) : aboveMarker(low, base, true);
    }

    private Optional<StackRange> around(long pointer) {
        Mapping mapping = mappings.at(pointer);
        if (mapping == null) {
            return Optional.of(StackRange.NOWHERE);
        }
        int above = firstAbove(pointer);
        boolean mayBeStack = mapping.anonymous() && mapping.accessible();
        MarkedGuards.Guard guard = mayBeStack ? marked.below(mapping, pointer) : null;
        long end = mayBeStack ? marked.startAbove(mapping, pointer) : mapping.end();
        long bottom = guard == null ? mapping.start() : guard.end();
        long low = above == 0 ? bottom : Math.max(bottom, baseOf(ascending.get(above - 1)));
        long base = above == ascending.size() ? end : Math.min(end, lowOf(ascending.get(above)));
        Long nextPointer = pointers.higher(pointer);
        Long previousPointer = pointers.lower(pointer);
        boolean shared =
                (nextPointer != null && nextPointer < base) || (previousPointer != null && previousPointer >= low);
        // A stack in memory from malloc has no borders that the kernel knows.
        boolean bordered = mayBeStack && (guard != null || !mapping.noReserve());
        if (!bordered || shared || low > pointer) {
            return Optional.empty();
        }
        if (guard != null && low == guard.end()) {
            return Optional.of(new StackRange(guard.start(), base, true, low - guard.start()));
        }
        return Optional.of(low == mapping.start() ? withGuards(mapping, base) : new StackRange(low, base, false, 0));
    }

    /** The index of the first known stack that begins above that address. */
    private int firstAbove(long pointer) {
        int from = 0;
        int to = ascending.size();
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (lowOf(ascending.get(middle)) > pointer) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return from;
    }

    private StackRange withGuards(Mapping mapping, long base) {
        long low = mapping.start();
        Mapping below = mappings.at(low - 1);
        for (int guards = 0; guards < MOST_GUARDS && isGuard(below, low) && isShort(below); guards++) {
            if (guards > 0 && below.end() - below.start() != GlibcGuard.bytes(mappings.pageSize())) {
                // HotSpot requests a page of glibc, below its own.
                break;
            }
            low = below.start();
            below = mappings.at(low - 1);
        }
        // A guard may be there without being visible: Linux 6.13 and 6.14 report no marker (MADV_GUARD_INSTALL), and
        // the old zone of a dead Java thread, whose stack glibc reused, looks like the reserve of a malloc arena.
        return aboveMarker(low, base, low < mapping.start() || mapping.growsDown());
    }

    /** HotSpot's zone splits the mapping, so that the marker below it is in another one. */
    private StackRange aboveMarker(long low, long base, boolean guardKnown) {
        long length = GlibcGuard.bytes(Math.max(1, mappings.pageSize()));
        Mapping below = mappings.at(low - 1);
        if (below != null && below.accessible() && below.anonymous() && marked.isGuard(low - length, low)) {
            return new StackRange(low - length, base, true, length);
        }
        return new StackRange(low, base, guardKnown, 0);
    }

    private boolean isShort(Mapping guard) {
        return guard.end() - guard.start() <= LONGEST_GUARD * Math.max(1, mappings.pageSize());
    }

    private static boolean isGuard(Mapping below, long low) {
        return below != null && below.end() == low && !below.accessible() && below.anonymous() && !below.noReserve();
    }

    // A clone record's base is a little below the top of the last page, where glibc keeps its TCB.
    private long baseOf(ThreadToMeasure thread) {
        long page = Math.max(1, mappings.pageSize());
        return (thread.base() + page - 1) / page * page;
    }

    private long lowOf(ThreadToMeasure thread) {
        long page = Math.max(1, mappings.pageSize());
        return (thread.base() - thread.size()) / page * page;
    }
}
