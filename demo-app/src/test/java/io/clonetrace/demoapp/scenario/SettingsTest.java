package io.clonetrace.demoapp.scenario;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

    @ParameterizedTest
    @CsvSource({"0, 1, 1, --threads", "1, 0, 1, --creators", "1, 1, -3, --processes", "3, 3, 1, --creators"})
    void namesTheImpossibleOption(int threads, int creators, int processes, String option) {
        var wrong = assertThrows(IllegalArgumentException.class, () -> new Settings(threads, creators, processes));
        assertEquals(option, wrong.getMessage().split(" ")[0]);
    }

    @Test
    void takesAtMostOneCreatorPerThread() {
        assertDoesNotThrow(() -> new Settings(4, 3, 1));
        assertThrows(IllegalArgumentException.class, () -> new Settings(Integer.MAX_VALUE, Integer.MAX_VALUE, 1));
    }
}
