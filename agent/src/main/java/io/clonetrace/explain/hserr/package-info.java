/**
 * HotSpot's error files, hs_err_pidN.log, of JDK 8 to 25 (vmError.cpp, os_linux.cpp, thread.cpp, threads.cpp). Used by
 * {@code explain}; runs in a JVM of its own.
 */
package io.clonetrace.explain.hserr;
