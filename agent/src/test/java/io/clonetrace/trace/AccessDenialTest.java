package io.clonetrace.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.linux.proc.Lockdown;
import io.clonetrace.linux.proc.Rights;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AccessDenialTest {
    private static final Rights ROOT = new Rights(0, -1, false);
    private static final Lockdown UNKNOWN = new Lockdown(Optional.empty());

    @Test
    void lockdownComesFirst() {
        Lockdown closed = new Lockdown(Optional.of("confidentiality"));
        assertEquals(": " + AccessDenial.LOCKDOWN, AccessDenial.reason(new Rights(0, 0, true), closed));
    }

    @Test
    void lockdownIsSuspectedOnlyWhereItCantBeRead() {
        assertTrue(AccessDenial.reason(ROOT, UNKNOWN).endsWith("or the kernel's lockdown"));
        assertEquals(
                ", by a user namespace or a security module",
                AccessDenial.reason(ROOT, new Lockdown(Optional.of("integrity"))));
    }

    @Test
    void aFilterMayAskForAnotherCapability() {
        assertEquals(
                ", by the seccomp filter that this process is under",
                AccessDenial.reason(new Rights(0, -1, true), UNKNOWN));
        assertTrue(AccessDenial.reason(new Rights(0, 0, true), UNKNOWN).endsWith("only with CAP_SYS_ADMIN"));
    }
}
