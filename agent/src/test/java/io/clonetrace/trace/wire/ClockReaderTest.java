package io.clonetrace.trace.wire;

import static io.clonetrace.clone.CloneCall.UNKNOWN;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClockReaderTest {
    private static void assertTimes(String reference, String... timesAndInstants) {
        ClockReader clock = new ClockReader(() -> ZonedDateTime.parse(reference));
        for (int i = 0; i < timesAndInstants.length; i += 2) {
            Instant expected = Instant.parse(timesAndInstants[i + 1]);
            assertEquals(expected, Instant.ofEpochSecond(0, clock.timeOfDay(timesAndInstants[i])), timesAndInstants[i]);
        }
    }

    @Test
    void dayIsTheOneNearestToTheReference() {
        assertTimes("2026-11-23T00:00:10Z[UTC]", "23:59:58", "2026-11-22T23:59:58Z");
        assertTimes("2026-11-23T23:59:50Z[UTC]", "00:00:02.5", "2026-11-24T00:00:02.500Z");
        assertTimes("2026-11-23T12:00:00Z[UTC]", "12:00:00.000001", "2026-11-23T12:00:00.000001Z");
    }

    @Test
    void timesOfDayContinueOverSeveralDays() {
        assertTimes(
                "2026-12-31T20:00:00+01:00[Europe/Berlin]",
                "21:00:00",
                "2026-12-31T20:00:00Z",
                "06:00:00",
                "2027-01-01T05:00:00Z",
                "17:59:59",
                "2027-01-01T16:59:59Z",
                "04:00:00",
                "2027-01-02T03:00:00Z",
                "03:59:59",
                "2027-01-02T02:59:59Z");
    }

    @Test
    void repeatedHourIsReadInOrder() {
        assertTimes(
                "2026-10-25T01:59:00+02:00[Europe/Berlin]",
                "02:10:00",
                "2026-10-25T00:10:00Z",
                "02:59:59",
                "2026-10-25T00:59:59Z",
                "02:00:00",
                "2026-10-25T01:00:00Z",
                "02:30:00",
                "2026-10-25T01:30:00Z",
                "02:59:59",
                "2026-10-25T01:59:59Z",
                "03:00:00",
                "2026-10-25T02:00:00Z");
        assertTimes("2026-10-25T03:01:00+01:00[Europe/Berlin]", "02:59:00", "2026-10-25T01:59:00Z");
    }

    @Test
    void skippedHourIsRead() {
        assertTimes(
                "2026-03-29T01:59:50+01:00[Europe/Berlin]",
                "01:59:59.999999999",
                "2026-03-29T00:59:59.999999999Z",
                "03:00:00",
                "2026-03-29T01:00:00Z");
    }

    @ParameterizedTest
    @CsvSource({
        "1795474349, 1795474349000000000",
        "1795474349.1, 1795474349100000000",
        "1795474349.000001, 1795474349000001000",
        "1795474349.627554117, 1795474349627554117",
        "9223372035.999999999, 9223372035999999999"
    })
    void secondsSinceTheEpochAreRead(String text, long nanos) {
        assertEquals(nanos, clock().secondsSinceEpoch(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9223372036",
                "99999999999999999999",
                "1795474349.",
                "1795474349.1234567890",
                "1795474349.x",
                ".5",
                ""
            })
    void invalidTimeIsUnknown(String text) {
        assertEquals(UNKNOWN, clock().secondsSinceEpoch(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "24:00:00",
                "12:60:00",
                "12:00:61",
                "12:00",
                "1:00:00",
                "12:00:00.",
                "12:00:00:1",
                "12:00:00x",
                "ab:cd:ef"
            })
    void invalidTimeOfDayIsUnknown(String text) {
        assertEquals(UNKNOWN, clock().timeOfDay(text));
    }

    private static ClockReader clock() {
        return new ClockReader(() -> Told.REFERENCE);
    }
}
