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

    /** Of tools/perf's own commits: versions and options that print no duration. */
    @Test
    void perfTraceWithoutDurations() {
        Read read = Read.of("""
                       0.000 qemu-system-x8/23923 clone(clone_flags: VM|FS|FILES|SIGHAND|THREAD|SYSVSEM|SETTLS|PARENT_SETTID|CHILD_CLEARTID, newsp: 0x7f0dad7f9870, parent_tidptr: 0x7f0dad7fa9d0, child_tidptr: 0x7f0dad7fa9d0, tls: 0x7f0dad7fa700) = 6806 (qemu-system-x86)
                           ? qemu-system-x8/6806  ... [continued]: clone())              = 0
                     0.000 clone(clone_flags: CHILD_CLEARTID|CHILD_SETTID|0x11) = 10801 (perf)
                """);
        assertEquals(
                List.of("clone 3d0f00 6806", "clone 1200000 10801"),
                read.calls.stream().map(ObserverLogTest::told).toList());
        assertEquals(23923, read.calls.get(0).parentTid());
        assertEquals(0, read.counts.unresumed() + read.counts.notRead());
    }

    /** perf 6.12 and later, where the kernel has BTF: btf_dump leaves out what is 0. */
    @Test
    void perfTracesArgumentsOfClone3() {
        Read read = Read.of("""
                     0.123 ( 0.034 ms): java/4100 clone3(uargs: (struct clone_args){.flags = (__u64)4001536,.child_tid = (__u64)140123,.parent_tid = (__u64)140123,.stack = (__u64)139000,.stack_size = (__u64)1048576,.tls = (__u64)140124,}, size: 88) = 4101 (java)
                     0.130 ( 0.034 ms): sh/4100 clone3(uargs: (struct clone_args){.exit_signal = (__u64)17,}, size: 88) = 4102 (sh)
                     0.140 ( 0.034 ms): sh/4100 clone3(uargs: {4001536,140123,}, size: 88) = 4103 (sh)
                """);
        assertEquals(
                List.of("clone3 3d0f00 4101", "clone3 0 4102", "clone3 ? 4103"),
                read.calls.stream().map(ObserverLogTest::told).toList());
        assertEquals(1 << 20, read.calls.get(0).stackSize());
        assertEquals(139_000, read.calls.get(0).stack());
        assertEquals(17, read.calls.get(1).exitSignal());
    }

    /** As posted: the entries of calls and sched_process_fork, without exits. */
    @Test
    void ftraceOfEntriesAndForks() {
        Read read = Read.of("""
                        forktest-20346   [006] ..... 14890.324591: sys_clone(clone_flags: 1200011, newsp: 0, parent_tidptr: 0, child_tidptr: 7f873f2c5a10, tls: 0)
                        forktest-20346   [006] ..... 14890.324642: sched_process_fork: comm=forktest pid=20346 child_comm=forktest child_pid=20353
                        forktest-20346   [006] ..... 14890.324683: sys_vfork()
                        forktest-20346   [006] ..... 14890.324693: sched_process_fork: comm=forktest pid=20346 child_comm=forktest child_pid=20354
                """);
        assertEquals(
                List.of("clone 1200000 20353", "vfork ? 20354"),
                read.calls.stream().map(ObserverLogTest::told).toList());
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
