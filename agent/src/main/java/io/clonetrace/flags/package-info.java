/**
 * What {@code clonetrace flags} does: reads clone flags in the forms in which they are pasted, and tells what they
 * mean, which known caller passes them, and what the kernel answers. Called by the command; runs in a JVM of its own.
 * Reads no file.
 */
package io.clonetrace.flags;
