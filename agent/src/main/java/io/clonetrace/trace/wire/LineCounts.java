package io.clonetrace.trace.wire;

/**
 * How {@link StraceParser} classified its input. {@link #lost()} is the number that a source reports as lost.
 *
 * @param lines all lines, including a last one without a newline
 * @param clones calls that made a task; each went to the sink
 * @param failures calls that the kernel refused; each went to the sink
 * @param ignored lines that report neither a clone nor an exit: other system calls, signals, messages, junk; and calls
 *     that made nothing: restarted by the kernel ({@code ERESTARTNOINTR}), or replaced by strace's own
 *     {@code inject=...:retval=}
 * @param truncated calls whose line is cut off, longer than 64 KiB or unreadable, and an incomplete last line without a
 *     newline
 * @param unresumed calls whose result is not in the trace: begun ({@code <unfinished ...>}) and never resumed, or
 *     {@code = ?}
 * @param untold clones that the trace's writer reports as lost ({@code # lost: N})
 */
public record LineCounts(
        long lines, long clones, long failures, long ignored, long truncated, long unresumed, long untold) {

    /** How many clones may have happened without being passed to the sink; at most the largest long. */
    public long lost() {
        long seen = truncated + unresumed;
        return untold > Long.MAX_VALUE - seen ? Long.MAX_VALUE : seen + untold;
    }
}
