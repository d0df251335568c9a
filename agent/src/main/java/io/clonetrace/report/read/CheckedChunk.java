package io.clonetrace.report.read;

import io.clonetrace.report.read.Chunk.EventHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * A chunk whose structure was looked through before JFR's parser gets it, since that one believes what it reads: an
 * event of a negative size, a checkpoint that refers to itself or a text that is longer than its event keep it busy for
 * ever. What is damaged is passed over, up to the next event whose place is known, and so is an end that is missing:
 * JFR writes what describes the events whenever it flushes, so that what lies before can be read once the header says
 * so.
 */
final class CheckedChunk {
    /** Few enough to keep, and more than one chunk of JFR's usual size has places that are damaged. */
    private static final int MOST_SPANS = 10_000;

    private final ChunkInput input;
    private final boolean whole;
    private ChunkTypes types;
    private long metadata = -1;
    private long checkpoint = -1;
    private long end = Chunk.HEADER;
    private long events;
    private long[] spans = new long[4];
    private int spanCount;
    private long damagedBytes;
    private String damage;

    private CheckedChunk(ChunkInput input, boolean whole) {
        this.input = input;
        this.whole = whole;
    }

    /**
     * Looks through a chunk.
     *
     * @param begin where in the file it begins
     * @param length how many bytes of it there are
     * @param whole whether its JVM has ended it, and nothing was cut off
     * @throws DamagedChunkException if nothing of it can be read
     */
    static CheckedChunk of(FileChannel file, long begin, long length, boolean whole) throws IOException {
        CheckedChunk chunk = new CheckedChunk(new ChunkInput(file, begin, length), whole);
        chunk.check(file, begin);
        return chunk;
    }

    private void check(FileChannel file, long begin) throws IOException {
        Deque<Long> places = new ArrayDeque<>();
        if (whole) {
            try {
                byHeader(header(file, begin), places);
            } catch (DamagedChunkException wrong) {
                damaged(wrong.getMessage());
                types = null;
                places.clear();
            }
        }
        if (types == null) {
            byEvents();
        }
        walk(places);
    }

    /** By the two places that the header names; each event that they lead to is a place from which one can go on. */
    private void byHeader(ByteBuffer header, Deque<Long> places) throws IOException {
        metadata = header.getLong(Chunk.METADATA_AT);
        checkpoint = header.getLong(Chunk.CHECKPOINT_AT);
        types = ChunkTypes.read(input, metadata);
        checkpoints(places);
        places.add(metadata);
        Long[] sorted = places.toArray(new Long[0]);
        Arrays.sort(sorted);
        places.clear();
        places.addAll(Arrays.asList(sorted));
    }

    /** By the last metadata and the last checkpoint that lie before its end, or before what is damaged. */
    private void byEvents() throws IOException {
        metadata = -1;
        checkpoint = -1;
        walk(new ArrayDeque<>());
        if (metadata < 0 || checkpoint < 0) {
            throw new DamagedChunkException("it ends before what describes its events");
        }
        types = ChunkTypes.read(input, metadata);
        checkpoints(new ArrayDeque<>());
    }

