/**
 * Chooses the source of clone flags, checks under a seccomp filter that starting it does not end the JVM, and passes
 * its records to the correlator. Runs on the session's thread. It knows every source by name; a new one is added here
 * and as a class below {@code trace}.
 */
package io.clonetrace.agent.source;
