/**
 * Joins what the kernel's side saw, a clone call, with what the JVM's side saw, a started thread, and commits one
 * {@code Clone} event for each call. The joining is confined to the agent's thread; application threads only put
 * started threads into a bounded queue. A tid or a thread pointer is never a key alone, as both are reused.
 */
package io.clonetrace.correlate;
