package io.clonetrace.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.limit.ThreadLimit.Unit;
import io.clonetrace.stack.Machine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThreadRoomTest {
    private static final ThreadNeeds NEEDS = ThreadNeeds.ofStack(1 << 20);

    private static ThreadLimit limit(Unit unit, long used, long max) {
        return ThreadLimit.of(unit.toString(), unit, used, max, "/file");
    }

    private static ThreadRoom room(ThreadLimit... limits) {
        return new ThreadRoom(List.of(limits), NEEDS);
    }

    /** Tasks of others take no mapping of the process. */
    @ParameterizedTest
    @CsvSource({
        "5, 0, ",
        "0, 11, ",
        "5, 6, ",
        "5, 7, TASKS",
        "12, 0, MAPPINGS",
        "6, 1, MAPPINGS",
        "6, 9, TASKS",
        "0, 12, TASKS",
        "0, 0, ",
    })
    void whichLimitIsInTheWay(long inside, long beside, String missing) {
        ThreadRoom room = room(
                limit(Unit.TASKS, 89, 100),
                limit(Unit.MAPPINGS, 90, 100),
                limit(Unit.MEMORY, 100, 100),
                limit(Unit.TASKS, ThreadLimit.UNKNOWN, 100),
                limit(Unit.TASKS, 100, 100).notHolding());
        assertEquals(
                Optional.ofNullable(missing),
                room.missing(inside, beside).map(limit -> limit.unit().toString()));
    }

    @Test
    void memoryIsNoLimitOnThreads() {
        assertEquals(Optional.empty(), room(limit(Unit.MEMORY, 100, 100)).missing(1, 0));
        assertEquals(Optional.empty(), room().missing(1_000_000, 1_000_000));
    }

    @Test
    void whetherTheSizeOfAStackCounts() {
        assertFalse(room(limit(Unit.TASKS, 0, 100)).limitsAddressSpace());
        assertFalse(room(limit(Unit.ADDRESS_SPACE, 0, ThreadLimit.UNKNOWN)).limitsAddressSpace());
        ThreadRoom room = room(limit(Unit.ADDRESS_SPACE, 0, 128 << 20));
        assertTrue(room.limitsAddressSpace());
        assertEquals(Optional.empty(), room.missing(128, 0));
        assertEquals(
                Optional.of(Unit.ADDRESS_SPACE),
                room.with(ThreadNeeds.ofStack(64 << 20)).missing(3, 0).map(ThreadLimit::unit));
    }

    @Test
    void words() {
        ThreadLimit full = limit(Unit.TASKS, 100, 100);
        ThreadLimit one = limit(Unit.MAPPINGS, 97, 100);
        assertEquals(
                "TASKS has room for no more threads (100 of 100, /file)",
                room(full).words(full));
        assertEquals(
                "MAPPINGS has room for 1 more thread (97 of 100, /file)",
                room(one).words(one));
        assertEquals("raise it (sysctl TASKS)", full.advice());
    }

    /** 19 threads of a user who may have 23. */
    @Test
    void ofAProcess(@TempDir Path root) throws IOException {
        Path process = Path.of(
                new Machine(root).resources("23", "unlimited", "unlimited").path("proc/7"));
        ThreadRoom room = ThreadRoom.of(process, NEEDS);
        assertEquals(Optional.empty(), room.missing(1, 3));
        assertEquals("RLIMIT_NPROC", room.missing(5, 0).orElseThrow().name());
    }
}
