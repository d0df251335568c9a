package io.clonetrace.report.chunk;

import io.clonetrace.report.model.Event;

/** Takes the events of a chunk, in the order in which they are in it. */
public interface ChunkSink {
    /** Whether the values of such events are wanted; asked once for each type of a chunk. */
    boolean wants(String type);

    /**
     * An event of a wanted type.
     *
     * @param event valid until the method returns; see {@link Event#kept}
     * @param end when it ended, in nanoseconds since the epoch
     */
    void event(Event event, long end);

    /**
     * An event of another type.
     *
     * @param end when it ended, in nanoseconds since the epoch
     */
    void other(String type, long end);
}
