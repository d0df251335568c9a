package io.clonetrace.report.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CountTest {
    private static Optional<Count> count(long created, long alive, double minutes, int jvms) {
        return Optional.of(new Count(created, alive, false, minutes, jvms));
    }

    @ParameterizedTest
    @CsvSource({
        "10, 13, GREW",
        "10, 12, SAME",
        "13, 10, SHRANK",
        "12, 10, SAME",
        "0, 3, GREW",
        "100, 111, SAME",
        "100, 112, GREW",
        "-1, 100, SAME",
        "100, -1, SAME"
    })
    void livingThreadsDecide(long old, long now, Change change) {
        assertEquals(change, Count.change(count(10, old, 1, 1), count(10, now, 1, 1)));
    }

    @ParameterizedTest
    @CsvSource({
        "40, 1, 60, 1, GREW",
        "40, 1, 59, 1, SAME",
        "60, 1, 40, 1, SHRANK",
        // As many a minute in a recording of twice the length.
        "40, 1, 80, 2, SAME",
        "40, 1, 120, 2, GREW",
        "1, 1, 19, 1, SAME",
        "1, 1, 20, 1, GREW",
        "0, 1, 20, 1, GREW",
        "40, 0, 60, 1, SAME"
    })
    void createdAMinuteDecideWhereAsManyLive(long old, double oldMinutes, long now, double minutes, Change change) {
        assertEquals(change, Count.change(count(old, 7, oldMinutes, 1), count(now, 7, minutes, 1)));
    }

    @Test
    void fleetsOfDifferentSizeAreComparedByTheJvm() {
        assertEquals(Change.SAME, Count.change(count(30, 30, 3, 3), count(10, 10, 1, 1)));
        assertEquals(Change.GREW, Count.change(count(30, 30, 3, 3), count(30, 30, 1, 1)));
    }

    @Test
    void whatOneSideLacksAppearedOrIsGone() {
        assertEquals(Change.APPEARED, Count.change(Optional.empty(), count(1, 1, 1, 1)));
        assertEquals(Change.GONE, Count.change(count(1, 1, 1, 1), Optional.empty()));
    }
}
