/**
 * {@code clonetrace explain}: recognises what people have in hand after a thread could not be made, and tells what it
 * says. Used by {@code cli}; runs in a JVM of its own, reads the given inputs and nothing of this machine.
 */
package io.clonetrace.explain;
