package io.clonetrace.flags;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.CloneArgument;
import io.clonetrace.clone.CloneProfile;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PastedFlagsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "0x3d0f00; 0x3d0f00",
                "0X3D0F00UL; 0x3d0f00",
                "3d0f00; 0x3d0f00",
                "3D0F00; 0x3d0f00",
                "d0f00; 0xd0f00",
                "00004111; 0x4111",
                "0000000000000000000000003d0f00; 0x3d0f00",
                "#0x4111; 0x4111",
                "'\"0x4111\",'; 0x4111",
                "flags=0x3d0f00; 0x3d0f00",
                "flags: CLONE_VM|SIGCHLD; 0x111",
                "flags=CLONE_VM|CLONE_FS|SIGCHLD; 0x311",
                "|SIGCHLD; 0x11",
                "(CLONE_VM | CLONE_FS); 0x300",
                "((CLONE_VM) | (SIGCHLD)); 0x111",
                "CLONE_VM CLONE_FS; 0x300",
                "vm,fs; 0x300",
                "1UL << 8 | 1 << 9; 0x300",
                "(1ULL << 33); 0x200000000",
                "CLONE_VM + CLONE_FS + 17; 0x311",
                "0x3d0f00 & ~CLONE_DETACHED & ~CLONE_SETTLS; 0x350f00",
                "syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS; 0x10020000",
                "libc::CLONE_VM; 0x100",
                "_CLONE_VM | LINUX_SIGCHLD; 0x111",
                "CLONE_VM|0x11 /* SIGCHLD */; 0x111",
                "CLONE_STOPPED; 0x2000000",
                "CLONE_PID; 0x1000",
                "CLONE_IDLETASK; 0x1000",
                "CSIGNAL; 0xff",
                "CLONE_VM|CSIGNAL; 0x1ff",
                "-2147483648; 0x80000000",
                "-1073741824; 0xc0000000",
                "- 4294967296; 0xffffffff00000000",
                "7; 7",
                "THREAD; 0x10000",
                "VFORK; 0x4000",
                "clone_flags=1200011; 0x1200011",
                "java-77 [001] .... 12.34: task_newtask: pid=78 comm=java clone_flags=3d0f00 oom_score_adj=0; 0x3d0f00"
            })
    void textOfOneMeaningHasOneReading(String text, String word) {
        List<Reading> readings = PastedFlags.read(text);
        assertEquals(1, readings.size(), readings::toString);
        assertEquals(
                Long.parseUnsignedLong(word.replaceFirst("^0x", ""), 16),
                readings.get(0).word());
    }

    @ParameterizedTest
    @CsvSource({
        "1200011, 0x1200011, hexadecimal, 0x124f8b, decimal",
        "4001536, 0x3d0f00, decimal, 0x4001536, hexadecimal",
        "17, 0x11, decimal, 0x17, hexadecimal",
        "18874385u, 0x1200011, decimal, 0x18874385, hexadecimal",
        "0b10000000, 0xb10000000, hexadecimal, 0x80, binary"
    })
    void numberOfTwoMeaningsIsOfferedInBothKnownOnesFirst(
            String text, String first, String how, String second, String otherwise) {
        List<Reading> readings = PastedFlags.read(text);
        assertEquals(
                List.of(first + " " + how, second + " " + otherwise),
                readings.stream()
                        .map(reading -> "0x" + Long.toHexString(reading.word()) + " " + reading.how())
                        .toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f5) = 751;"
                        + " CLONE; 0x1200011;",
                "1234  12:00:01 clone3({flags=CLONE_VM|CLONE_VFORK, exit_signal=SIGCHLD, stack=0x7f, stack_size=0x9000}, 88) = 5;"
                        + " CLONE3; 0x4111;",
                "clone3({flags=CLONE_VM, exit_signal=0, stack=0x7f, stack_size=0x9000}, 88) = -1 EAGAIN (Resource"
                        + " temporarily unavailable); CLONE3; 0x100; EAGAIN",
                "clone3({flags=0x80, exit_signal=17, stack=0}, 88) = 5; CLONE3; 0x91;",
                "clone(child_stack=0x7f, flags=CLONE_VM|SIGCHLDstrace: Process 733 attached; CLONE; 0x111;",
                "clone(strace: Process 9 attached child_stack=0x0, flags=SIGCHLD) = 9; CLONE; 0x11;",
                "[pid 7] clone(child_stack=0x7f, flags=CLONE_VM|CLONE_FS <unfinished ...>; CLONE; 0x300;",
                "<... clone resumed>child_stack=NULL, flags=CLONE_VM|SIGCHLD) = 12; CLONE; 0x111;",
                "clone(child_stack=NULL, flags=0x1200011 /* CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD */) = 1; CLONE;"
                        + " 0x1200011;",
                "clone(0x3d0f00, 0x7f3402bee990, 0x7f, 0x7f, 0x7f) = 0x2f6; CLONE; 0x3d0f00;",
                "pid = clone(child, stack + SIZE, CLONE_VM | CLONE_FS | SIGCHLD, &arg); CLONE; 0x311;",
                "clone2(child_stack_base=0, stack_size=0, flags=CLONE_VM|SIGCHLD) = 3; CLONE; 0x111;",
                "unshare(CLONE_NEWNS|CLONE_NEWUSER|CLONE_NEWPID) = 0; UNSHARE; 0x30020000;",
                "unshare(0x80) = -1 EPERM (Operation not permitted); UNSHARE; 0x80; EPERM",
                "fork() = 123; FORK; 0x11;",
                "vfork() = 123; VFORK; 0x4111;",
                "type=SYSCALL msg=audit(1.2:3): arch=c000003e syscall=56 success=yes exit=9 a0=1200011 a1=0; CLONE; 0x1200011;"
            })
    void callOfALineIsRead(String line, String call, String word, String error) {
        List<Reading> readings = PastedFlags.read(line);
        assertEquals(1, readings.size(), readings::toString);
        Reading reading = readings.get(0);
        assertEquals(Reading.Call.valueOf(call), reading.call());
        assertEquals(word, "0x" + Long.toHexString(reading.word()));
        assertEquals(error, reading.error());
    }

    @Test
    void severalCallsAreReadEach() {
        List<Reading> readings = PastedFlags.read("""
                clone(child_stack=NULL, flags=SIGCHLD) = 5
                vfork() = 6
                clone(child_stack=NULL, flags=SIGCHLD) = 7
                """);
        assertEquals(
                List.of(0x11L, 0x4111L, 0x11L),
                readings.stream().map(Reading::word).toList());
    }

    @ParameterizedTest
    @CsvSource({
        "pthread_create, PTHREAD_CREATE",
        "pthread_create(), PTHREAD_CREATE",
        "fork, GLIBC_FORK",
        "fork(), GLIBC_FORK",
        "posix_spawn, POSIX_SPAWN",
        "vfork, POSIX_SPAWN",
        "Thread.start, PTHREAD_CREATE",
        "os/exec, GO_EXEC",
        "systemd-nspawn, SYSTEMD_MOUNT_NAMESPACE",
        "Chrome, CHROME_ZYGOTE"
    })
    void libraryCallIsWhatItsKnownImplementationsPass(String name, CloneProfile first) {
        List<Reading> readings = PastedFlags.read(name);
        assertEquals(
                new CloneArgument(first.flags(), first.exitSignal()),
                readings.get(0).argument());
        assertTrue(readings.size() > 1, readings::toString);
    }

    @Test
    void nameOfUnshareIsNoClone() {
        List<Reading> readings = PastedFlags.read("unshare");
        assertEquals(1, readings.size());
        assertTrue(readings.get(0).isUnshare());
        assertEquals("the flag CLONE_VFORK", PastedFlags.read("vfork").get(3).how());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "CLONE_",
                "CLONE_NONSENSE",
                "CLONE_VM|",
                "|",
                "()",
                "(CLONE_VM",
                "CLONE_VM)",
                "0x",
                "0x1ffffffffffffffff",
                "99999999999999999999999",
                "-",
                "-99999999999999999999",
                "-9223372036854775809",
                "-3d0f00",
                "1 << 64",
                "1 << -1",
                "CLONE_NEWTIME << 1",
                "~CLONE_NEWTIME",
                "SIGNONSENSE",
                "SIGCHLD|SIGUSR1",
                "SIGCHLD|0x10a",
                "CLONE_VM /* open",
                "clone()",
                "clone3(0x7ffd, 88) = 5",
                "syscall=435 a0=7ffd1234",
                "syscall=59 a0=7ffd1234",
                "hello world",
                "\u001b[31mCLONE_VM",
                "CLONE_VM;rm"
            })
    void nonsenseIsRefusedInOneSentence(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> PastedFlags.read(text))
                .getMessage();
        assertTrue(message.matches("[^\\p{Cntrl}]*[.?]"), message);
    }

    @Test
    void longAndDeepTextsAreRefused() {
        for (String text : List.of(
                "(".repeat(1000) + "CLONE_VM" + ")".repeat(1000),
                "~".repeat(1000) + "1",
                "-".repeat(1000) + "1",
                "CLONE_VM|".repeat(10_000),
                "x".repeat(60_000))) {
            String message = assertThrows(IllegalArgumentException.class, () -> PastedFlags.read(text))
                    .getMessage();
            assertTrue(message.length() < 250, message);
        }
    }

    @Test
    void negativeOneSaysThatItMayStandForUnknown() {
        Reading reading = PastedFlags.read("-1").get(0);
        assertEquals(0xffff_ffffL, reading.word());
        assertTrue(reading.remarks().toString().contains("not observed"), reading.remarks()::toString);
    }
}
