package io.clonetrace.trace.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.clone.CloneCall;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines of the audit, made on Linux 6.18, and of gVisor, whose format is that of its pkg/sentry/strace. */
class ObserverLogTest {
    private static final String REST =
            " items=0 ppid=7698 pid=7716 auid=4294967295 uid=0 tty=(none) comm=\"t64\" exe=\"/tmp/t64\"";

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "arch=c000003e syscall=56 success=yes exit=7720 a0=1200011 a1=0; clone 1200000 7720",
                "arch=c000003e syscall=435 success=yes exit=7719 a0=7ffd44a7ee90 a1=58; clone3 ? 7719",
                "arch=c000003e syscall=58 success=yes exit=7721 a0=55bed69cb267 a1=0; vfork ? 7721",
                "arch=c000003e syscall=57 success=yes exit=7722 a0=39 a1=0; fork ? 7722",
                "arch=40000003 syscall=120 success=yes exit=7723 a0=3d0f00 a1=0; clone 3d0f00 7723",
                "arch=c00000b7 syscall=220 success=yes exit=7723 a0=3d0f00 a1=0; clone 3d0f00 7723",
                "arch=80000016 syscall=120 success=yes exit=7723 a0=3ffe a1=3d0f00; clone 3d0f00 7723",
                "arch=c000003e syscall=56 success=no exit=-11 a0=3d0f00 a1=0; clone 3d0f00 EAGAIN",
                "arch=x86_64 syscall=clone success=no exit=EAGAIN(Resource temporarily unavailable) a0=0x3d0f00; clone 3d0f00 EAGAIN",
                "arch=x86_64 syscall=clone success=yes exit=7720 a0=CLONE_VM|CLONE_VFORK|SIGCHLD a1=0x0; clone 4100 7720"
            })
    void auditRecords(String fields, String expected) {
        for (String record : List.of(
                "type=SYSCALL msg=audit(1795942144.192:77): ",
                "[70500.450014] audit: type=1300 audit(1795942144.192:77): ",
                "type=SYSCALL msg=audit(11/29/26 08:49:04.192:77) : ",
                "node=box type=SYSCALL msg=audit(1795942144.192:77): ")) {
            assertEquals(expected, told(Read.of(record + fields + REST).only()), record);
        }
    }

    @Test
    void otherAuditRecords() {
        Read read = Read.of("""
                ----
                time->Sun Nov 29 08:49:04 2026
                type=SYSCALL msg=audit(1.2:3): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2
                type=PROCTITLE msg=audit(1.2:3): proctitle="./t64"
                type=SYSCALL msg=audit(1.2:4): arch=c000003e syscall=56 success=no exit=-513 a0=1200011
                type=SYSCALL msg=audit(1.2:5): arch=99 syscall=56 success=yes exit=8 a0=1200011
                """);
        assertEquals(0, read.calls.size());
        assertEquals(1, read.counts.notRead(), "the number of a call on a processor that is not known");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "clone(CLONE_VM|CLONE_FS|0x11, 0x7f, 0x0, 0x0, 0x0) = 0x2 (12.3\u00b5s); clone 300 2",
                "clone(0x3d0f00, 0x7f, 0x0, 0x0, 0x0) = 2 (0x2) (12.3us); clone 3d0f00 2",
                "clone(0x3d0f00, 0x7f, 0x0, 0x0, 0x0) = 0x0 errno=11 (resource temporarily unavailable) (9us); clone 3d0f00 EAGAIN",
                "clone3(0x7f, 0x58) = 0x2 (1us); clone3 ? 2",
                "vfork() = 0x3 (1us); vfork ? 3"
            })
    void gvisorExits(String text, String expected) {
        String call = text.substring(0, text.indexOf(" ="));
        Read read = Read.of("I0101 00:00:00.000000 1 strace.go:567] [   1:   7] java E " + call + "\n"
                + "I0101 00:00:00.000000 1 strace.go:605] [   1:   7] java X " + text + "\n");
        assertEquals(expected, told(read.only()));
        assertEquals(7, read.only().parentTid());
        assertEquals(0, read.counts.unresumed());
        assertEquals(
                1, Read.of("x strace.go:567] [   1:   7] java E " + call).counts.unresumed());
    }

    @Test
    void perfTracesInterruptedCalls() {
        Read read = Read.of("""
                     0.000 (         ): java/7 clone(clone_flags: VM|FS|0x11, newsp: 0x7f0000)             ...
                         ? (         ): java/8  ... [continued]: clone())                                  = 0
                     0.000 ( 0.100 ms): java/7  ... [continued]: clone())                                  = 8
                     1.000 ( 0.013 ms): clone(clone_flags: THREAD)                                         = -1 EAGAIN (Resource)
                """);
        assertEquals(
                List.of("clone 300 8", "clone 10000 EAGAIN"),
                read.calls.stream().map(ObserverLogTest::told).toList());
        assertEquals(0, read.counts.unresumed() + read.counts.notRead());
    }

    private static String told(CloneCall call) {
        return call.syscallName() + " "
                + (call.flags() == CloneCall.UNKNOWN ? "?" : Long.toHexString(call.flags())) + " "
                + (call.failed() ? call.error() : call.childTid());
    }
}
