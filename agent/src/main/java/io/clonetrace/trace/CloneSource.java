package io.clonetrace.trace;

/**
 * Something that sees clone calls in the kernel. One thread starts, polls and stops it; nothing here is called by the
 * application's threads.
 */
public interface CloneSource {
    /** Which source this is. */
    SourceKind kind();

    /**
     * Begins to observe.
     *
     * @throws SourceRefusedException if it can't, saying why and what to do
     */
    void start() throws SourceRefusedException;

    /**
     * Gives what was seen since the last call to {@code sink}, without waiting for more.
     *
     * @return whether there may be more at once; if not, the next call is worth its while only after a moment
     */
    boolean poll(CloneSink sink);

    /**
     * Whether the last call found nothing at all, and there is room for what may come until a call that is a tenth of a
     * second late.
     */
    default boolean isQuiet() {
        return false;
    }

    /**
     * How many clone records the source knows it could not deliver: no room in a buffer, a line cut off, a call whose
     * end was never seen.
     */
    long lostRecords();

    /** What may be missing beside {@link #lostRecords} and can't be told from what others did; null if nothing. */
    default String doubt() {
        return null;
    }

    /** Why nothing more will come although nobody called {@link #stop}; null while all is well. */
    String lossReason();

    /**
     * This process begins to end: a {@link #start} that waits for somebody is to be refused soon, and what the last
     * clones are not read from may go. Called by any thread, at any time.
     */
    default void processEnds() {}

    /** Ends the observation and gives back what it holds; also after a start that was refused. */
    void stop();
}
