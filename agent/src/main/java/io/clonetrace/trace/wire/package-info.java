/**
 * The one text format between a tracer and its reader: lines as {@code strace -f -ttt} prints them, and header lines
 * that begin with {@code #}. Parser, writer and headers are here, so every source that is not in the same process
 * speaks it, and a trace can be read by eye. The input is untrusted: it costs time in proportion to its length and a
 * bounded amount of memory.
 */
package io.clonetrace.trace.wire;
