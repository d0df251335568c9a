package io.clonetrace.stack;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.memory.MappedPages;
import io.clonetrace.linux.memory.ProcmapQuery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * The mappings that are asked for, each looked up once. PROCMAP_QUERY returns less than smaps, and no VmFlags: a guard
 * and reserved address space are distinguished by size and alignment.
 */
final class QueriedMappings implements AddressSpace {
    /** glibc's malloc sets aside, and aligns, this much for an arena (HEAP_MAX_SIZE of malloc/arena.c, 64 bits). */
    private static final long ARENA = 64L << 20;

    private static final long PAGE = MappedPages.pageSize();

    private static final long LONGEST_GUARD = StackRanges.LONGEST_GUARD * PAGE;

    private final ProcmapQuery query;
    private final TreeMap<Long, Mapping> known = new TreeMap<>();

    QueriedMappings(ProcmapQuery query) {
        this.query = query;
    }

    @Override
    public Mapping atOrAbove(long address) {
        Map.Entry<Long, Mapping> floor = known.floorEntry(address);
        if (floor != null && floor.getValue().holds(address)) {
            return floor.getValue();
        }
        try {
            ProcmapQuery.Vma vma = query.coveringOrNext(address);
            if (vma == null || vma.start() < 0 || vma.end() <= 0) {
                return null;
            }
            Mapping mapping = mapping(vma);
            known.put(mapping.start(), mapping);
            return mapping;
        } catch (LinuxException failed) {
            throw new UncheckedIOException(new IOException(failed.getMessage(), failed));
        }
    }

    private static Mapping mapping(ProcmapQuery.Vma vma) {
        boolean anonymous = !vma.file()
                && (vma.name().isEmpty()
                        || vma.name().startsWith("[stack")
                        || vma.name().startsWith("[anon:"));
        boolean reserve = vma.accessible() ? vma.start() % ARENA == 0 : isReserve(vma.start(), vma.end());
        boolean growsDown = vma.name().equals("[stack]");
        long unknown = StackMeasure.UNKNOWN;
        return new Mapping(
                vma.start(), vma.end(), vma.accessible(), anonymous, reserve, false, growsDown, unknown, unknown);
    }

    /** Whether an inaccessible mapping is reserved address space and not a guard. */
    static boolean isReserve(long start, long end) {
        return end % ARENA == 0 || end - start > LONGEST_GUARD;
    }

    @Override
    public long pageSize() {
        return PAGE;
    }
}
