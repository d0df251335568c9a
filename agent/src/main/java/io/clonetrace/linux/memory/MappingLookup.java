package io.clonetrace.linux.memory;

import io.clonetrace.linux.LinuxException;

/** The mapping of an address, looked up in one of two ways; the answer is kept until the next. For one thread. */
public interface MappingLookup extends AutoCloseable {
    /**
     * Finds the mapping that contains this address, or the next above it.
     *
     * @return false if there is none
     * @throws LinuxException ESRCH when the process is gone
     */
    boolean ask(long address) throws LinuxException;

    /** The mapping's lowest address. */
    long start();

    /** Its highest address, exclusive. */
    long end();

    /** Whether it may be read, written or executed. */
    boolean accessible();

    /** Whether a file is behind it. */
    boolean file();

    @Override
    void close();
}
