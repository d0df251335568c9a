package io.clonetrace.trace.wire;

import io.clonetrace.clone.CloneCall;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.function.Supplier;

/**
 * Reads the clock at the start of a line (strace(1), {@code --absolute-timestamps}): seconds since the epoch
 * ({@code -ttt}), or a time of day in the local zone ({@code -t}, {@code -tt}), each with a fraction of 0 to 9 digits.
 * A time of day is taken as the moment nearest to the latest known one, at first the caller's reference: a trace may
 * cross midnight or the end of summer time, but after a pause of more than twelve hours (of more than half an hour in
 * the hour that occurs twice) the moment is a day (an hour) too early.
 */
final class ClockReader {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long LAST_EPOCH_SECOND = Long.MAX_VALUE / NANOS_PER_SECOND - 1;
    private static final int TIME_OF_DAY_LENGTH = "23:59:59".length();

    private final Supplier<ZonedDateTime> reference;
    private ZoneId zone;
    private long latestSecond;
    private int cachedSecondOfDay = -1;
    private long cachedEpochSecond;

    /**
     * @param reference requested at the first time of day, and never if there is none: asking Java for the local zone
     *     fixes it for the whole JVM and sets the system property {@code user.timezone}
     */
    ClockReader(Supplier<ZonedDateTime> reference) {
        this.reference = reference;
    }

    /**
     * Nanoseconds since the epoch for {@code 1763937000} or {@code 1763937000.123456}, or {@link CloneCall#UNKNOWN}.
     */
    long secondsSinceEpoch(String token) {
        int dot = token.indexOf('.');
        long seconds = Numbers.decimal(token, 0, dot < 0 ? token.length() : dot);
        long nanos = dot < 0 ? 0 : fraction(token, dot + 1);
        return seconds < 0 || seconds > LAST_EPOCH_SECOND || nanos < 0
                ? CloneCall.UNKNOWN
                : seconds * NANOS_PER_SECOND + nanos;
    }

    /** Nanoseconds since the epoch for {@code 23:59:59} or {@code 23:59:59.123456}, or {@link CloneCall#UNKNOWN}. */
    long timeOfDay(String token) {
        int second = secondOfDay(token);
        boolean whole = token.length() == TIME_OF_DAY_LENGTH;
        if (second < 0 || !whole && token.charAt(TIME_OF_DAY_LENGTH) != '.') {
            return CloneCall.UNKNOWN;
        }
        long nanos = whole ? 0 : fraction(token, TIME_OF_DAY_LENGTH + 1);
        return nanos < 0 ? CloneCall.UNKNOWN : epochSecond(second) * NANOS_PER_SECOND + nanos;
    }

    private static int secondOfDay(String token) {
        if (token.length() < TIME_OF_DAY_LENGTH || token.charAt(2) != ':' || token.charAt(5) != ':') {
            return -1;
        }
        long hour = Numbers.decimal(token, 0, 2);
        long minute = Numbers.decimal(token, 3, 5);
        long second = Numbers.decimal(token, 6, 8);
        boolean valid = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
        return valid ? (int) (hour * 3600 + minute * 60 + second) : -1;
    }

    private static long fraction(String token, int start) {
        int digits = token.length() - start;
        long value = digits > 9 ? -1 : Numbers.decimal(token, start, token.length());
        for (int i = digits; value > 0 && i < 9; i++) {
            value *= 10;
        }
        return value;
    }

    private long epochSecond(int secondOfDay) {
        if (zone == null) {
            ZonedDateTime first = reference.get();
            zone = first.getZone();
            latestSecond = first.toEpochSecond();
        }
        if (secondOfDay != cachedSecondOfDay) {
            cachedEpochSecond = nearest(LocalTime.ofSecondOfDay(secondOfDay));
            cachedSecondOfDay = secondOfDay;
            latestSecond = Math.max(latestSecond, cachedEpochSecond);
        }
        return cachedEpochSecond;
    }

    private long nearest(LocalTime time) {
        LocalDate today = LocalDate.ofInstant(Instant.ofEpochSecond(latestSecond), zone);
        long nearest = 0;
        long distance = Long.MAX_VALUE;
        for (int day = -1; day <= 1; day++) {
            LocalDateTime candidate = today.plusDays(day).atTime(time);
            for (ZoneOffset offset : offsets(candidate)) {
                long second = candidate.toEpochSecond(offset);
                if (Math.abs(second - latestSecond) <= distance) {
                    nearest = second;
                    distance = Math.abs(second - latestSecond);
                }
            }
        }
        return nearest;
    }

    /**
     * Two where the clock is set back and the hour occurs twice; one everywhere else, including the hour that is
     * skipped.
     */
    private List<ZoneOffset> offsets(LocalDateTime local) {
        List<ZoneOffset> valid = zone.getRules().getValidOffsets(local);
        return valid.isEmpty() ? List.of(zone.getRules().getOffset(local)) : valid;
    }
}
