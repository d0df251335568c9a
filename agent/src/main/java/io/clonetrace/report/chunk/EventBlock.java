package io.clonetrace.report.chunk;

import java.io.IOException;
import java.util.Arrays;

/**
 * Events of a chunk that lie in the same bytes, with their numbers, and where in them their other values begin: what
 * one thread has passed over for another that reads the values.
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
    /** Where the first value is noted; -1 if none is. */
    private int[] firsts = new int[EVENTS];

    private long[] noted = new long[VALUES];
    private int notedCount;

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
        // A type holds the constants of its chunk.
        Arrays.fill(types, 0, size, null);
        size = 0;
        notedCount = 0;
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

    /** Room to note so many further values: see {@link EventType#pass}. */
    long[] noted(int more) {
        if (notedCount + more > noted.length) {
            noted = Arrays.copyOf(noted, Math.max(2 * noted.length, notedCount + more));
        }
        return noted;
    }

    int notedCount() {
        return notedCount;
    }

    /**
     * A further event.
     *
     * @param content where its values begin
     * @param next where the next event begins
     * @param ticks when it began
     * @param end when it ended, in nanoseconds since the epoch
     * @param values how many of its values were noted; -1 for none
     */
    void add(EventType type, long content, long next, long ticks, long end, int values) {
        if (size == types.length) {
            grow();
        }
        types[size] = type;
        contents[size] = content;
        nexts[size] = next;
        starts[size] = ticks;
        ends[size] = end;
        firsts[size++] = values < 0 ? -1 : notedCount;
        notedCount += Math.max(0, values);
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
                event.moveTo(input, type, contents[index], nexts[index], starts[index], noted, firsts[index]);
                sink.event(event, ends[index]);
            } else {
                sink.other(type.name(), ends[index]);
            }
        }
    }
}
