package io.clonetrace.report.model;

import static io.clonetrace.report.SyntheticEvent.ended;
import static io.clonetrace.report.SyntheticEvent.started;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.report.SyntheticEvent;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Starts and ends of threads that have one Java id one after another, in whatever order they are read. */
class ReusedIdsTest {
    private static final long ID = 14;

    /** Start, end and liveness of each, in milliseconds. */
    private static List<String> lives(SyntheticEvent... events) {
        JvmBuilder jvm = new JvmBuilder();
        for (SyntheticEvent event : events) {
            jvm.add(event);
        }
        return jvm.build().threads().stream()
                .filter(row -> row.javaId() == ID)
                .sorted(Comparator.comparingLong(ThreadRow::started))
                .map(row -> millis(row.started()) + " " + millis(row.ended()) + " " + row.life())
                .toList();
    }

    private static long millis(long time) {
        return time < 0 ? time : (time - SyntheticEvent.ORIGIN) / 1_000_000;
    }

    private static SyntheticEvent start(long at) {
        return started(at, ID, "C1 CompilerThread1", 1);
    }

    private static SyntheticEvent end(long at) {
        return ended(at, ID, "C1 CompilerThread1");
    }

    @Test
    void aStartAfterAnEndIsAnotherThread() {
        assertEquals(List.of("-1 5 ENDED", "10 -1 ALIVE"), lives(end(5), start(10)));
        assertEquals(List.of("-1 5 ENDED", "10 -1 ALIVE"), lives(start(10), end(5)));
    }

    @Test
    void severalLivesAreSeveralThreads() {
        List<String> lives = List.of("0 5 ENDED", "10 20 ENDED", "30 -1 ALIVE");
        assertEquals(lives, lives(start(0), end(5), start(10), end(20), start(30)));
        assertEquals(lives, lives(start(30), end(20), end(5), start(10), start(0)));
    }

    @Test
    void anEndThatWasLostIsNoLiveThread() {
        assertEquals(List.of("0 10 ENDED", "10 20 ENDED"), lives(start(0), start(10), end(20)));
    }

    @Test
    void oneEventReadTwiceIsOneThread() {
        assertEquals(List.of("0 5 ENDED"), lives(start(0), start(0), end(5), end(5)));
    }
}
