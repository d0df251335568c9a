package io.clonetrace.trace.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.linux.proc.Lockdown;
import io.clonetrace.trace.SourceRefusedException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the source refuses before the kernel does. */
class EbpfRefusalTest {
    private static final Lockdown CONFIDENTIALITY = new Lockdown(Optional.of("confidentiality"));

    @Test
    void lockdownHidesOnlyThePidsOfContainers() throws SourceRefusedException {
        for (String mode : new String[] {"none", "integrity"}) {
            assertFalse(EbpfRefusal.hidesPids(new Lockdown(Optional.of(mode)), true), mode);
        }
        assertFalse(EbpfRefusal.hidesPids(new Lockdown(Optional.empty()), true));
        assertTrue(EbpfRefusal.hidesPids(CONFIDENTIALITY, false));
        SourceRefusedException refused =
                assertThrows(SourceRefusedException.class, () -> EbpfRefusal.hidesPids(CONFIDENTIALITY, true));
        assertEquals(
                "the kernel's lockdown is confidentiality, under which ebpf can't find the pids of a pid namespace (a"
                        + " container): use the source ptrace, or boot without lockdown=confidentiality",
                refused.getMessage());
    }
}
