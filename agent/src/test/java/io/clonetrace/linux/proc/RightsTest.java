package io.clonetrace.linux.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
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
    void capabilitiesDecideWhichTracingIsAllowed(String capabilities, boolean bpf, boolean administer) {
        Rights rights = Rights.of(status("CapPrm:\tffffffffffffffff\nCapEff:\t" + capabilities + "\n"));
        assertEquals(bpf, rights.toTraceByBpf());
        assertEquals(administer, rights.toAdminister());
    }

    @Test
    void seccompModeTwoIsAFilter() {
        String none = "CapEff:\t0000000000000000\n";
        assertTrue(
                Rights.of(status(none + "Seccomp:\t2\nSeccomp_filters:\t1\n")).filtered());
        assertFalse(
                Rights.of(status(none + "Seccomp:\t0\nSeccomp_filters:\t0\n")).filtered());
    }

    private static ProcessStatus status(String fields) {
        return new ProcessStatus(Path.of("/proc/self"), "Name:\tjava\nUid:\t7\t0\t7\t7\n" + fields);
    }
}
