package io.clonetrace.report.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.report.SyntheticEvent;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LivenessTest {
    private static final int THREADS = 31;
    private static final int BETWEEN = 100;

    private final JvmBuilder builder = new JvmBuilder();

    private void look(long at, int from, int until) {
        for (int thread = from; thread < until; thread++) {
            builder.add(SyntheticEvent.at(at + BETWEEN * thread, "clonetrace.ThreadStack")
                    .with("threadId", 100 + thread)
                    .with("tid", 1_000 + thread)
                    .with("name", "t")
                    .with("kind", "java")
                    .with("moment", "periodic")
                    .with("base", (1L + thread) << 20));
        }
    }

    private void seen(long look, long at, int thread) {
        builder.add(SyntheticEvent.at(at, "clonetrace.ThreadStack")
                .with("threadId", 100 + thread)
                .with("tid", 1_000 + thread)
                .with("kind", "java")
                .with("moment", "periodic")
                .with("base", (1L + thread) << 20)
                .with("snapshot", SyntheticEvent.ORIGIN + look * 1_000_000));
    }

    private Map<Liveness, Long> lives() {
        return builder.build().threads().stream()
                .collect(Collectors.groupingBy(ThreadRow::life, Collectors.counting()));
    }

    @Test
    void threadsOfALookThatTakesSecondsLive() {
        look(0, 0, THREADS);
        look(10_000, 0, THREADS);
        assertEquals(Map.of(Liveness.ALIVE, (long) THREADS), lives());
    }

    /** The second look is interrupted for longer than the time between the two. */
    @Test
    void threadsOfALookWithAPauseLive() {
        for (int thread = 0; thread < THREADS; thread++) {
            seen(20, 20 + thread, thread);
            seen(200, 200 + (thread < 7 ? thread : 900 + thread), thread);
        }
        builder.enabled("jdk.ThreadEnd");
        assertEquals(Map.of(Liveness.ALIVE, (long) THREADS), lives());
    }

    @Test
    void threadsThatAreOnlyInTheLookBeforeHaveEnded() {
        look(0, 0, THREADS);
        look(10_000, 7, THREADS);
        assertEquals(Map.of(Liveness.ALIVE, THREADS - 7L, Liveness.ENDED, 7L), lives());
    }

    @Test
    void threadsOfTheOnlyLookLive() {
        look(0, 0, THREADS);
        assertEquals(Map.of(Liveness.ALIVE, (long) THREADS), lives());
    }
}
