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

    /**
     * How many mappings there are, if those that were passed over on the way are nearly all; -1 if they aren't, or
     * weren't counted. The last call before {@link #close}.
     *
     * @throws LinuxException ESRCH when the process is gone
     */
    default long count() throws LinuxException {
        return -1;
    }

    @Override
    void close();
}
