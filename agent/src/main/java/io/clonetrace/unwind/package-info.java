/**
 * Native call chains: stacks that sources copied at a clone are unwound here by the call frame information of the
 * mapped files, on a thread of its own, never on a source's. Runs in the observed JVM, or in the process that traces
 * it.
 */
package io.clonetrace.unwind;
