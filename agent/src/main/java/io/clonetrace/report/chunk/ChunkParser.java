package io.clonetrace.report.chunk;

import io.clonetrace.report.chunk.Chunk.EventHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.function.Predicate;

/**
 * Reads a chunk. What is damaged is passed over, up to the next event whose place is known; and so is an end that is
 * missing: JFR writes what describes the events whenever it flushes, so that what lies before can be read.
 */
public final class ChunkParser {
    private final ChunkInput input;
    /** A buffer of its own, since constants lie apart from events. */
    private final ChunkInput constantInput;

    /** Used by the thread that reads values. */
    private final ChunkInput blockInput = ChunkInput.ofBlocks();

    private final ChunkInput largeInput;
    private final boolean whole;
    private final ByteBuffer header;
    private final ChunkClock clock;
    private final KnownPlaces places = new KnownPlaces();
    private ChunkTypes types;
    private Constants constants;
    private ChunkEvent event;
    private boolean oldNames;
    private long metadata = -1;
    private long checkpoint = -1;
    private long end = Chunk.HEADER;
    private long events;
    private long damagedBytes;
    private String damage;

    private ChunkParser(FileChannel file, long begin, long length, boolean whole) throws IOException {
        this.whole = whole;
        input = new ChunkInput(file, begin, length);
        constantInput = new ChunkInput(file, begin, length);
        largeInput = new ChunkInput(file, begin, length);
        header = ByteBuffer.allocate(Chunk.HEADER);
        file.read(header, begin);
        clock = new ChunkClock(header);
    }

    /**
     * Looks for what describes the events of a chunk.
     *
     * @param file may be written meanwhile, behind what is there
     * @throws DamagedChunkException if nothing of it can be read
     */
    public static ChunkParser of(FileChannel file, Chunk chunk) throws IOException {
        ChunkParser parser = new ChunkParser(file, chunk.offset(), chunk.length(), chunk.whole());
        parser.describe();
        return parser;
    }

    private void describe() throws IOException {
        if (whole) {
            try {
                byHeader();
            } catch (DamagedChunkException wrong) {
                damaged(wrong.getMessage());
                types = null;
                places.clear();
            }
        }
        if (types == null) {
            byEvents();
            places.clear();
        }
        oldNames = !types.hasJdkEvents() || types.hasOldEvents() && !hasJdkEvent();
        event = new ChunkEvent(constants, clock);
    }

    /** Whether an event has such a name as the JDK's own have since JDK 10. */
    private boolean hasJdkEvent() throws IOException {
        try {
            for (long at = Chunk.HEADER; at < input.length(); ) {
                try {
                    EventHeader next = EventHeader.at(input, at);
                    ChunkType type = types.find(next.type());
                    if (type != null && type.isJdkEvent()) {
                        return true;
                    }
                    at = next.end();
                } catch (DamagedChunkException wrong) {
                    at = places.next(at, input.length());
                }
            }
            return false;
        } finally {
            places.rewind();
        }
    }

    /** By the two places that the header names; each event that they lead to is a place from which one can go on. */
    private void byHeader() throws IOException {
        metadata = header.getLong(Chunk.METADATA_AT);
        checkpoint = header.getLong(Chunk.CHECKPOINT_AT);
        types = ChunkTypes.read(input, metadata);
        checkpoints();
        places.add(metadata);
        places.sort();
    }

    /** By the last metadata and the last checkpoint that lie before its end, or before what is damaged. */
    private void byEvents() throws IOException {
        metadata = -1;
        checkpoint = -1;
        walk(null);
        if (metadata < 0 || checkpoint < 0) {
            throw new DamagedChunkException("it ends before what describes its events");
        }
        types = ChunkTypes.read(input, metadata);
        checkpoints();
    }

