package io.clonetrace.stack;

import java.util.Optional;

/** Measures stacks, one after the other, in the mappings of one moment. */
final class StackReader {
    private final AddressSpace mappings;
    private final PageCount.Counter pages;

    StackReader(AddressSpace mappings, PageCount.Counter pages) {
        this.mappings = mappings;
        this.pages = pages;
    }

    /** The measure of that stack, or empty if nothing is mapped there. */
    Optional<StackMeasure> read(int tid, StackRange range) {
        long reserved = 0;
        long guard = 0;
        PageCount count = PageCount.EMPTY;
        Mapping mapping = mappings.atOrAbove(range.low());
        long at = range.low();
        while (mapping != null && at < range.base() && mapping.start() < range.base()) {
            long from = Math.max(mapping.start(), at);
            boolean isMarked = from < range.low() + range.marked();
            long to = Math.min(mapping.end(), isMarked ? range.low() + range.marked() : range.base());
            // Everything from the low end up to here is guard.
            boolean isGuard = (isMarked || !mapping.accessible()) && range.low() + guard == from;
            guard += isGuard ? to - from : 0;
            reserved += to - from;
            count = count.plus(count(mapping, from, to, isGuard));
            at = to;
            mapping = mappings.atOrAbove(to);
        }
        return reserved == 0
                ? Optional.empty()
                : Optional.of(new StackMeasure(
                        tid,
                        range.base(),
                        reserved,
                        range.guardKnown() ? guard : StackMeasure.UNKNOWN,
                        count.present(),
                        count.huge(),
                        PageCount.depth(range.base(), count.lowest())));
    }

    /**
     * Numbers that smaps has for a whole mapping are used; parts of mappings, and unknown numbers, are counted page by
     * page, and so is the lowest page. In a guard the lowest page does not matter: pages touched before it became a
     * guard are not part of a depth.
     */
    private PageCount count(Mapping mapping, long from, long to, boolean isGuard) {
        boolean whole = mapping.within(from, to);
        long present = whole || mapping.rss() == 0 ? mapping.rss() : StackMeasure.UNKNOWN;
        long huge = whole || mapping.huge() == 0 ? mapping.huge() : StackMeasure.UNKNOWN;
        boolean known = present != StackMeasure.UNKNOWN && huge != StackMeasure.UNKNOWN;
        PageCount counted = known && isGuard ? PageCount.EMPTY : pages.count(from, to);
        return new PageCount(
                present == StackMeasure.UNKNOWN ? counted.present() : present,
                huge == StackMeasure.UNKNOWN ? counted.huge() : huge,
                isGuard ? PageCount.NONE : counted.lowest());
    }
}
