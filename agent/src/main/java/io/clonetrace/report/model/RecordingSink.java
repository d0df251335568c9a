package io.clonetrace.report.model;

/** Receives what is read of recordings, file after file. */
public interface RecordingSink {
    /** A further recording; its events follow. */
    EventSink file();

    /** Notes what could not be read. */
    void problem(String file, String problem);

    /** Whether this chunk is to be read. */
    default boolean wants(ChunkKey chunk) {
        return true;
    }

    /** Receives the events of one recording. */
    interface EventSink {
        /** A chunk begins: in concatenated recordings it may be another JVM's. */
        void beginChunk(ChunkKey chunk);

        /**
         * The chunk has ended.
         *
         * @return how many of the events that were kept hold what could not be read, and were left out in whole or in
         *     part
         */
        long endChunk();

        /**
         * An event of the chunk, in any order, of a type that {@link JvmBuilder#takes}. Valid until the call returns.
         */
        void add(Event event);

        /** The end of an event of another type, in nanoseconds since the epoch. */
        void at(long time);

        /** Events of that type are recorded in this chunk, even if there is none. */
        void enabled(String type);
    }
}
