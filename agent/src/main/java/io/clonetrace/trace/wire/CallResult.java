package io.clonetrace.trace.wire;

import io.clonetrace.clone.CloneCall;

/**
 * What stands behind a call's arguments: {@code = 123}, {@code = 123<java>}, {@code = 2 /* 123 in strace's PID NS
 * *}{@code /}, {@code = -1 EAGAIN (Resource temporarily unavailable)}, {@code = ? ERESTARTNOINTR (To be restarted)} or
 * {@code = ?}.
 *
 * @param childTid the new task, in the caller's own pid namespace; {@link CloneCall#UNKNOWN} unless CLONED
 * @param error the errno's name, null unless FAILED
 * @param delimited whether something stands behind the number or name, so that a line cut off here can't have cut it
 *     short
 */
record CallResult(Outcome outcome, int childTid, String error, boolean delimited) {

    enum Outcome {
        CLONED,
        FAILED,
        /** The kernel runs the call again after a signal; only then will it make a task or fail. */
        RESTARTED,
        /**
         * The result is strace's own ({@code inject=...:retval=}), or 0, which only a child sees: no task was made
         * here.
         */
        NOTHING_MADE,
        /** The caller was killed within the call, or strace left it. */
        NEVER_RETURNED,
        UNREADABLE
    }

    private static final String INJECTED = " (INJECTED)";

    /** Reads the result that begins at {@code start}, just behind the closing parenthesis. */
    static CallResult read(String text, int start) {
        int at = text.indexOf('=', start);
        if (at < 0 || !text.substring(start, at).isBlank() || !text.startsWith("= ", at)) {
            return of(Outcome.UNREADABLE);
        }
        at += 2;
        if (text.startsWith("?", at)) {
            return of(text.startsWith("? ERESTART", at) ? Outcome.RESTARTED : Outcome.NEVER_RETURNED);
        }
        return text.startsWith("-1 ", at) ? failed(text, at + 3) : cloned(text, at);
    }

    private static CallResult failed(String text, int start) {
        int end = start;
        while (end < text.length() && isErrnoName(text.charAt(end))) {
            end++;
        }
        return end == start
                ? of(Outcome.UNREADABLE)
                : new CallResult(Outcome.FAILED, CloneCall.UNKNOWN, text.substring(start, end), end < text.length());
    }

    private static CallResult cloned(String text, int start) {
        int end = Numbers.endOfDigits(text, start);
        long tid = Numbers.decimal(text, start, end);
        if (tid == 0 || text.startsWith(INJECTED, LineLeader.endOfName(text, end))) {
            return of(Outcome.NOTHING_MADE);
        }
        return LineLeader.isTid(tid)
                ? new CallResult(Outcome.CLONED, (int) tid, null, end < text.length())
                : of(Outcome.UNREADABLE);
    }

    private static boolean isErrnoName(char c) {
        return c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
    }

    private static CallResult of(Outcome outcome) {
        return new CallResult(outcome, CloneCall.UNKNOWN, null, true);
    }
}
