/**
 * Logs of system calls, by the one reader of such logs, {@code trace.log}. Used by {@code explain}; runs in a JVM of
 * its own.
 */
package io.clonetrace.explain.calllog;
