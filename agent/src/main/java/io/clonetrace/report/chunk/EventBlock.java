package io.clonetrace.report.chunk;

import java.io.IOException;
import java.util.Arrays;

/**
 * Events of a chunk that lie in the same bytes, and where in them their values begin: what one thread has passed over
 * for another that reads the values.
 */
public final class EventBlock {
    private static final int EVENTS = 1 << 10;
    private static final int VALUES = 16 * EVENTS;

    private byte[] bytes = new byte[ChunkInput.BUFFER];
    private long at;
    private int length;
    private int size;
    private EventType[] types = new EventType[EVENTS];
    private long[] contents = new long[EVENTS];
    private long[] nexts = new long[EVENTS];
    private long[] starts = new long[EVENTS];
    private long[] ends = new long[EVENTS];
    /** The index of the place of the first value; -1 if the places were not noted. */
    private int[] firsts = new int[EVENTS];

    private int[] places = new int[VALUES];
    private int placeCount;

    /** Takes blocks from a parser. */
    public interface Exchange {
        /**
         * Takes a block with events.
         *
         * @return an empty one
         */
        EventBlock exchange(EventBlock filled) throws IOException;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Empties it. */
    public EventBlock emptied() {
        size = 0;
        placeCount = 0;
        return this;
    }

    /** Notes which bytes of the chunk its events lie in. */
    void range(long place, int count) {
        at = place;
        length = count;
    }

    /** Exchanges its bytes for those. */
    byte[] swap(byte[] others) {
        byte[] own = bytes;
        bytes = others;
        return own;
    }

    /** Room for so many further places. */
    int[] places(int more) {
        if (placeCount + more > places.length) {
            places = Arrays.copyOf(places, Math.max(2 * places.length, placeCount + more));
        }
        return places;
    }

    int placeCount() {
        return placeCount;
    }

    /**
     * A further event.
     *
     * @param content where its values begin
     * @param next where the next event begins
     * @param ticks when it began
     * @param end when it ended, in nanoseconds since the epoch
     * @param noted how many of its values' places were noted; -1 for none
     */
    void add(EventType type, long content, long next, long ticks, long end, int noted) {
        if (size == types.length) {
            grow();
        }
        types[size] = type;
        contents[size] = content;
        nexts[size] = next;
        starts[size] = ticks;
        ends[size] = end;
        firsts[size++] = noted < 0 ? -1 : placeCount;
        placeCount += Math.max(0, noted);
    }

    private void grow() {
        int more = 2 * size;
        types = Arrays.copyOf(types, more);
        contents = Arrays.copyOf(contents, more);
        nexts = Arrays.copyOf(nexts, more);
        starts = Arrays.copyOf(starts, more);
        ends = Arrays.copyOf(ends, more);
        firsts = Arrays.copyOf(firsts, more);
    }

    /** @param whole for an event that is larger than the bytes of a block */
    void deliver(ChunkEvent event, ChunkInput within, ChunkInput whole, ChunkSink sink) {
        within.hold(bytes, at, length);
        for (int index = 0; index < size; index++) {
            EventType type = types[index];
            if (type.isWanted()) {
                ChunkInput input = nexts[index] <= at + length && contents[index] >= at ? within : whole;
                event.moveTo(input, type, contents[index], nexts[index], starts[index], places, firsts[index]);
                sink.event(event, ends[index]);
            } else {
                sink.other(type.name(), ends[index]);
            }
        }
    }
}
