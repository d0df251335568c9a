package io.clonetrace.clone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class CloneArgumentTest {

    private static final int SIGCHLD = 17;

    @Test
    void lowByteIsTheExitSignal() {
        CloneArgument fork = CloneArgument.of(0x1200011);
        assertEquals(CloneFlags.of(CloneFlag.CLONE_CHILD_SETTID, CloneFlag.CLONE_CHILD_CLEARTID), fork.flags());
        assertEquals(SIGCHLD, fork.exitSignal());
        assertEquals("CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD", fork.toString());
        assertEquals(fork, CloneArgument.parse("0x1200011"));
        assertEquals(fork, CloneArgument.parse("18874385"));
    }

    @Test
    void newtimeIsASignalBitInCloneNumbersAndAFlagByName() {
        assertEquals(new CloneArgument(new CloneFlags(0), 0x80), CloneArgument.of(0x80));
        assertEquals(
                new CloneArgument(CloneFlags.of(CloneFlag.CLONE_NEWTIME), 0), CloneArgument.parse("CLONE_NEWTIME"));
        assertEquals("CLONE_VM|145", CloneArgument.of(0x191).toString());
    }

    @Test
    void twoExitSignalsAreRefused() {
        String message = assertThrows(IllegalArgumentException.class, () -> CloneArgument.parse("SIGCHLD|0x10a"))
                .getMessage();
        assertTrue(message.contains("SIGCHLD and SIGUSR1"), message);
        assertEquals(CloneArgument.of(0x111), CloneArgument.parse("SIGCHLD|0x111"));
    }

    /** As strace 4.5 printed LinuxThreads. */
    @Test
    void retiredNamesAreTheBitsThatTheyWere() {
        assertEquals(
                new CloneArgument(new CloneFlags(0x2000f00), 33),
                CloneArgument.parse("CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_STOPPED|SIGRT_1"));
        assertEquals(CloneFlag.CLONE_NEWCGROUP.bit(), RetiredFlag.CLONE_STOPPED.bit());
        assertEquals(CloneFlag.CLONE_PIDFD.bit(), RetiredFlag.CLONE_PID.bit());
        assertEquals(CloneFlag.CLONE_PIDFD.bit(), RetiredFlag.CLONE_IDLETASK.bit());
        assertThrows(IllegalArgumentException.class, () -> CloneArgument.parse("stopped"));
    }

    @Test
    void signalNameAndNumberMapToEachOther() {
        for (int number = 1; number <= ExitSignal.HIGHEST; number++) {
            assertEquals(number, ExitSignal.number(ExitSignal.name(number)).orElseThrow());
        }
        assertEquals("SIGUSR1", ExitSignal.name(10));
        assertEquals("SIGSYS", ExitSignal.name(31));
        assertEquals("65", ExitSignal.name(65));
        assertEquals("0", ExitSignal.name(0));
        assertTrue(ExitSignal.number("0").isEmpty());
    }

    @Test
    void signalNumbersAreThoseOfTheInstalledHeader() throws IOException {
        Path header = Path.of("/usr/include/asm-generic/signal.h");
        assumeTrue(Files.exists(header), header + " is not installed (package linux-libc-dev)");
        Pattern define = Pattern.compile("^#define\\s+(SIG[A-Z0-9]+)\\s+(\\d{1,2})$", Pattern.MULTILINE);
        int defines = 0;
        for (MatchResult signal :
                define.matcher(Files.readString(header)).results().toList()) {
            int number = Integer.parseInt(signal.group(2));
            if (!Set.of("SIGIOT", "SIGLOST", "SIGUNUSED").contains(signal.group(1))) { // second names
                assertEquals(signal.group(1), ExitSignal.name(number));
                defines++;
            }
        }
        assertEquals(32, defines);
    }
}
