/**
 * What a JVM, the C library's users and native libraries print on a console when a thread can't be made. Used by
 * {@code explain}; runs in a JVM of its own.
 */
package io.clonetrace.explain.console;
