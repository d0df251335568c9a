package io.clonetrace.linux.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RightsTest {
    @ParameterizedTest
    @CsvSource({
        "000001ffffffffff, true, true", // root
        "0000000000000000, false, false",
        "000000c000000000, true, false", // CAP_PERFMON and CAP_BPF
        "0000008000000000, false, false", // CAP_BPF alone
        "0000004000000000, false, false",
        "0000000000200000, true, true", // CAP_SYS_ADMIN, before there were the other two
        "00000000a80425fb, false, false", // what Docker leaves to root
    })
    void whatTheKernelAsksFor(String capabilities, boolean bpf, boolean administer) {
        Rights rights = Rights.of(List.of("Name:\tjava", "CapPrm:\tffffffffffffffff", "CapEff:\t" + capabilities));
        assertEquals(bpf, rights.toTraceByBpf());
        assertEquals(administer, rights.toAdminister());
    }

    @Test
    void aFilterIsSeen() {
        assertTrue(Rights.of(List.of("Seccomp:\t2", "Seccomp_filters:\t1")).filtered());
        assertFalse(Rights.of(List.of("Seccomp:\t0", "Seccomp_filters:\t0")).filtered());
    }
}
