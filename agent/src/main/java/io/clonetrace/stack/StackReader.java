package io.clonetrace.stack;

import java.util.Optional;

/** Measures one stack after the other in the mappings of one moment. */
final class StackReader {
    private final Mappings mappings;
    private final Pagemap pagemap;

    StackReader(Mappings mappings, Pagemap pagemap) {
        this.mappings = mappings;
        this.pagemap = pagemap;
    }

    /** The measure of that stack, or empty if nothing is mapped there. */
    Optional<StackMeasure> read(int tid, StackRange range) {
        long reserved = 0;
        long guard = 0;
        long touched = 0;
        long huge = 0;
        for (int i = mappings.ceiling(range.low()); i < mappings.size(); i++) {
            Mapping mapping = mappings.get(i);
            if (mapping.start() >= range.base()) {
                break;
            }
            long from = Math.max(mapping.start(), range.low());
            long to = Math.min(mapping.end(), range.base());
            // All from the low end up to here is guard.
            if (!mapping.accessible() && range.low() + guard == from) {
                guard += to - from;
            }
            reserved += to - from;
            touched = sum(touched, touched(mapping, from, to));
            huge = sum(huge, huge(mapping, range));
        }
        return reserved == 0
                ? Optional.empty()
                : Optional.of(new StackMeasure(
                        tid, range.base(), reserved, range.guardKnown() ? guard : StackMeasure.UNKNOWN, touched, huge));
    }

    private long touched(Mapping mapping, long from, long to) {
        boolean whole = mapping.within(from, to) && mapping.rss() != StackMeasure.UNKNOWN;
        return whole || mapping.rss() == 0 ? mapping.rss() : pagemap.present(from, to);
    }

    private static long huge(Mapping mapping, StackRange range) {
        boolean whole = mapping.within(range.low(), range.base());
        return whole || mapping.huge() == 0 ? mapping.huge() : StackMeasure.UNKNOWN;
    }

    private static long sum(long sum, long part) {
        return sum == StackMeasure.UNKNOWN || part == StackMeasure.UNKNOWN ? StackMeasure.UNKNOWN : sum + part;
    }
}
