package io.clonetrace.stack;

/**
 * The addresses of one stack.
 *
 * @param low lowest address, of the guard if there is one
 * @param base highest address, exclusive
 * @param guardKnown false if the bytes below may or may not be the guard
 */
record StackRange(long low, long base, boolean guardKnown) {

    /** The range of a thread whose stack was not mapped when the mappings were read. */
    static final StackRange NOWHERE = new StackRange(0, 0, true);
}
