package io.clonetrace.live;

/**
 * A live thread at one moment.
 *
 * @param tid the kernel's id, in this process's pid namespace
 * @param name Java's name where it is known, else the kernel's, of 15 bytes at most
 * @param started when the kernel started it, in nanoseconds since the epoch, to a clock tick of 10 ms
 * @param cpu processors that it used since the sample before, 1 for one whole; -1 if not known yet
 * @param touched bytes of its stack that are in memory; -1 if not measured
 * @param reserved bytes of address space of its stack; -1 if not measured
 * @param creation how it was created; null if no event says so
 */
public record LiveThread(
        int tid,
        String name,
        Provenance provenance,
        long started,
        double cpu,
        long touched,
        long reserved,
        Creation creation) {}
