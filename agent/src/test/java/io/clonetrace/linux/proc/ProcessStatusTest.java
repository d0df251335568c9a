package io.clonetrace.linux.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessStatusTest {
    private static final String SLEEPING = """
            Name:\tja\u001b[31mva\\nState:\tZ
            State:\tS (sleeping)
            Tgid:\t4711
            NSpid:\t4711\t42\t1
            TracerPid:\t4712
            Uid:\t1000\t1001\t1002\t1003
            Gid:\t2000\t2001\t2002\t2003
            VmSize:\t 4096 kB
            VmRSS:\t    1024 kB
            Threads:\t17
            ShdPnd:\t0000000000000004
            SigCgt:\t2000000181005ccf
            CapInh:\t0000000800000000
            CapEff:\t0000000000280000
            Seccomp:\t2
            """;

    private static ProcessStatus status(String text) {
        return new ProcessStatus(Path.of("/proc/4711"), text);
    }

    @Test
    void fieldsOfALiveProcess() {
        ProcessStatus status = status(SLEEPING);
        assertEquals(4711, status.process());
        assertEquals(4712, status.tracer());
        assertEquals(17, status.threads());
        assertEquals(List.of(1000L, 1001L, 2001L), List.of(status.realUser(), status.user(), status.group()));
        assertEquals(OptionalLong.of(1 << 20), status.residentBytes());
        assertEquals(Optional.of("1"), status.idInside());
        assertEquals(1L << 35, status.inheritableCapabilities());
        assertTrue(status.has(Capability.CAP_SYS_ADMIN) && status.has(Capability.CAP_SYS_PTRACE));
        assertFalse(status.has(Capability.CAP_BPF));
        assertTrue(status.isInInnerPidNamespace() && status.isFiltered() && status.hasMemory());
        assertTrue(status.hasPending(3) && status.catches(3));
        assertFalse(status.hasPending(9) || status.catches(9));
        assertEquals("/proc/4711/status: Uid", status.where("Uid"));
    }

    /** The kernel writes a line end in a name as a backslash and an n. */
    @Test
    void aNameIsNoField() {
        assertFalse(status(SLEEPING).ended());
        assertEquals(Optional.of("ja\u001b[31mva\\nState:\tZ"), status(SLEEPING).field("Name"));
        assertEquals(Optional.empty(), status(SLEEPING).field("Stat"));
    }

    @Test
    void fieldsThatAKernelMayLack() {
        ProcessStatus status = status("Name:\tjava\n");
        assertEquals(Optional.empty(), status.idInside());
        assertEquals(OptionalLong.empty(), status.residentBytes());
        assertFalse(status.isInInnerPidNamespace() || status.isFiltered() || status.hasMemory());
        assertFalse(status.hasPending(3) || status.ended() || status.isStopped());
    }

    @Test
    void statesOfTasksThatEndedOrAreStopped() {
        assertTrue(status("State:\tZ (zombie)\n").ended()
                && status("State:\tX (dead)").ended());
        assertTrue(status("State:\tT (stopped)\n").isStopped()
                && status("State:\tt (tracing stop)").isStopped());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "Tgid:\nUid:\nCapEff:\n", "Tgid:\t1x\nUid:\t1 2 3\nCapEff:\t1\n", "Tgid:\t99999999999\n"})
    void aMissingOrMalformedFieldIsNamed(String text) {
        assertNamed("Tgid", text, ProcessStatus::process);
        assertNamed("Uid", text, ProcessStatus::user);
        assertNamed("CapEff", text, ProcessStatus::capabilities);
    }

    private static void assertNamed(String field, String text, ToLongFunction<ProcessStatus> read) {
        String why = assertThrows(IllegalStateException.class, () -> read.applyAsLong(status(text)))
                .getMessage();
        assertTrue(why.startsWith("/proc/4711/status: " + field), why);
    }

    @Test
    void theStatusOfThisProcess() {
        ProcessStatus self = ProcessStatus.of(Path.of("/proc/self")).orElseThrow();
        assertEquals(ProcessHandle.current().pid(), self.process());
        assertTrue(self.threads() > 1 && self.hasMemory());
    }

    @Test
    void noProcessNoStatus() {
        assertTrue(ProcessStatus.of(Path.of("/proc/none")).isEmpty());
    }
}
