package io.clonetrace.trace.log;

import java.util.Optional;
import java.util.Set;

/**
 * What was read of a log.
 *
 * @param lines all lines
 * @param kinds which programs wrote them
 * @param calls those that the sink received, without totals
 * @param withoutResult of these, those whose result the log does not show
 * @param unresumed calls that begin in the log and do not end in it
 * @param lost calls that the log's writer says it has lost
 * @param notRead lines that show such a call and could not be read
 * @param firstNotRead the first of them
 */
public record TraceLogCounts(
        long lines,
        Set<LogKind> kinds,
        long calls,
        long withoutResult,
        long unresumed,
        long lost,
        long notRead,
        Optional<UnreadLine> firstNotRead) {

    /**
     * A line that could not be read.
     *
     * @param number from 1
     * @param text its beginning; hostile input
     */
    public record UnreadLine(long number, String text) {}
}
