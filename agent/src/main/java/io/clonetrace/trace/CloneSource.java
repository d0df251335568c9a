package io.clonetrace.trace;

/** Sees clone calls in the kernel. One thread starts, polls and stops it; application threads call nothing here. */
public interface CloneSource {
    /** Which source this is. */
    SourceKind kind();

    /**
     * Starts observing.
     *
     * @throws SourceRefusedException if it can't observe, saying why and what to do
     */
    void start() throws SourceRefusedException;

    /**
     * Passes what was seen since the last call to {@code sink}, without waiting for more.
     *
     * @return whether there may be more already; if not, the next call should come only after a pause
     */
    boolean poll(CloneSink sink);

    /**
     * Whether the last poll found nothing at all, and the buffers can hold what arrives if the next poll is a tenth of
     * a second late.
     */
    default boolean isQuiet() {
        return false;
    }

    /**
     * Whether it has an {@link #alarm}: then a poll may come a tenth of a second after one that found records, and a
     * second after one that found none.
     */
    default boolean rings() {
        return false;
    }

    /**
     * A descriptor that becomes readable when the next {@link #poll} should not be put off: after one that found
     * nothing, as soon as there is a record; otherwise once the buffer fills, or the kernel has refused a call. -1 if
     * there is none, or none is needed before the next poll; to be asked for after each.
     */
    default int alarm() {
        return -1;
    }

    /**
     * A descriptor that becomes readable when a native stack was captured, and stays so until the next {@link #poll};
     * -1 if there is none. Valid until {@link #stop}.
     */
    default int descriptor() {
        return -1;
    }

    /**
     * How many clone records the source knows it could not deliver: a full buffer, a cut-off line, a call whose end was
     * never seen.
     */
    long lostRecords();

    /**
     * How many creators' native stacks were to be captured, but did not fit into the buffer. Their clones were
     * delivered, with an origin that says so; {@link #lostRecords} does not count them.
     */
    default long lostStacks() {
        return 0;
    }

    /**
     * Why the source observes without native stacks although they were wanted; null while it captures them, or if they
     * were not wanted.
     */
    default String captureRefusal() {
        return null;
    }

    /**
     * What may be missing beyond {@link #lostRecords}, where the kernel does not say whose clones were missed; null if
     * nothing.
     */
    default String doubt() {
        return null;
    }

    /**
     * Why calls that the kernel refuses are not seen here, although such a source
     * {@linkplain SourceKind#seesRefusedCalls sees them} elsewhere, in a sentence; null if they are.
     */
    default String unseenRefusals() {
        return null;
    }

    /** Why no more records will arrive although {@link #stop} was not called; null while all is well. */
    String lossReason();

    /**
     * A number that changes while what writes this source's records makes progress: a record that does not come is
     * waited for meanwhile. Constant where the kernel writes them, which it does at once. Any thread may ask.
     */
    default long progress() {
        return 0;
    }

    /**
     * This process begins to end: a {@link #start} that waits for another process is to be refused soon, and the source
     * may release what it does not need to read the last clones. Called by any thread, at any time.
     */
    default void processEnds() {}

    /** Stops observing and releases all resources; also called after a refused start. */
    void stop();

    /**
     * As {@link #stop}, but this process ends: what the kernel releases by itself, then or a moment later, is not
     * waited for.
     */
    default void stopAtProcessEnd() {
        stop();
    }
}
