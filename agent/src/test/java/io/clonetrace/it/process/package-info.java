/**
 * Processes of the integration tests: the JVMs, commands, users, cgroups and mounts they start, with deadlines and with
 * their output kept below {@code target/}.
 */
package io.clonetrace.it.process;
