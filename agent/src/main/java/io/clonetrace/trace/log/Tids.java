package io.clonetrace.trace.log;

import io.clonetrace.clone.CloneCall;

/** Numbers that are tids. */
final class Tids {
    /** PID_MAX_LIMIT of 64-bit machines (include/linux/threads.h). */
    private static final long HIGHEST = 4 * 1024 * 1024;

    private Tids() {}

    /** The tid; {@link CloneCall#UNKNOWN} if the kernel could assign no such number. */
    static int of(long number) {
        return number > 0 && number <= HIGHEST ? (int) number : CloneCall.UNKNOWN;
    }

    /** The same in decimal digits, at most 18. */
    static int of(String digits) {
        return of(Long.parseLong(digits));
    }
}
