package io.clonetrace.linux.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Status words as wait(2) and ptrace(2) describe them. */
class WaitStatusTest {
    @Test
    void exited() {
        WaitStatus status = new WaitStatus(7 << 8);
        assertFalse(status.stopped());
        assertTrue(status.exited());
        assertEquals(7, status.exitStatus());
        assertEquals(7, status.shellStatus());
    }

    @Test
    void killed() {
        WaitStatus status = new WaitStatus(11 | 0x80);
        assertFalse(status.stopped());
        assertFalse(status.exited());
        assertTrue(status.coreDumped());
        assertEquals(11, status.killedBy());
        assertEquals(139, status.shellStatus());
    }

    @Test
    void stoppedByASignal() {
        WaitStatus status = new WaitStatus(19 << 8 | 0x7f);
        assertTrue(status.stopped());
        assertEquals(19, status.stopSignal());
        assertEquals(0, status.event());
    }

    /** {@code status >> 8 == (SIGTRAP | PTRACE_EVENT_CLONE << 8)}. */
    @Test
    void stoppedAtAnEvent() {
        WaitStatus status = new WaitStatus((5 | Ptrace.EVENT_CLONE << 8) << 8 | 0x7f);
        assertTrue(status.stopped());
        assertEquals(5, status.stopSignal());
        assertEquals(Ptrace.EVENT_CLONE, status.event());
    }
}
