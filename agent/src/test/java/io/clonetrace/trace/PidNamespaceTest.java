package io.clonetrace.trace;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidNamespaceTest {
    @Test
    void refusalInAContainerNamesPtrace() {
        assertDoesNotThrow(() -> new PidNamespace("pid:[4026531836]").refuseUnlessInitial());
        String why = assertThrows(
                        SourceRefusedException.class, () -> new PidNamespace("pid:[4026532201]").refuseUnlessInitial())
                .getMessage();
        assertTrue(why.contains("pid namespace") && why.contains("ptrace"), why);
    }

    @Test
    void procOfAnotherNamespaceIsRefused(@TempDir Path proc) throws Exception {
        long pid = ProcessHandle.current().pid();
        assertDoesNotThrow(() -> PidNamespace.refuseForeignProc(Path.of("/proc/self"), pid));
        Path self = Files.createSymbolicLink(proc.resolve("self"), Path.of("4711"));
        assertDoesNotThrow(() -> PidNamespace.refuseForeignProc(self, 4711));
        String why = assertThrows(SourceRefusedException.class, () -> PidNamespace.refuseForeignProc(self, 2))
                .getMessage();
        assertTrue(why.contains("(pid 2) is 4711") && why.contains("--mount-proc"), why);
    }

    @Test
    void missingProcIsRefused(@TempDir Path proc) {
        String why = assertThrows(
                        SourceRefusedException.class, () -> PidNamespace.refuseForeignProc(proc.resolve("self"), 2))
                .getMessage();
        assertTrue(why.contains("can't be read"), why);
    }
}
