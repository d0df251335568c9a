package io.clonetrace.stack;

import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds the guards next to an address that are no mappings of their own but page-table markers. A mapping may hold
 * hundreds of stacks, or a heap, so that it is read in pieces, each once, and no farther than to the next guard.
 */
final class MarkedGuards {
    /** As much as most stacks have; a multiple of every page size. */
    private static final long PIECE = 8L << 20;

    private final GuardMarkers markers;
    private final Set<Long> read = new HashSet<>();
    private final NavigableMap<Long, Long> endByStart = new TreeMap<>();

    MarkedGuards(GuardMarkers markers) {
        this.markers = markers;
    }

    /** The nearest guard of that mapping that begins at or below the address; null if there is none. */
    Guard below(Mapping mapping, long address) {
        for (long piece = address / PIECE * PIECE; piece + PIECE > mapping.start(); piece -= PIECE) {
            read(mapping, piece);
            Map.Entry<Long, Long> found = endByStart.floorEntry(address);
            if (found != null && found.getValue() > Math.max(piece, mapping.start())) {
                return whole(mapping, found.getKey(), found.getValue());
            }
        }
        return null;
    }

    /** The start of the nearest guard of that mapping above the address; the mapping's end if there is none. */
    long startAbove(Mapping mapping, long address) {
        for (long piece = address / PIECE * PIECE; piece < mapping.end(); piece += PIECE) {
            read(mapping, piece);
            Long found = endByStart.higherKey(address);
            if (found != null && found < Math.min(piece + PIECE, mapping.end())) {
                return found;
            }
        }
        return mapping.end();
    }

    /** Whether all of it is guard; reads no more than that. */
    boolean isGuard(long from, long to) {
        long[] guards = markers.in(from, to);
        return guards.length == 2 && guards[0] == from && guards[1] == to;
    }

    /** A guard may begin in one piece and end in the next. */
    private Guard whole(Mapping mapping, long start, long end) {
        long low = start;
        while (low % PIECE == 0 && low > mapping.start()) {
            read(mapping, low - PIECE);
            Map.Entry<Long, Long> before = endByStart.lowerEntry(low);
            if (before == null || before.getValue() != low) {
                break;
            }
            low = before.getKey();
        }
        return new Guard(low, end);
    }

    private void read(Mapping mapping, long piece) {
        long from = Math.max(piece, mapping.start());
        if (read.add(from)) {
            long[] guards = markers.in(from, Math.min(piece + PIECE, mapping.end()));
            for (int i = 0; i < guards.length; i += 2) {
                endByStart.put(guards[i], guards[i + 1]);
            }
        }
    }

    /**
     * One guard.
     *
     * @param start lowest address
     * @param end highest address, exclusive
     */
    record Guard(long start, long end) {}
}
