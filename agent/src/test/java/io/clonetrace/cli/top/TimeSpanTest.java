package io.clonetrace.cli.top;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class TimeSpanTest {
    @Test
    void unitsAreThoseOfTheAgentsOptions() {
        assertEquals(Duration.ofMillis(500), new TimeSpan().convert("500ms"));
        assertEquals(Duration.ofSeconds(10), new TimeSpan().convert("10s"));
        assertEquals(Duration.ofMinutes(5), new TimeSpan().convert("5m"));
        assertEquals(Duration.ofHours(1), new TimeSpan().convert("1h"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "0s", "-1s", "1.5s", "99999999s", "5 s", "5d"})
    void otherTextIsRefused(String text) {
        assertThrows(TypeConversionException.class, () -> new TimeSpan().convert(text));
    }
}
