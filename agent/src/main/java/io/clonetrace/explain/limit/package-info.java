/**
 * Reads limits on threads and their use as people paste them: what shells, {@code /proc}, cgroups, sysctl, systemd and
 * the kernel's log say. Used by {@code explain}; runs in a JVM of its own, on lines that are handed in, and touches no
 * file.
 */
package io.clonetrace.explain.limit;
