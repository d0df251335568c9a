package io.clonetrace.trace.wire;

import io.clonetrace.clone.CloneCall;

/**
 * The numbers that strace prints: decimal, {@code 0x} hexadecimal up to 64 bits, and {@code NULL}. No method throws.
 */
final class Numbers {
    private static final int LONGEST_DECIMAL = 18;

    private Numbers() {}

    /**
     * Reads the digits from {@code start} to {@code end}, at most 18; -1 if there are none, or if anything else is
     * there.
     */
    static long decimal(CharSequence text, int start, int end) {
        if (start >= end || end - start > LONGEST_DECIMAL) {
            return -1;
        }
        long value = 0;
        for (int i = start; i < end; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    /** Where the run of decimal digits that begins at {@code start} ends. */
    static int endOfDigits(CharSequence text, int start) {
        int i = start;
        while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
            i++;
        }
        return i;
    }

    /**
     * An argument's value ({@code NULL}, {@code 0x7f00}, {@code 12}), or {@link CloneCall#UNKNOWN} for anything else.
     */
    static long argument(String value) {
        if (value.equals("NULL")) {
            return 0;
        }
        try {
            return value.startsWith("0x")
                    ? Long.parseUnsignedLong(value, 2, value.length(), 16)
                    : Long.parseUnsignedLong(value);
        } catch (NumberFormatException e) {
            return CloneCall.UNKNOWN;
        }
    }
}
