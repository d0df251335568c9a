package io.clonetrace.fleet.generator.jfr;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A chunk of a recording, all of it in memory. */
public final class RecordedChunk {
    static final int MAGIC = 0x464c5200;
    static final int HEADER = 68;
    private static final int SIZE_AT = 8;
    private static final int CHECKPOINT_AT = 16;
    private static final int METADATA_AT = 24;
    private static final int TIMES_AT = 32;
    private static final int METADATA = 0;
    private static final int CHECKPOINT = 1;

    private final Metadata types;
    private final byte[] metadata;
    private final short minor;
    private final Times times;
    private final Map<Type, Map<Long, Object>> constants = new LinkedHashMap<>();
    private final List<EventRow> events = new ArrayList<>();

    /**
     * When a chunk was recorded.
     *
     * @param startNanos since the epoch
     * @param nanos how long
     * @param startTicks the start by the clock of the events
     * @param ticksPerSecond how fast that clock is
     */
    public record Times(long startNanos, long nanos, long startTicks, long ticksPerSecond) {}

    private RecordedChunk(byte[] chunk) {
        ByteBuffer header = ByteBuffer.wrap(chunk);
        minor = header.getShort(6);
        times = new Times(
                header.getLong(TIMES_AT),
                header.getLong(TIMES_AT + 8),
                header.getLong(TIMES_AT + 16),
                header.getLong(TIMES_AT + 24));
        int metadataAt = Math.toIntExact(header.getLong(METADATA_AT));
        Input input = new Input(chunk, metadataAt);
        int size = input.count();
        input.varint();
        metadata = input.slice(metadataAt, metadataAt + size);
        types = Metadata.read(input);
        readConstants(chunk, Math.toIntExact(header.getLong(CHECKPOINT_AT)));
        // A copy of the header, for those that read while it is written.
        constants.keySet().removeIf(type -> type.name().equals("jdk.types.ChunkHeader"));
        readEvents(chunk);
    }

    /**
     * Reads the largest chunk of a recording that its JVM has finished.
     *
     * @throws IOException if it can't be read, or is none
     */
    public static RecordedChunk largestOf(Path recording) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(recording));
        int largest = -1;
        int most = 0;
        for (int at = 0; at + HEADER <= file.capacity(); ) {
            long size = file.getLong(at + SIZE_AT);
            if (file.getInt(at) != MAGIC || size < HEADER || at + size > file.capacity()) {
                throw new IOException(recording + " is no finished recording, byte " + at);
            }
            if (size > most) {
                largest = at;
                most = (int) size;
            }
            at += (int) size;
        }
        if (largest < 0) {
            throw new IOException(recording + " is no recording");
        }
        byte[] chunk = new byte[most];
        file.get(largest, chunk);
        return new RecordedChunk(chunk);
    }

    /** From the last checkpoint back to the first; the last value of a key stands. */
    private void readConstants(byte[] chunk, int last) {
        Map<Long, Object> none = Map.of();
        for (long at = last, before = -1; before != 0; at += before) {
            Input input = new Input(chunk, Math.toIntExact(at));
            // Size, type, start, duration.
            for (int index = 0; index < 4; index++) {
                input.varint();
            }
            before = input.varint();
            input.unsignedByte();
            int pools = input.count();
            for (int pool = 0; pool < pools; pool++) {
                Type type = types.type(input.varint());
                Map<Long, Object> values = constants.computeIfAbsent(type, any -> new LinkedHashMap<>());
                int count = input.count();
                for (int index = 0; index < count; index++) {
                    values.putIfAbsent(input.varint(), type.read(input, none));
                }
            }
        }
    }

    private void readEvents(byte[] chunk) {
        Map<Long, Object> texts = constants("java.lang.String");
        Input input = new Input(chunk, HEADER);
        while (input.at() < chunk.length) {
            int at = input.at();
            int size = input.count();
            long id = input.varint();
            if (id != METADATA && id != CHECKPOINT) {
                Type type = types.type(id);
                events.add(new EventRow(type, (Object[]) type.read(input, texts)));
            }
            input.seek(at + size);
        }
    }

    public Times times() {
        return times;
    }

    public List<EventRow> events() {
        return events;
    }

    public List<EventRow> events(String type) {
        return events.stream().filter(event -> event.is(type)).toList();
    }

    public Optional<Type> type(String name) {
        return types.type(name);
    }

    public Map<Type, Map<Long, Object>> constants() {
        return constants;
    }

    /** The constants of a type by their keys; none if there is no such type. */
    public Map<Long, Object> constants(String type) {
        return types.type(type).map(constants::get).orElse(Map.of());
    }

    byte[] metadata() {
        return metadata;
    }

    short minor() {
        return minor;
    }
}
