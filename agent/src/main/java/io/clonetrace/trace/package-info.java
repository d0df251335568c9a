/**
 * What every source of clone flags has in common: the source interface and where its records go, pid namespaces, and
 * which process traces another one. Sources run on the agent's thread, or in a process of {@code clonetrace run},
 * {@code trace} or a tracer.
 */
package io.clonetrace.trace;
