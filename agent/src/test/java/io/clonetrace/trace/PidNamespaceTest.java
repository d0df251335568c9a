package io.clonetrace.trace;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PidNamespaceTest {
    @Test
    void aContainerIsToldOfPtrace() {
        assertDoesNotThrow(() -> new PidNamespace("pid:[4026531836]").refuseUnlessInitial());
        String why = assertThrows(
                        SourceRefusedException.class, () -> new PidNamespace("pid:[4026532201]").refuseUnlessInitial())
                .getMessage();
        assertTrue(why.contains("pid namespace") && why.contains("ptrace"), why);
    }
}
