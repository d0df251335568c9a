package io.clonetrace.cli.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.trace.SourceKind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetJvmTest {
    private static final String CATCHES_SIGQUIT = "2000000181005ccf";
    private static final String CATCHES_NOTHING = "0000000000000000";

    @TempDir
    private Path proc;

    private Path process;
    private TargetJvm jvm;

    @BeforeEach
    void aJvm() throws IOException {
        process = Files.createDirectory(proc.resolve("4711"));
        jvm = new TargetJvm(proc, 4711);
        mappings("/usr/lib/jvm/lib/server/libjvm.so");
        Files.writeString(process.resolve("cmdline"), "java\0-Xmx1g\0App\0");
        Files.writeString(process.resolve("environ"), "HOME=/\0");
        status("S (sleeping)", CATCHES_SIGQUIT, "0000000000000000");
        self(1001, 101);
    }

    private void self(int user, int group) throws IOException {
        Path self = Files.createDirectories(proc.resolve("self"));
        Files.writeString(self.resolve("status"), "Uid:\t0\t" + user + "\t0\t0\nGid:\t0\t" + group + "\t0\t0\n");
    }

    private void mappings(String file) throws IOException {
        Files.writeString(process.resolve("maps"), "7f00-7f10 r-xp 00000000 08:01 42 " + file + "\n");
    }

    private void status(String state, String caught, String capabilities) throws IOException {
        Files.writeString(
                process.resolve("status"),
                "Name:\tjava\nState:\t" + state + "\nUid:\t1000\t1001\t1000\t1000\nGid:\t100\t101\t100\t100\n"
                        + "NSpid:\t4711\t7\nSigCgt:\t" + caught + "\nCapEff:\t" + capabilities + "\n");
    }

    private void isRefused(String because) {
        Optional<String> refusal = jvm.refusal();
        assertTrue(refusal.isPresent() && refusal.get().contains(because), refusal::toString);
    }

    @Test
    void aJvmThatTakesRequests() throws IOException {
        assertEquals(Optional.empty(), jvm.refusal());
        assertEquals("7", jvm.pidInside());
        assertEquals(1001, jvm.user().user());
        assertEquals(101, jvm.user().group());
    }

    @Test
    void whoDoesNotCatchTheSignalWouldDieOfIt() throws IOException {
        status("S (sleeping)", CATCHES_NOTHING, CATCHES_NOTHING);
        isRefused("JVM 4711 accepts no requests: it does not catch SIGQUIT, which would kill it");
    }

    @Test
    void otherProcesses() throws IOException {
        mappings("/lib/x86_64-linux-gnu/libc.so.6");
        isRefused("process 4711 is not a JVM");
        mappings("/opt/openj9/lib/default/libj9vm29.so");
        isRefused("is an OpenJ9 JVM");
        assertEquals(Optional.of("there is no process 4712"), new TargetJvm(proc, 4712).refusal());
    }

    /** HotSpot answers requests under musl too; only the agent does not work there. */
    @Test
    void aJvmWithMusl() throws IOException {
        mappings("/opt/jdk/lib/server/libjvm.so");
        Files.writeString(
                process.resolve("maps"),
                "7f7e3c3ea000-7f7e3c44d000 r-xp 00015000 fd:00 131 /usr/lib/x86_64-linux-musl/libc.so\n",
                StandardOpenOption.APPEND);
        assertEquals(Optional.empty(), jvm.refusal());
        String sentence = "JVM 4711 uses the C library musl, and clonetrace's agent needs glibc";
        assertEquals(
                Optional.of(sentence),
                TargetFacts.of(process, 4711).agentRefusal().map(AttachRefusal::sentence));
        assertEquals(
                sentence,
                assertThrows(IOException.class, jvm::demandAgentPossible).getMessage());
    }

    @Test
    void whoHasEndedHasNoThreads() throws IOException {
        assertFalse(jvm.hasThread("clonetrace"));
        assertFalse(jvm.hasThread(4712, "clonetrace"));
        Path task = Files.createDirectories(process.resolve("task/4712"));
        assertFalse(jvm.hasThread("clonetrace"), "it ended after the list was read");
        Files.writeString(task.resolve("comm"), "clonetrace\n");
        assertTrue(jvm.hasThread("clonetrace"));
        assertTrue(jvm.hasThread(4712, "clonetrace"));
        assertFalse(jvm.hasThread("clonetrac"));
    }

    @Test
    void onlyItsUserAndGroupAndRootMayAttach() throws IOException {
        self(1002, 101);
        isRefused("JVM 4711 belongs to user 1001 and group 101");
        self(1001, 102);
        isRefused("run as that user and group, or as root");
        self(0, 0);
        assertEquals(Optional.empty(), jvm.refusal());
    }

    /** A process may map as much as it likes. */
    @Test
    void longerListsAreNotRead() throws IOException {
        long self = ProcessHandle.current().pid();
        Path maps = Files.createDirectory(proc.resolve("" + self)).resolve("maps");
        try (RandomAccessFile file = new RandomAccessFile(maps.toFile(), "rw")) {
            file.setLength((1L << 26) + 1);
        }
        assertEquals(
                Optional.of("process " + self + " can't be looked at: larger than 67108864 bytes"),
                new TargetJvm(proc, self).refusal());
    }

    @Test
    void aStoppedOneWouldDoItMuchLater() throws IOException {
        status("T (stopped)", CATCHES_SIGQUIT, CATCHES_NOTHING);
        isRefused("kill -CONT 4711");
    }

    @Test
    void theMechanismIsOff() throws IOException {
        Files.writeString(process.resolve("cmdline"), "java\0-XX:+DisableAttachMechanism\0App\0");
        isRefused("was started with -XX:+DisableAttachMechanism");
        Files.writeString(process.resolve("cmdline"), "java\0App\0");
        Files.writeString(process.resolve("environ"), "A=b\0JAVA_TOOL_OPTIONS=-Xmx1g -XX:+DisableAttachMechanism\0");
        isRefused("was started with -XX:+DisableAttachMechanism");
        // The later option counts, and what only holds the words is none.
        Files.writeString(process.resolve("cmdline"), "java\0-XX:-DisableAttachMechanism\0App\0");
        assertEquals(Optional.empty(), jvm.refusal());
        Files.writeString(process.resolve("environ"), "A=b\0_JAVA_OPTIONS=-XX:+DisableAttachMechanism\0");
        isRefused("was started with -XX:+DisableAttachMechanism");
        Files.writeString(process.resolve("environ"), "A=b\0");
        Files.writeString(process.resolve("cmdline"), "java\0App\0--explain=-XX:+DisableAttachMechanism\0");
        assertEquals(Optional.empty(), jvm.refusal());
    }

    /** It may have mounted anything at its /tmp there. */
    @Test
    void aUserNamespaceThatItEnteredSinceItWasLookedAt() throws Exception {
        Path own = Files.createDirectories(proc.resolve("self/ns"));
        Files.createSymbolicLink(own.resolve("user"), Path.of("user:[1]"));
        Path user = Files.createDirectory(process.resolve("ns")).resolve("user");
        Files.createSymbolicLink(user, Path.of("user:[1]"));
        Files.createDirectories(process.resolve("root/tmp"));
        assertEquals(Optional.empty(), jvm.refusal());
        jvm.temporary().close();

        Files.delete(user);
        assertThrows(IOException.class, jvm::temporary);
        Files.createSymbolicLink(user, Path.of("user:[2]"));
        Files.writeString(process.resolve("uid_map"), "");
        assertThrows(IOException.class, jvm::temporary);
        Files.writeString(process.resolve("uid_map"), "         0      65534          1\n");
        assertThrows(IOException.class, jvm::temporary);
        Files.writeString(process.resolve("uid_map"), "         0          0 4294967295\n");
        jvm.temporary().close();
    }

    /** The pid and the start time stay the same at execve. */
    @Test
    void anotherProgramThatItExecutedIsNotWoken() throws IOException {
        jvm = new TargetJvm(proc, 4711);
        jvm.refuseIfAnother();
        status("S (sleeping)", CATCHES_NOTHING, CATCHES_NOTHING);
        assertThrows(IOException.class, jvm::refuseIfAnother);
        status("S (sleeping)", CATCHES_SIGQUIT, CATCHES_NOTHING);
        jvm.refuseIfAnother();
        Path status = process.resolve("status");
        Files.writeString(status, Files.readString(status).replace("1000\t1001", "1000\t0"));
        assertThrows(IOException.class, jvm::refuseIfAnother);
    }

    @Test
    void sourcesThatItsUserMayHave() throws IOException {
        assertFalse(jvm.may(SourceKind.EBPF));
        assertFalse(jvm.may(SourceKind.TRACEFS));
        assertTrue(jvm.may(SourceKind.PTRACE));
        status("S (sleeping)", CATCHES_SIGQUIT, "000000c000000000");
        assertTrue(jvm.may(SourceKind.EBPF));
        Path yama = Files.createDirectories(proc.resolve("sys/kernel/yama"));
        Files.writeString(yama.resolve("ptrace_scope"), "2\n");
        assertFalse(jvm.may(SourceKind.PTRACE));
    }

    @Test
    void thirtyTwoBits() throws IOException {
        String wide = "7f1e4a600000-7f1e4a8b0000 r--p 00000000 fd:00 812    /usr/lib/jvm/lib/server/libjvm.so\n";
        assertFalse(TargetFacts.isNarrow("00400000-00401000 r-xp 00000000 fd:00 1    /usr/bin/java\n" + wide));
        String narrow = "f6a00000-f7400000 r--p 00000000 fd:00 812    /usr/lib/jvm/lib/server/libjvm.so\n";
        assertTrue(TargetFacts.isNarrow(narrow));
        Files.writeString(process.resolve("maps"), narrow);
        String said = assertThrows(IOException.class, jvm::demandAgentPossible).getMessage();
        assertTrue(said.contains("JVM 4711 is a 32-bit one"), said);
    }
}
