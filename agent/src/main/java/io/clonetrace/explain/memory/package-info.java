/**
 * Reads what is stated of a process's memory: the JVM's native memory summary, {@code System.map}, and the kernel's
 * maps and smaps. Used by {@code explain}; runs in a JVM of its own, on lines that are handed in, and touches no file.
 */
package io.clonetrace.explain.memory;
