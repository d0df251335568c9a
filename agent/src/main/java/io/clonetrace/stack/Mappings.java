package io.clonetrace.stack;

import java.util.ArrayList;
import java.util.List;

/** The mappings of a process at one moment, in the order of their addresses and without overlap. */
final class Mappings implements AddressSpace {
    private final List<Mapping> sorted = new ArrayList<>();
    private long pageSize = StackMeasure.UNKNOWN;

    /** Adds the next mapping in the kernel's order, which is that of the addresses. */
    void add(Mapping mapping) {
        // Addresses with the sign bit set are the kernel's ([vsyscall]) and hold no stack; nor does an empty mapping.
        if (mapping.end() <= 0 || mapping.start() < 0 || mapping.start() >= mapping.end()) {
            return;
        }
        long seen = sorted.isEmpty() ? 0 : sorted.get(sorted.size() - 1).end();
        // smaps is not read atomically: a mapping that was just read may grow upward before the kernel continues.
        if (mapping.start() >= seen) {
            sorted.add(mapping);
        } else if (mapping.end() > seen) {
            sorted.add(mapping.from(seen));
        }
    }

    /** The page size of one mapping; the smallest is the system's, since hugetlbfs mappings have a larger one. */
    void addPageSize(long bytes) {
        if (bytes > 0 && (pageSize == StackMeasure.UNKNOWN || bytes < pageSize)) {
            pageSize = bytes;
        }
    }

    @Override
    public long pageSize() {
        return pageSize;
    }

    int size() {
        return sorted.size();
    }

    Mapping get(int index) {
        return sorted.get(index);
    }

    /**
     * The index of the mapping that contains {@code address}, or of the next above it; {@link #size()} if there is
     * none.
     */
    int ceiling(long address) {
        int low = 0;
        int high = sorted.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted.get(middle).end() <= address) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public Mapping atOrAbove(long address) {
        int index = ceiling(address);
        return index < sorted.size() ? sorted.get(index) : null;
    }
}
