package io.clonetrace.trace.wire;

/**
 * What a {@link StraceParser} made of the lines it was fed. {@link #lost()} is what a source reports as lost.
 *
 * @param lines all lines, the last one without a newline included
 * @param clones calls that made a task; each went to the sink
 * @param failures calls that the kernel refused; each went to the sink
 * @param ignored lines that tell of no clone and of no exit: other system calls, signals, messages, junk; and calls
 *     that made nothing: restarted by the kernel ({@code ERESTARTNOINTR}), or replaced by strace's own
 *     {@code inject=...:retval=}
 * @param truncated calls whose line is cut off, longer than 64 KiB, or can't be read, and a last line without its
 *     newline that isn't whole
 * @param unresumed calls whose result the trace doesn't tell: begun ({@code <unfinished ...>}) and never resumed, or
 *     {@code = ?}
 * @param untold clones that the trace's writer says it could not tell of ({@code # lost: N})
 */
public record LineCounts(
        long lines, long clones, long failures, long ignored, long truncated, long unresumed, long untold) {

    /** How many clones may have happened that the sink wasn't told of; the largest long if they are more. */
    public long lost() {
        long seen = truncated + unresumed;
        return untold > Long.MAX_VALUE - seen ? Long.MAX_VALUE : seen + untold;
    }
}
