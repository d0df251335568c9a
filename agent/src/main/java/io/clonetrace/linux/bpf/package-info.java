/**
 * {@code bpf(2)} and {@code perf_event_open(2)}: maps, programs and the ring buffer, all of them file descriptors that
 * the kernel frees when this process ends.
 */
package io.clonetrace.linux.bpf;
