/**
 * Readers of {@code /proc} that need no native code: a process's status, its start time, mounts, and what the calling
 * thread may do. Bytes that a process chose itself, such as its name, are untrusted.
 */
package io.clonetrace.linux.proc;
