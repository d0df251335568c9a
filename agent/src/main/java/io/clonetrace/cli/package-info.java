/**
 * The command line: one class a command, parsed by picocli, and what {@code run} leaves when its command has ended.
 * Runs in a JVM of its own, never in the application's; its exit status is returned to {@code boot}, which ends the
 * process.
 */
package io.clonetrace.cli;
