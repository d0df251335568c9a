package io.clonetrace.agent.options;

import java.time.Duration;
import java.util.Optional;

/**
 * A time as options take it: a number and ms, s, m or h. Without a regular expression: an application's start waits.
 */
public final class TimeSpan {
    private static final int MOST_DIGITS = 9;

    private TimeSpan() {}

    /** The time that is written so; empty if the text has another form. */
    public static Optional<Duration> of(String text) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        if (digits == 0 || digits > MOST_DIGITS) {
            return Optional.empty();
        }
        long amount = Long.parseLong(text.substring(0, digits));
        return switch (text.substring(digits)) {
            case "ms" -> Optional.of(Duration.ofMillis(amount));
            case "s" -> Optional.of(Duration.ofSeconds(amount));
            case "m" -> Optional.of(Duration.ofMinutes(amount));
            case "h" -> Optional.of(Duration.ofHours(amount));
            default -> Optional.empty();
        };
    }
}
