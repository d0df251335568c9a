package io.clonetrace.trace.wire;

import io.clonetrace.clone.CloneCall;

/**
 * The part of a line before the call; strace's own source calls it the leader. In this order, each part only if an
 * option requests it: the tid ({@code 123 } in a file of {@code -f}, {@code [pid 123] } on stderr, {@code 123<java> }
 * with {@code -Y}), the clock ({@code -t}, {@code -tt}, {@code -ttt}), the time since the last line ({@code -r}), the
 * call's number ({@code -n}) and the program counter ({@code -i}), both in brackets.
 *
 * @param tid the task, {@link CloneCall#UNKNOWN} if the line names none
 * @param observedAt nanoseconds since the epoch, {@link CloneCall#UNKNOWN} if the line has no clock
 * @param end where the call begins in the line
 */
record LineLeader(int tid, long observedAt, int end) {
    /** The kernel's PID_MAX_LIMIT on 64-bit machines (include/linux/threads.h): no tid is higher. */
    private static final int HIGHEST_TID = 4 * 1024 * 1024;

    /**
     * Less is the time since the last line ({@code -r}), more the time since the epoch: the limit is the year 1973, or
     * a pause of three years.
     */
    private static final long FIRST_EPOCH_SECOND = 100_000_000L;

    private static final String PID = "[pid ";

    static LineLeader of(String line, ClockReader clock) {
        int tid = CloneCall.UNKNOWN;
        long observedAt = CloneCall.UNKNOWN;
        int at = line.startsWith(PID) ? skipSpaces(line, PID.length()) : 0;
        boolean inBrackets = at > 0;
        if (Numbers.endOfDigits(line, at) > at) {
            int digits = Numbers.endOfDigits(line, at);
            int end = endOfName(line, digits);
            long number = Numbers.decimal(line, at, digits);
            boolean ended = end < line.length() && line.charAt(end) == (inBrackets ? ']' : ' ');
            if (ended && isTid(number)) {
                tid = (int) number;
                at = end + 1;
            }
        }
        if (inBrackets && tid == CloneCall.UNKNOWN) {
            return new LineLeader(tid, observedAt, 0);
        }
        at = skipSpaces(line, at);
        int end = endOfClock(line, at);
        if (end > at) {
            observedAt = observedAt(line.substring(at, end), clock);
            at = skipSpaces(line, end);
        }
        return new LineLeader(tid, observedAt, skipParenthesesAndBrackets(line, at));
    }

    /** Whether the kernel could assign this number to a task. */
    static boolean isTid(long number) {
        return number > 0 && number <= HIGHEST_TID;
    }

    private static long observedAt(String token, ClockReader clock) {
        if (token.indexOf(':') >= 0) {
            return clock.timeOfDay(token);
        }
        int dot = token.indexOf('.');
        long seconds = Numbers.decimal(token, 0, dot < 0 ? token.length() : dot);
        return seconds < FIRST_EPOCH_SECOND ? CloneCall.UNKNOWN : clock.secondsSinceEpoch(token);
    }

    /**
     * Skips {@code (+ 0.000123) } of {@code -r} beside a clock, {@code [ 435] } of {@code -n},
     * {@code [00007f6c2a0e2d9a] } of {@code -i}.
     */
    private static int skipParenthesesAndBrackets(String line, int start) {
        int at = start;
        while (at < line.length()) {
            int end;
            if (line.startsWith("(+", at)) {
                end = line.indexOf(") ", at);
            } else if (line.charAt(at) == '[') {
                end = endOfBrackets(line, at);
            } else {
                break;
            }
            if (end < 0) {
                break;
            }
            at = skipSpaces(line, end + 1);
        }
        return at;
    }

    /**
     * Accepts only strace's own brackets: around a hexadecimal or decimal number, or question marks for an unknown one.
     */
    private static int endOfBrackets(String line, int start) {
        int end = line.indexOf("] ", start);
        for (int i = start + 1; i < end; i++) {
            char c = line.charAt(i);
            if (c != ' ' && c != '?' && Character.digit(c, 16) < 0) {
                return -1;
            }
        }
        return end;
    }

    /** Skips {@code <java>} after a tid; strace escapes any {@code <} and {@code >} of the name itself. */
    static int endOfName(String line, int start) {
        if (start >= line.length() || line.charAt(start) != '<') {
            return start;
        }
        int end = line.indexOf('>', start);
        return end < 0 ? start : end + 1;
    }

    private static int endOfClock(String line, int start) {
        int at = start;
        while (at < line.length() && (isDigit(line.charAt(at)) || at > start && isClockMark(line.charAt(at)))) {
            at++;
        }
        return at < line.length() && line.charAt(at) == ' ' ? at : start;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isClockMark(char c) {
        return c == ':' || c == '.';
    }

    private static int skipSpaces(String line, int start) {
        int at = start;
        while (at < line.length() && line.charAt(at) == ' ') {
            at++;
        }
        return at;
    }
}
