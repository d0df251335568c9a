package io.clonetrace.trace.ptrace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.linux.process.WaitStatus;
import io.clonetrace.trace.wire.TaskEvent;
import io.clonetrace.trace.wire.TaskEvent.Cloned;
import io.clonetrace.trace.wire.TaskEvent.Ended;
import io.clonetrace.trace.wire.TaskEvent.Superseded;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventOrderTest {
    private final List<TaskEvent> told = new ArrayList<>();
    private final EventOrder order = new EventOrder(told::add);

    @BeforeEach
    void parentIsTraced() {
        order.begun(7);
    }

    /** Three generations of short-lived threads, told from the youngest on. */
    @Test
    void cloneSeenBeforeItsCallersIsReportedAfterIt() {
        order.cloned(cloned(9, 10), true);
        order.ended(ended(10));
        order.ended(ended(9));
        order.cloned(cloned(8, 9), true);
        order.cloned(cloned(8, 11), false);
        assertEquals(List.of(), told);
        order.cloned(cloned(8), true);
        assertEquals(List.of(cloned(8), cloned(8, 9), cloned(9, 10), ended(10), ended(9), cloned(8, 11)), told);
        assertTrue(order.isTraced(8));
        assertFalse(order.isTraced(9));
        assertFalse(order.isTraced(10));
        assertFalse(order.isTraced(11));
    }

    @Test
    void clonesOfACallerThatCantBeReportedAreReported() {
        order.cloned(cloned(8, 9), true);
        order.told(8);
        assertEquals(List.of(cloned(8, 9)), told);
        order.cloned(cloned(10, 11), true);
        order.release();
        assertEquals(List.of(cloned(8, 9), cloned(10, 11)), told);
    }

    @Test
    void endSeenBeforeItsCloneIsReportedAfterIt() {
        order.ended(ended(8));
        assertEquals(List.of(), told);
        order.cloned(cloned(8), true);
        assertEquals(List.of(cloned(8), ended(8)), told);
        assertFalse(order.isTraced(8));
    }

    @Test
    void reusedTidHasBothLivesReported() {
        for (int i = 0; i < 2; i++) {
            order.cloned(cloned(8), true);
            assertTrue(order.isTraced(8));
            order.ended(ended(8));
        }
        assertEquals(List.of(cloned(8), ended(8), cloned(8), ended(8)), told);
    }

    @Test
    void endOfAnEarlierTaskIsReportedAtOnce() {
        order.ended(ended(7));
        assertEquals(List.of(ended(7)), told);
    }

    /** Nobody sees the end of a process that isn't followed; a thread with the same tid may come later. */
    @Test
    void endOfATaskNotFollowedIsDropped() {
        order.cloned(cloned(8), false);
        order.ended(ended(8));
        order.cloned(cloned(8), true);
        assertEquals(List.of(cloned(8), cloned(8), ended(8)), told);
    }

    @Test
    void execveReleasesEndsWhoseCreatorsItKilled() {
        order.begun(5);
        order.begun(6);
        order.ended(ended(8));
        Superseded superseded = new Superseded(5, 6, 0);
        order.superseded(superseded);
        assertEquals(List.of(ended(8), superseded), told);
        assertFalse(order.isTraced(6));
        assertTrue(order.isTraced(5));
    }

    @Test
    void waitingEndsAreReportedOnRelease() {
        order.ended(ended(8));
        order.release();
        assertEquals(List.of(ended(8)), told);
    }

    private static Cloned cloned(int tid) {
        return cloned(7, tid);
    }

    private static Cloned cloned(int parentTid, int tid) {
        return new Cloned(CloneCall.builder(CloneSyscall.CLONE, parentTid)
                .made(tid)
                .flags(0)
                .exitSignal(0)
                .stack(0)
                .build());
    }

    private static Ended ended(int tid) {
        return new Ended(tid, new WaitStatus(0), 0);
    }
}
