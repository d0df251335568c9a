package io.clonetrace.report.read;

import io.clonetrace.report.chunk.ChunkParser;
import io.clonetrace.report.chunk.ChunkSink;
import io.clonetrace.report.chunk.DamagedChunkException;
import io.clonetrace.report.model.Event;
import io.clonetrace.report.model.JvmBuilder;
import io.clonetrace.report.model.RecordingSink.EventSink;
import java.io.IOException;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** Gives the events of a chunk to the model. */
final class ChunkReader implements ChunkSink {
    private static final String RECORDING = "jdk.ActiveRecording";
    private static final String SETTING = "jdk.ActiveSetting";
    /** A power of two. */
    private static final int PROGRESS_EVERY = 1 << 16;

    private final EventSink events;
    private final LongConsumer read;
    private Supplier<ChunkParser> parser;
    private long count;
    private long unreadable;

    /** @param read receives the number of further events read */
    ChunkReader(EventSink events, LongConsumer read) {
        this.events = events;
        this.read = read;
    }

    /**
     * Reads all of the next chunk.
     *
     * @throws IOException if it is damaged; the events before the damage have been given to the model
     */
    void read(ChunksAhead chunks) throws IOException {
        parser = chunks::parser;
        try {
            chunks.read(this);
        } catch (StackOverflowError nested) {
            throw new DamagedChunkException("its types are nested too deeply");
        } catch (OutOfMemoryError tooLarge) {
            if (String.valueOf(tooLarge.getMessage()).contains("exceeds VM limit")) {
                throw new DamagedChunkException("it asks for an array larger than any");
            }
            // Says nothing about the file: the report needs more memory.
            throw tooLarge;
        } finally {
            read.accept(count % PROGRESS_EVERY);
        }
    }

    /** How many events were read. */
    long count() {
        return count;
    }

    /** How many of them refer to what is damaged, and were left out in whole or in part. */
    long unreadable() {
        return unreadable;
    }

    /** Adds those that had waited until their JVM was known. */
    void addUnreadable(long waited) {
        unreadable += waited;
    }

    @Override
    public boolean wants(String type) {
        return isWanted(type);
    }

    static boolean isWanted(String type) {
        return JvmBuilder.takes(type) || type.equals(SETTING);
    }

    @Override
    public void event(Event event, long end) {
        try {
            if (!event.type().equals(SETTING)) {
                events.add(event);
            } else {
                if ("enabled".equals(event.text("name")) && "true".equals(event.text("value"))) {
                    events.enabled(parser.get().typeName(event.number("id")));
                }
                events.at(end);
            }
        } catch (RuntimeException | StackOverflowError damaged) {
            // Constants are read on demand.
            unreadable++;
        }
        counted();
    }

    @Override
    public void other(String type, long end) {
        // JDK 17 leaves the time of the JVM's first recording in such events of its later ones.
        if (!type.equals(RECORDING)) {
            // A wait may have begun long before the recording.
            events.at(end);
        }
        counted();
    }

    private void counted() {
        count++;
        // A division of longs would be a call into the VM, where C1 alone compiles.
        if ((count & PROGRESS_EVERY - 1) == 0) {
            read.accept(PROGRESS_EVERY);
        }
    }
}
