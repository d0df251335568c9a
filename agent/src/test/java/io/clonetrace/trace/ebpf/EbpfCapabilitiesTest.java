package io.clonetrace.trace.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.linux.proc.Rights;
import org.junit.jupiter.api.Test;

class EbpfCapabilitiesTest {
    private static final long CAP_PERFMON = 1L << 38;
    private static final long CAP_BPF = 1L << 39;

    private static String lack(long user, long capabilities, boolean old) {
        return EbpfRefusal.lack(new Rights(user, capabilities, false), old);
    }

    @Test
    void rootIsToldWhatItLacks() {
        assertEquals(
                "this process is root without CAP_BPF and CAP_PERFMON: give a container --cap-add BPF --cap-add PERFMON",
                lack(0, 0, false));
        assertEquals(
                "this process is root without CAP_PERFMON: give a container --cap-add PERFMON",
                lack(0, CAP_BPF, false));
        assertEquals(
                "this process is root without CAP_SYS_ADMIN: give a container --cap-add SYS_ADMIN", lack(0, 0, true));
    }

    @Test
    void anOrdinaryUserIsToldWhatItTakes() {
        assertEquals("it takes root, or CAP_BPF and CAP_PERFMON", lack(1_000, 0, false));
        assertEquals(
                "it takes root, or CAP_BPF and CAP_PERFMON, and this process lacks CAP_BPF",
                lack(1_000, CAP_PERFMON, false));
        assertEquals("it takes root", lack(1_000, 0, true));
    }
}
