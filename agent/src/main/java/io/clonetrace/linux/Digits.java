package io.clonetrace.linux;

/**
 * Decimal numbers in the kernel's texts. Without regular expressions: an application's start waits for some of them.
 */
public final class Digits {
    private Digits() {}

    /** Whether the text is a number of at most so many digits, without a sign. */
    public static boolean are(String text, int most) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= most;
    }
}
