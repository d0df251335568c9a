/**
 * Chooses the source of clone flags, checks under a seccomp filter that starting it does not end the JVM, and passes
 * its records to the correlator. Runs on the session's thread. It makes the source for each {@code SourceKind}.
 */
package io.clonetrace.agent.source;
