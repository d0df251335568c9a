package io.clonetrace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.limit.ThreadLimit;
import io.clonetrace.limit.ThreadLimit.Unit;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimitHistoryTest {
    private static final long SECOND = 1_000_000_000;

    private final LimitHistory history = new LimitHistory(Path.of("/proc/self"), 1 << 20);

    private LiveLimit at(long seconds, long used) {
        return history.of(
                        seconds * SECOND,
                        7,
                        List.of(new ThreadLimit(
                                "pids.max", Unit.TASKS, used, 1_000, 0, "/sys/fs/cgroup/pids.max", null, true)))
                .get(0);
    }

    @Test
    void timeLeftFollowsTheGrowthSinceAMinute() {
        assertEquals(-1, at(1, 100).secondsLeft(), "no growth is known yet");
        assertEquals(-1, at(3, 120).secondsLeft(), "two seconds are no trend");
        assertEquals(80, at(11, 200).secondsLeft(), 1e-9, "100 in 10 s, 800 left");
        at(60, 200);
        assertEquals(-1, at(71, 200).secondsLeft(), "not growing for a minute");
    }

    @Test
    void limitOfTheMachineIsReachedByThisProcessAlone() {
        ThreadLimit others = new ThreadLimit(
                "kernel.pid_max", Unit.TASKS, 31_768, 32_768, 0, "/proc/sys/kernel/pid_max", null, true);
        history.of(SECOND, 100, List.of(others));
        assertEquals(
                500,
                history.of(11 * SECOND, 120, List.of(others)).get(0).secondsLeft(),
                1e-9,
                "2 a second, 1,000 left, whatever others do");
    }

    @Test
    void limitThatShrinksHasNoTimeLeft() {
        at(1, 500);
        assertEquals(-1, at(30, 100).secondsLeft());
    }

    @Test
    void limitWithoutANumberIsLeftOut() {
        assertEquals(
                List.of(),
                history.of(
                        SECOND,
                        7,
                        List.of(new ThreadLimit(
                                "RLIMIT_AS",
                                Unit.ADDRESS_SPACE,
                                5,
                                ThreadLimit.UNKNOWN,
                                0,
                                "/proc/1/limits",
                                null,
                                true))));
    }
}
