/**
 * How commands print: standard output that reports a failed write, files that belong to their user alone, progress on a
 * terminal, and text of at most 80 columns.
 */
package io.clonetrace.cli.output;
