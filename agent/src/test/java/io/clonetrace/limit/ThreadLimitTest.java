package io.clonetrace.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.limit.ThreadLimit.Unit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThreadLimitTest {
    private static final long UNKNOWN = ThreadLimit.UNKNOWN;
    private static final ThreadNeeds NEEDS = ThreadNeeds.ofStack(1 << 20);

    private static ThreadLimit limit(Unit unit, long used, long max) {
        return ThreadLimit.of(unit + " " + used, unit, used, max, "/file");
    }

    /** By hand: what one thread takes goes so often into what is left. */
    @ParameterizedTest
    @CsvSource({
        "TASKS, 90, 100, 0, 10",
        "TASKS, 100, 100, 0, 0",
        "TASKS, 103, 100, 0, 0",
        "TASKS, 32460, 32768, 300, 8",
        "TASKS, 32470, 32768, 300, 0",
        "MAPPINGS, 65527, 65530, 0, 1",
        "MAPPINGS, 65529, 65530, 0, 0",
        "ADDRESS_SPACE, 1048577, 3145728, 0, 1",
        "ADDRESS_SPACE, 2097153, 3145728, 0, 0",
        "MEMORY, 3145728, 3145728, -32768, 2",
        "MEMORY, 3145728, 3145728, -16383, 0",
        "TASKS, 9223372036854775806, 9223372036854775807, 0, 1",
        "TASKS, 0, 0, 0, 0",
    })
    void room(Unit unit, long used, long max, long reserve, long room) {
        ThreadLimit limit = limit(unit, used, max).withReserve(reserve);
        assertEquals(room, limit.room(NEEDS));
        assertEquals(room == 0, limit.isReached(NEEDS));
        assertTrue(limit.isLimited());
    }

    @Test
    void whatIsNotKnownIsNoRoomAndNoLimit() {
        assertEquals(UNKNOWN, limit(Unit.TASKS, UNKNOWN, UNKNOWN).room(NEEDS));
        assertEquals(UNKNOWN, limit(Unit.TASKS, UNKNOWN, 100).room(NEEDS));
        assertFalse(limit(Unit.TASKS, UNKNOWN, 100).isReached(NEEDS));
        assertEquals(ThreadLimit.UNLIMITED, limit(Unit.TASKS, 9, UNKNOWN).room(NEEDS));
        assertEquals(
                ThreadLimit.UNLIMITED, limit(Unit.TASKS, 100, 100).notHolding().room(NEEDS));
        assertFalse(limit(Unit.TASKS, 100, 100).notHolding().isLimited());
    }

    @Test
    void nearestFirst() {
        ThreadLimit far = limit(Unit.TASKS, 10, 100);
        ThreadLimit near = limit(Unit.MAPPINGS, 60, 100);
        ThreadLimit reached = limit(Unit.ADDRESS_SPACE, 1, 2);
        ThreadLimit tasksReached = limit(Unit.TASKS, 7, 7);
        ThreadLimit unlimited = limit(Unit.TASKS, 10, UNKNOWN);
        ThreadLimit unread = limit(Unit.TASKS, UNKNOWN, 100);
        ThreadLimit exempt = limit(Unit.TASKS, 100, 100).notHolding();
        List<ThreadLimit> sorted = Stream.of(unlimited, far, exempt, reached, near, unread, tasksReached)
                .sorted(ThreadLimit.nearestFirst(NEEDS))
                .toList();
        assertEquals(List.of(tasksReached, reached, near, far), sorted.subList(0, 4));
        assertEquals(Optional.of(near), ThreadLimits.nearest(List.of(unread, far, exempt, near, unlimited), NEEDS));
        assertEquals(Optional.empty(), ThreadLimits.nearest(List.of(unread, exempt, unlimited), NEEDS));
    }
}
