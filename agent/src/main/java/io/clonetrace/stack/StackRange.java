package io.clonetrace.stack;

/**
 * The addresses of one stack.
 *
 * @param low lowest address, of the guard if there is one
 * @param base highest address, exclusive
 * @param guardKnown false if the bytes below may or may not be the guard
 * @param marked bytes from {@code low} on that are guard whatever their mapping allows: it is a page-table marker
 */
record StackRange(long low, long base, boolean guardKnown, long marked) {

    /** The range of a thread whose stack was not mapped when the mappings were read. */
    static final StackRange NOWHERE = new StackRange(0, 0, true, 0);
}
