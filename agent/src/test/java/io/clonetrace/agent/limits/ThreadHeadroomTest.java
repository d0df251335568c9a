package io.clonetrace.agent.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.clonetrace.limit.ThreadLimit;
import io.clonetrace.limit.ThreadNeeds;
import io.clonetrace.limit.ThreadRoom;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThreadHeadroomTest {
    private static ThreadRoom room(long threads) {
        ThreadLimit limit =
                new ThreadLimit("pids.max", ThreadLimit.Unit.TASKS, 100 - threads, 100, 0, "/pids.max", null, true);
        return new ThreadRoom(List.of(limit), ThreadNeeds.ofStack(1 << 20));
    }

    /** 16 are left to the application. */
    @ParameterizedTest
    @CsvSource({"22, 6, 0", "35, 1, 18", "17, 0, 1", "16, 0, 0"})
    void shortageIsReportedFromOneMissingThread(long room, int inside, int beside) {
        assertNull(ThreadHeadroom.missing(room(room), "the agent", inside, beside));
        assertEquals(
                "pids.max has room for " + (room - 1) + " more threads (" + (101 - room) + " of 100, /pids.max), but"
                        + " the agent needs " + (inside + beside) + " and leaves 16 to the application; raise it"
                        + " (systemd: TasksMax, docker: --pids-limit, Kubernetes: podPidsLimit)",
                ThreadHeadroom.missing(room(room - 1), "the agent", inside, beside));
    }
}
