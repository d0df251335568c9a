/**
 * Tracers that are children of the observed JVM, for the JVM that may use no tracing of the kernel's own: a second JVM
 * that traces by ptrace(2), or strace(1). The sources here run on the agent's thread; each starts its child, watches it
 * and reads the lines that it writes.
 */
package io.clonetrace.trace.child;
