/**
 * The one text format between a tracer and its reader: lines as {@code strace -f -ttt} prints them, and header lines
 * that begin with {@code #}. Parser, writer and headers are here. Every source in another process uses this format, and
 * a trace is readable by eye. The input is untrusted: reading it takes time in proportion to its length and a bounded
 * amount of memory.
 */
package io.clonetrace.trace.wire;
