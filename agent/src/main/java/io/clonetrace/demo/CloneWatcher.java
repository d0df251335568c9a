package io.clonetrace.demo;

import io.clonetrace.clone.CloneCall;
import java.util.Optional;

/**
 * What the source that is on sees in the kernel while the demo runs. Called by the demo's thread, which must not be the
 * one that polls the source.
 */
public interface CloneWatcher {
    /** Any task of this process. */
    int ANY_PARENT = -1;

    /** The source's name, as events carry it; empty if none observes. */
    Optional<String> source();

    /**
     * Keeps the calls seen until the watch is closed: a call that was seen earlier is another task's with the same tid.
     *
     * @param parentTid tid of the demo's thread
     * @param bare whether the demo's native code makes the next task of that thread, so that its clone is of the kind
     *     {@code demo}
     */
    Watch watch(int parentTid, boolean bare);

    /** A look at the source for the time of one clone. */
    interface Watch extends AutoCloseable {
        /**
         * Waits, but not for ever, for the source's record of one clone.
         *
         * @param parentTid tid of the caller, or {@link #ANY_PARENT}
         * @param childTid tid that the call returned
         * @return empty if the source did not see it, or none is on
         */
        Optional<CloneCall> await(int parentTid, int childTid) throws InterruptedException;

        @Override
        void close();
    }
}
