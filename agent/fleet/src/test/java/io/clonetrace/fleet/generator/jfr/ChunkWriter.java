package io.clonetrace.fleet.generator.jfr;

import io.clonetrace.fleet.generator.jfr.RecordedChunk.Times;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes a chunk with the types of another one. */
public final class ChunkWriter {
    private static final int CHECKPOINT = 1;
    private static final int MAJOR = 2;
    private static final int FINISHED = 0;
    /** Numbers are compressed. */
    private static final int COMPRESSED = 1;

    private final RecordedChunk types;
    private final Times times;
    private final Output body = new Output();

    public ChunkWriter(RecordedChunk types, Times times) {
        this.types = types;
        this.times = times;
    }

    /** Writes an event. */
    public void event(EventRow event) {
        int begin = body.beginEvent();
        body.varint(event.type().id());
        body.pool(true);
        event.type().write(event.values(), body);
        body.pool(false);
        body.endEvent(begin);
    }

    /** How many bytes there are. */
    public long size() {
        return RecordedChunk.HEADER + body.size();
    }

    /**
     * Ends the chunk with its constants and the types. The events' texts take the place of those among the constants.
     */
    public void finish(Map<Type, Map<Long, Object>> others, OutputStream out) throws IOException {
        Map<Type, Map<Long, Object>> constants = new LinkedHashMap<>(others);
        Map<Long, Object> texts = new LinkedHashMap<>();
        body.pool().forEach((text, key) -> texts.put(key, text));
        types.type("java.lang.String").ifPresent(type -> constants.put(type, texts));
        long checkpoint = size();
        int begin = body.beginEvent();
        body.varint(CHECKPOINT);
        body.varint(times.startTicks());
        // Duration, distance to the checkpoint before, kind.
        body.varint(0);
        body.varint(0);
        body.oneByte(0);
        body.varint(constants.size());
        constants.forEach((type, values) -> {
            body.varint(type.id());
            body.varint(values.size());
            values.forEach((key, value) -> {
                body.varint(key);
                type.write(value, body);
            });
        });
        body.endEvent(begin);
        long metadata = size();
        body.raw(types.metadata());
        header(checkpoint, metadata).writeTo(out);
        body.writeTo(out);
    }

    private Output header(long checkpoint, long metadata) {
        Output header = new Output();
        header.fixed(RecordedChunk.MAGIC, Integer.BYTES);
        header.fixed(MAJOR, Short.BYTES);
        header.fixed(types.minor(), Short.BYTES);
        header.fixed(size(), Long.BYTES);
        header.fixed(checkpoint, Long.BYTES);
        header.fixed(metadata, Long.BYTES);
        header.fixed(times.startNanos(), Long.BYTES);
        header.fixed(times.nanos(), Long.BYTES);
        header.fixed(times.startTicks(), Long.BYTES);
        header.fixed(times.ticksPerSecond(), Long.BYTES);
        header.fixed(FINISHED, 1);
        header.fixed(0, 1);
        header.fixed(COMPRESSED, Short.BYTES);
        return header;
    }
}
