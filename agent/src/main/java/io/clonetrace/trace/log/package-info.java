/**
 * Logs of clone, clone3, fork and vfork as people save and post them: strace's in any shape, and those of other
 * programs that observe the same calls. For commands that read files; a live trace is read by {@code trace.wire} alone,
 * which is exact and which reads the calls here too, once their text has been put in order.
 */
package io.clonetrace.trace.log;
