/**
 * What a text says of threads and their limits, as records that name the lines they come from, and the interface of the
 * readers that find them. Used by {@code explain} and by each reader; runs in a JVM of its own, touches no file.
 */
package io.clonetrace.explain.evidence;
