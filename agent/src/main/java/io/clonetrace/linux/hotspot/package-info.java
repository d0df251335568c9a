/**
 * The native side of Java threads, read from HotSpot's own structures: the fields' places come from the table that
 * libjvm exports for its serviceability agent. Pointers are never followed, but read by {@code process_vm_readv(2)} on
 * this process, which answers {@code EFAULT} where following one would end the JVM. Runs on application threads and on
 * the agent's.
 */
package io.clonetrace.linux.hotspot;