    private static ByteBuffer header(FileChannel file, long begin) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(Chunk.HEADER);
        file.read(header, begin);
        return header;
    }

    /** Each refers to the one before it, by the difference of their places; 0 is the first. */
    private void checkpoints(Deque<Long> places) throws IOException {
        long at = checkpoint;
        while (true) {
            EventHeader header = EventHeader.at(input, at);
            if (header.type() != EventHeader.CHECKPOINT) {
                throw new DamagedChunkException("a checkpoint is said to be where there is none");
            }
            places.add(at);
            input.seek(header.content(), header.end());
            // Start, duration.
            input.varint();
            input.varint();
            long before = input.varint();
            constants(header);
            if (before == 0) {
                return;
            }
            // Forward, it would lead back here.
            if (before > 0 || before < -at) {
                throw new DamagedChunkException("a checkpoint refers to none before it");
            }
            at += before;
        }
    }

    private void constants(EventHeader header) throws IOException {
        // What kind of checkpoint it is.
        input.skip(1);
        int pools = input.count("a list of constants");
        for (int pool = 0; pool < pools; pool++) {
            long type = input.varint();
            int count = input.count("a list of constants");
            for (int index = 0; index < count; index++) {
                input.varint();
                types.pass(type, input);
            }
        }
        if (input.position() != header.end()) {
            throw new DamagedChunkException("a checkpoint of another size than its content");
        }
    }

    /** Looks at event after event; without types, for metadata and checkpoints alone. */
    private void walk(Deque<Long> places) throws IOException {
        long at = Chunk.HEADER;
        events = 0;
        while (at < input.length()) {
            while (!places.isEmpty() && places.peek() <= at) {
                places.remove();
            }
            long known = places.isEmpty() ? input.length() : places.peek();
            EventHeader header;
            try {
                header = EventHeader.at(input, at);
                if (header.end() > known) {
                    throw new DamagedChunkException("an event reaches into the next");
                }
            } catch (DamagedChunkException wrong) {
                if (known == input.length()) {
                    stop(at, wrong);
                    return;
                }
                pass(at, known, wrong);
                at = known;
                continue;
            }
            look(header);
            at = header.end();
        }
        end = at;
    }

    private void look(EventHeader header) throws IOException {
        if (types == null) {
            metadata = header.type() == EventHeader.METADATA ? header.at() : metadata;
            checkpoint = header.type() == EventHeader.CHECKPOINT ? header.at() : checkpoint;
        } else if (header.type() > EventHeader.CHECKPOINT) {
            events++;
            input.seek(header.content(), header.end());
            try {
                types.passEvent(header.type(), input);
            } catch (DamagedChunkException wrong) {
                pass(header.at(), header.end(), wrong);
                events--;
            }
        }
    }

    /** Nothing that follows can be found. */
    private void stop(long at, DamagedChunkException wrong) {
        end = at;
        if (types != null && whole) {
            damaged(where(at) + wrong.getMessage());
            damagedBytes += input.length() - at;
        }
    }

    /** Notes what has to be passed over. */
    private void pass(long from, long to, DamagedChunkException wrong) throws DamagedChunkException {
        if (to - from < 2 || spanCount == 2 * MOST_SPANS) {
            throw new DamagedChunkException(where(from) + wrong.getMessage());
        }
        damaged(where(from) + wrong.getMessage());
        damagedBytes += to - from;
        if (spanCount == spans.length) {
            spans = Arrays.copyOf(spans, 2 * spanCount);
        }
        spans[spanCount++] = from;
        spans[spanCount++] = to;
    }

    private void damaged(String what) {
        damage = damage == null ? what : damage;
    }

    private static String where(long at) {
        return "byte " + at + " of it: ";
    }

    /** Whether JFR's parser can be given the chunk as it is. */
    boolean isSound() {
        return whole && damage == null;
    }

    /** What is damaged first; null if nothing is. */
    String damage() {
        return damage;
    }

    /** How many bytes are passed over for that. */
    long damagedBytes() {
        return damagedBytes;
    }

    /** How many bytes of it can be read, with what is passed over. */
    long end() {
        return end;
    }

    /** How many events JFR's parser will find. */
    long events() {
        return events;
    }

    /** Whether one of them has a name as the JDK's own have since JDK 10. */
    boolean hasJdkEvents() {
        return types.hasJdkEvents();
    }

    /** Mends a copy of the chunk that begins with its header: what is damaged becomes an event that JFR passes over. */
    void mend(FileChannel copy) throws IOException {
        for (int index = 0; index < spanCount; index += 2) {
            cover(copy, spans[index], spans[index + 1]);
        }
        copy.truncate(end);
        write(copy, Chunk.SIZE_AT, end);
        write(copy, Chunk.CHECKPOINT_AT, checkpoint);
        write(copy, Chunk.METADATA_AT, metadata);
        copy.write(ByteBuffer.wrap(new byte[1]), Chunk.STATE_AT);
    }

    private static void cover(FileChannel copy, long from, long to) throws IOException {
        ByteBuffer event = ByteBuffer.allocate(16);
        long size = to - from;
        // Where it is of some size, there is room for a long number.
        while (size > 0x7f) {
            event.put((byte) (size & 0x7f | 0x80));
            size >>= 7;
        }
        event.put((byte) size).put((byte) EventHeader.METADATA);
        copy.write(event.flip(), from);
    }

    private static void write(FileChannel copy, long at, long value) throws IOException {
        copy.write(ByteBuffer.allocate(Long.BYTES).putLong(0, value), at);
    }
}
