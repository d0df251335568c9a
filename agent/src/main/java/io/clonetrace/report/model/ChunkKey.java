package io.clonetrace.report.model;

/**
 * What a chunk of a recording has in common with no other chunk, in whatever file a copy of it lies, whole or in part.
 *
 * @param startNanos when it began, in nanoseconds since the epoch
 * @param startTicks the same by the JVM's clock
 */
public record ChunkKey(long startNanos, long startTicks) {}
