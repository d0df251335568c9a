package io.clonetrace.stack;

/** The mappings of a process, read in one of two ways. */
interface AddressSpace {

    /** The mapping that contains {@code address}, or null. */
    default Mapping at(long address) {
        Mapping found = atOrAbove(address);
        return found != null && found.holds(address) ? found : null;
    }

    /** The mapping that contains {@code address}, or the next above it; null if there is none. */
    Mapping atOrAbove(long address);

    /** The system's page size in bytes, or {@link StackMeasure#UNKNOWN}. */
    long pageSize();
}
