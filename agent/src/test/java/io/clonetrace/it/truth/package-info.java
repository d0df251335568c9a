/**
 * The truths that recordings are compared with: strace's lines, the kernel's own trace, HotSpot's log, {@code /proc}
 * read from outside, the native programs' own output. Nothing here may use the product's code for reading.
 */
package io.clonetrace.it.truth;
