package io.clonetrace.trace.log;

import io.clonetrace.clone.CloneArgument;
import io.clonetrace.clone.CloneCall;

/** clone's flags argument as programs other than strace print it. */
record FlagsText(long flags, int exitSignal) {
    static final FlagsText UNKNOWN = new FlagsText(CloneCall.UNKNOWN, CloneCall.UNKNOWN);
    private static final long CLONE_NEWTIME = 0x80;
    private static final long SIGNAL = 0xff;

    /** Names with or without {@code CLONE_} and numbers, {@code VM|FS|0x11}; unknown if any part of it is. */
    static FlagsText of(String text) {
        try {
            CloneArgument argument = CloneArgument.parse(text.strip());
            return new FlagsText(argument.flags().bits(), argument.exitSignal());
        } catch (IllegalArgumentException unreadable) {
            return UNKNOWN;
        }
    }

    /** The argument in hexadecimal, with or without {@code 0x}. */
    static FlagsText hexadecimal(String digits) {
        try {
            long value = Long.parseUnsignedLong(digits.startsWith("0x") ? digits.substring(2) : digits, 16);
            CloneArgument argument = CloneArgument.of(value);
            return new FlagsText(argument.flags().bits(), argument.exitSignal());
        } catch (NumberFormatException unreadable) {
            return UNKNOWN;
        }
    }

    /**
     * The same of task:task_newtask: up to Linux 5.4 with the exit signal in the low byte, later without, where the
     * byte may hold CLONE_NEWTIME.
     */
    static FlagsText ofNewTask(String digits) {
        try {
            long value = Long.parseUnsignedLong(digits, 16);
            boolean signal = (value & SIGNAL) != 0 && (value & CLONE_NEWTIME) == 0;
            return signal
                    ? new FlagsText(value & ~SIGNAL, (int) (value & SIGNAL))
                    : new FlagsText(value, CloneCall.UNKNOWN);
        } catch (NumberFormatException unreadable) {
            return UNKNOWN;
        }
    }
}
