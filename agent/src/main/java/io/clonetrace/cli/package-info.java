/**
 * The command line: one class a command, parsed by picocli, and what {@code run} leaves when its command has ended.
 * Runs in a JVM of its own, never in the application's; the only package that may end the process, and only
 * {@code boot} does it.
 */
package io.clonetrace.cli;
