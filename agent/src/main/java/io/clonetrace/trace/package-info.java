/**
 * What every source of clone flags has in common: the source interface and where its records go, pid namespaces, who
 * traces a process, and the child JVM that traces on behalf of this one. Sources run on the agent's thread, or in a
 * process of {@code clonetrace run}, {@code trace} or a tracer.
 */
package io.clonetrace.trace;
