package io.clonetrace.cli.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class TimeOptionTest {
    @Test
    void unitsAreThoseOfTheAgentsOptions() {
        assertEquals(Duration.ofMillis(500), new TimeOption().convert("500ms"));
        assertEquals(Duration.ofSeconds(10), new TimeOption().convert("10s"));
        assertEquals(Duration.ofMinutes(5), new TimeOption().convert("5m"));
        assertEquals(Duration.ofHours(1), new TimeOption().convert("1h"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "0s", "-1s", "1.5s", "5 s", "5d"})
    void otherTextIsRefused(String text) {
        assertThrows(TypeConversionException.class, () -> new TimeOption().convert(text));
    }
}
