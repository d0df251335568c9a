/**
 * Reads thread dumps: what jstack, jcmd, SIGQUIT and {@code java.lang.management} print, as text or as JSON. Used by
 * {@code explain}; runs in a JVM of its own, on lines that are handed in, and touches no file.
 */
package io.clonetrace.explain.dump;