    /** Each refers to the one before it, by the difference of their places; 0 is the first. */
    private void checkpoints() throws IOException {
        constants = new Constants(constantInput);
        long at = checkpoint;
        long later = input.length();
        while (true) {
            EventHeader header = EventHeader.at(input, at);
            if (header.type() != EventHeader.CHECKPOINT) {
                throw new DamagedChunkException("a checkpoint is said to be where there is none");
            }
            // Else the same constants could be read again and again.
            if (header.end() > later) {
                throw new DamagedChunkException("a checkpoint reaches into the next");
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
            later = at;
            at += before;
        }
    }

    private void constants(EventHeader header) throws IOException {
        // What kind of checkpoint it is.
        input.skip(1);
        int pools = input.count("a list of constants");
        for (int index = 0; index < pools; index++) {
            long id = input.varint();
            int count = input.count("a list of constants");
            if (count > 0) {
                pool(types.known(id), count);
            }
        }
        if (input.position() != header.end()) {
            throw new DamagedChunkException("a checkpoint of another size than its content");
        }
    }

    private void pool(ChunkType type, int count) throws IOException {
        ConstantPool pool = constants.pool(type);
        for (int index = 0; index < count; index++) {
            long key = input.varint();
            if (pool != null) {
                pool.put(key, input.position());
            }
            ChunkTypes.pass(type, input);
        }
    }

    /**
     * Reads the events.
     *
     * @throws IOException if the file can't be read
     */
    public void read(ChunkSink sink) throws IOException {
        parse(sink::wants, new EventBlock(), block -> {
            deliver(block, sink);
            return block.emptied();
        });
    }

    /**
     * Passes over the events, for another thread to read their values.
     *
     * @param wants whether the values of events of a type are wanted
     * @param first an empty block
     * @param exchange takes the events; see {@link #deliver}
     * @throws IOException if the file can't be read, or the exchange throws it
     */
    public void parse(Predicate<String> wants, EventBlock first, EventBlock.Exchange exchange) throws IOException {
        Delivery delivery = new Delivery(wants, first, exchange);
        input.onRefill(delivery::refill);
        walk(delivery);
        input.forget();
    }

    /** Delivers the events of a block, those of earlier blocks first; a thread does so for all blocks of a chunk. */
    public void deliver(EventBlock block, ChunkSink sink) {
        block.deliver(event, blockInput, largeInput, sink);
    }

    /** Looks at event after event; without a delivery, for metadata and checkpoints alone. */
    private void walk(Delivery delivery) throws IOException {
        long at = Chunk.HEADER;
        long known = places.next(at, input.length());
        while (at < input.length()) {
            if (known <= at) {
                known = places.next(at, input.length());
            }
            try {
                input.seek(at, input.length());
                long size = input.varint();
                long type = input.varint();
                EventHeader.check(input, at, size);
                if (at + size > known) {
                    throw new DamagedChunkException("an event reaches into the next");
                }
                if (delivery != null) {
                    deliver(delivery, type, at, at + size);
                } else if (type == EventHeader.METADATA) {
                    metadata = at;
                } else if (type == EventHeader.CHECKPOINT) {
                    checkpoint = at;
                }
                at += size;
            } catch (DamagedChunkException wrong) {
                if (known == input.length()) {
                    stop(at, wrong);
                    return;
                }
                pass(at, known, wrong);
                at = known;
            }
        }
        end = at;
    }

    private void deliver(Delivery delivery, long type, long at, long next) throws IOException {
        if (type > EventHeader.CHECKPOINT) {
            long content = input.position();
            input.seek(content, next);
            try {
                delivery.deliver(type, content, next);
                events++;
            } catch (DamagedChunkException wrong) {
                pass(at, next, wrong);
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
    private void pass(long from, long to, DamagedChunkException wrong) {
        damaged(where(from) + wrong.getMessage());
        damagedBytes += to - from;
    }

    private void damaged(String what) {
        damage = damage == null ? what : damage;
    }

    private static String where(long at) {
        return "byte " + at + " of it: ";
    }

    /** Whether its JVM has ended it, and nothing that was read so far is damaged. */
    public boolean isSound() {
        return whole && damage == null;
    }

    /** What is damaged first; null if nothing that was read so far is. */
    public String damage() {
        return damage;
    }

    /** How many bytes were passed over for that. */
    public long damagedBytes() {
        return damagedBytes;
    }

    /** How many bytes of it could be read, with what was passed over. */
    public long end() {
        return end;
    }

    /** How many events it has, of whatever type, without those that are damaged. */
    public long events() {
        return events;
    }

    /** The name of the type with that id; empty if there is none. */
    public String typeName(long id) {
        ChunkType type = types.find(id);
        return type == null || !type.isEvent() ? "" : EventType.name(type, oldNames);
    }

    /** Passes over the events, and gives them away in blocks. */
    private final class Delivery {
        private final Predicate<String> wants;
        private final EventBlock.Exchange exchange;
        private EventBlock block;

        Delivery(Predicate<String> wants, EventBlock first, EventBlock.Exchange exchange) {
            this.wants = wants;
            block = first;
            this.exchange = exchange;
        }

        /** Gives the events away whose bytes are about to be read over. */
        byte[] refill(byte[] buffer) throws IOException {
            if (block.isEmpty()) {
                return buffer;
            }
            byte[] other = block.swap(buffer);
            block = exchange.exchange(block);
            return other;
        }

        /**
         * Takes the event whose values begin where the input is.
         *
         * @throws DamagedChunkException if a value doesn't end within it
         */
        void deliver(long id, long content, long next) throws IOException {
            EventType type = type(id);
            if (type == null) {
                return;
            }
            if (type.least() > input.left()) {
                throw new DamagedChunkException("an event that is shorter than its type");
            }
            input.gather(content);
            int values = -1;
            if (type.isWanted() && input.holds(content, next)) {
                values = type.fields().length;
                type.pass(input, content, block.noted(values), block.notedCount());
            } else if (type.isWanted() || !type.isFixed()) {
                // Without a text or an array it can't reach far, whatever its bytes are.
                type.pass(input);
            }
            input.seek(content, next);
            long start = input.varint();
            long ticks = type.hasDuration() ? start + input.varint() : start;
            if (block.isEmpty()) {
                input.describe(block);
            }
            block.add(type, content, next, start, clock.nanos(ticks), values);
        }

        /** Null for what is no event. */
        private EventType type(long id) throws DamagedChunkException {
            ChunkType type = types.find(id);
            if (type == null || !type.isEvent()) {
                return null;
            }
            if (type.eventType() == null) {
                String name = EventType.name(type, oldNames);
                type.eventType(new EventType(types.known(id), name, wants.test(name)));
            }
            return type.eventType();
        }
    }
}
