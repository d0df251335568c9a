/**
 * Tracers that are children of the observed JVM, for a JVM that may not use the kernel's tracing: a second JVM that
 * traces by ptrace(2), or strace(1). The sources here run on the agent's thread; each starts its child, watches it and
 * reads its lines.
 */
package io.clonetrace.trace.child;
