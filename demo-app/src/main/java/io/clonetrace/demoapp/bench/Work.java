package io.clonetrace.demoapp.bench;

import java.io.IOException;

/** What a program does again and again, and whose time is measured. */
interface Work extends AutoCloseable {
    /** Does it once, which is {@link #operations} operations. */
    void once() throws Exception;

    /** What is too short for the clock is done so many times at once. */
    default int operations() {
        return 1;
    }

    /** So many threads do it at the same time. */
    default int clients() {
        return 1;
    }

    @Override
    default void close() throws IOException {}
}
