package io.clonetrace.stack;

/** The mappings of a process, in whatever way the kernel tells of them. */
interface AddressSpace {

    /** The mapping that holds {@code address}, or null. */
    default Mapping at(long address) {
        Mapping found = atOrAbove(address);
        return found != null && found.holds(address) ? found : null;
    }

    /** The mapping that holds {@code address}, or the next above it; null if there is none. */
    Mapping atOrAbove(long address);

    /** The system's page size in bytes, or {@link StackMeasure#UNKNOWN}. */
    long pageSize();
}
