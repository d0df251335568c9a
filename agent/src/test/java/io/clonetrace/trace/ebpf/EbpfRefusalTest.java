package io.clonetrace.trace.ebpf;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.trace.SourceRefusedException;
import org.junit.jupiter.api.Test;

class EbpfRefusalTest {
    @Test
    void aContainerIsToldOfPtrace() {
        assertDoesNotThrow(() -> EbpfRefusal.check("pid:[4026531836]"));
        String why = assertThrows(SourceRefusedException.class, () -> EbpfRefusal.check("pid:[4026532201]"))
                .getMessage();
        assertTrue(why.contains("pid namespace") && why.contains("ptrace"), why);
    }
}
