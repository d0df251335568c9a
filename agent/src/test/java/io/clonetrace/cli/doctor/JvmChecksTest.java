package io.clonetrace.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.cli.target.JavaStack;
import io.clonetrace.cli.target.JvmOptions;
import io.clonetrace.clone.KernelVersion;
import io.clonetrace.linux.proc.ProcessStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of a process, and of the JVM in it. */
class JvmChecksTest {
    private static final String NO_CAPABILITIES = "0000000000000000";
    private static final String LIBRARY = "/opt/jdk/lib/server/libjvm.so";
    private static final String HOME = "proc/4711/root/opt/jdk/";

    private static final Duration DEADLINE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private Trees trees;
    private Path process;

    @BeforeEach
    void plant() throws IOException {
        trees = new Trees(folder);
        process = trees.process("4711");
        trees.file("proc/4711/maps", maps(LIBRARY));
        trees.file("proc/4711/environ", "PATH=/bin\0");
        trees.file("proc/4711/cmdline", "java\0-Xmx1g\0App\0");
    }

    private static String maps(String... files) {
        StringBuilder maps = new StringBuilder("7ffd00001000-7ffd00002000 rw-p 00000000 00:00 0    [stack]\n");
        for (String file : files) {
            maps.append("7f0000001000-7f0000002000 r--p 00000000 fe:00 42    " + file + "\n");
            maps.append("7f0000002000-7f0000003000 r-xp 00001000 fe:00 42    " + file + "\n");
        }
        return maps.toString();
    }

    private void release(String version, String more) throws IOException {
        trees.file(HOME + "release", "IMPLEMENTOR=\"Acme\"\nJAVA_VERSION=\"" + version + "\"\n" + more);
    }

    @ParameterizedTest
    @CsvSource({
        "17, true",
        "17.0.15, true",
        "25-ea, true",
        "16.0.2, false",
        "11.0.2, false",
        "1.8.0_372, false",
        "99999999999, false"
    })
    void versions(String version, boolean fits) throws IOException {
        release(version, "");
        Looked looked = Looked.at(JvmChecks.jdk(process)).in("/opt/jdk/release");
        if (fits) {
            looked.yes("Acme " + version);
        } else {
            looked.no("Acme " + version, "the agent needs Java 17 or newer");
        }
    }

    @Test
    void anImageWithoutRecordings() throws IOException {
        release("21", "MODULES=\"java.base java.logging\"\n");
        Looked.at(JvmChecks.jdk(process)).no("without the module jdk.jfr");
        release("21", "MODULES=\"java.base jdk.jfr\"\n");
        Looked.at(JvmChecks.jdk(process)).yes("Acme 21");
    }

    @Test
    void thirtyTwoBits() throws IOException {
        trees.file("proc/4711/maps", maps(LIBRARY).replace("7f00", ""));
        Looked.at(attach(trees.user(1_000), 1_000, "")).no("JVM 4711 is a 32-bit one");
    }

    @Test
    void otherVirtualMachines() throws IOException {
        release("21", "");
        trees.file("proc/4711/maps", maps(LIBRARY, "/opt/jdk/lib/default/libj9vm29.so"));
        Looked.at(JvmChecks.jdk(process)).no("with OpenJ9", "HotSpot and glibc");
        trees.file("proc/4711/maps", maps(LIBRARY, "/lib/ld-musl-x86_64.so.1"));
        Looked.at(JvmChecks.jdk(process)).no("with musl");
        trees.file("proc/4711/maps", maps(LIBRARY, "/usr/lib/x86_64-linux-musl/libc.so"));
        Looked.at(JvmChecks.jdk(process)).no("with musl");
    }

    @Test
    void aJdkThatWasUpdatedMeanwhile() throws IOException {
        release("17.0.16", "");
        trees.file("proc/4711/maps", maps(LIBRARY + " (deleted)"));
        Looked.at(JvmChecks.jdk(process)).yes("17.0.16; by now another is installed in its place");
    }

    @Test
    void noRelease() {
        Looked.at(JvmChecks.jdk(process)).open("a JVM of unknown version");
    }

    @Test
    void noJvm() throws IOException {
        trees.file("proc/4711/maps", maps("/usr/bin/sleep"));
        Looked.at(JvmChecks.jdk(process))
                .no("is not a JVM", "clonetrace trace -p")
                .in("4711/maps");
        Looked.at(JvmChecks.vmStructs(process)).open("no JVM");
        Looked.at(attach(trees.user(1_000), 1_000, "")).open("no JVM");
    }

    @Test
    void notOursToLookAt() throws IOException {
        Path none = trees.process("4712");
        Looked.at(JvmChecks.jdk(none)).open("can't be told: there is no " + none.resolve("maps"));
        Looked.at(JvmChecks.vmStructs(none)).open("can't be told");
    }

    @ParameterizedTest
    @CsvSource({"0, true", "65524, true", "65540, true", "140000, true", "0, false"})
    void theTableOfHotSpot(int before, boolean there) throws IOException {
        trees.file(
                HOME + "lib/server/libjvm.so",
                "x".repeat(before) + "\0" + (there ? "gHotSpotVMStructs" : "JNI") + "\0");
        Looked looked = Looked.at(JvmChecks.vmStructs(process));
        if (there) {
            looked.yes("libjvm.so exports gHotSpotVMStructs");
        } else {
            looked.no("this JVM exports no gHotSpotVMStructs");
        }
    }

    /** A process may name any file libjvm.so, and put anything in its place. */
    @Test
    void whatIsNoFileIsNotOpened() throws Exception {
        Path library = folder.resolve(HOME + "lib/server/libjvm.so");
        Files.createDirectories(library.getParent());
        for (Path pipe : List.of(library, folder.resolve(HOME + "release"))) {
            assertEquals(
                    0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        }
        assertTimeoutPreemptively(DEADLINE, () -> {
            Looked.at(JvmChecks.vmStructs(process)).open("can't be told: " + LIBRARY + " is a named pipe");
            Looked.at(JvmChecks.jdk(process)).open("a JVM of unknown version");
        });
    }

    /** @param self planted for the check, which reads it in the same /proc */
    private Ability attach(ProcessStatus self, int uid, String more) throws IOException {
        return AttachCheck.of(trees.status("4711", uid, NO_CAPABILITIES, more));
    }

    @Test
    void whoMayAttach() throws IOException {
        Looked.at(attach(trees.user(1_000), 1_000, "")).yes("SIGQUIT is caught").in("4711/status: SigCgt");
        Looked.at(attach(trees.root(), 1_000, "")).yes();
        Looked.at(attach(trees.user(1_000), 1_001, ""))
                .no("belongs to user 1001", "run as that user and group, or as root");
    }

    @Test
    void aJvmThatIsTooOldIsNotAttachedTo() throws IOException {
        release("11.0.2", "");
        Looked.at(attach(trees.user(1_000), 1_000, ""))
                .no("the agent does not work in it: Acme 11.0.2", "the agent needs Java 17 or newer")
                .in("/opt/jdk/release");
    }

    @Test
    void aSignalThatWouldKill() throws IOException {
        Looked.at(attach(trees.user(1_000), 1_000, "SigCgt:\t0000000000000000\n"))
                .no("does not catch SIGQUIT, which would kill it", "-javaagent:clonetrace.jar");
    }

    @ParameterizedTest
    @CsvSource({
        "java -XX:+DisableAttachMechanism App, X=, -XX:+DisableAttachMechanism",
        "java -XX:-EnableDynamicAgentLoading App, X=, -XX:-EnableDynamicAgentLoading",
        "java App, JAVA_TOOL_OPTIONS=-Xmx1g -XX:+DisableAttachMechanism, -XX:+DisableAttachMechanism",
        "java App, JDK_JAVA_OPTIONS=-XX:+DisableAttachMechanism, -XX:+DisableAttachMechanism",
        "java -XX:-DisableAttachMechanism App, JAVA_TOOL_OPTIONS=-XX:+DisableAttachMechanism, ''",
        "java -XX:+DisableAttachMechanism -XX:-DisableAttachMechanism App, X=, ''",
    })
    void optionsThatForbidIt(String command, String variable, String culprit) throws IOException {
        trees.file("proc/4711/cmdline", command.replace(' ', '\0') + "\0");
        trees.file("proc/4711/environ", variable + "\0");
        Looked looked = Looked.at(attach(trees.user(1_000), 1_000, ""));
        if (culprit.isEmpty()) {
            looked.yes();
        } else {
            looked.no("was started with " + culprit).in("cmdline and environ");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "java -Xss8m App, X=, 8388608",
        "java -cp a -Xss512k -XX:ThreadStackSize=2048 App, X=, 2097152",
        "java App, JAVA_TOOL_OPTIONS=-Xss1g, 1073741824",
        "java -Xss8M App, JDK_JAVA_OPTIONS=-Xss1g, 8388608",
        "java -Xss8m App, _JAVA_OPTIONS=-Xss65536, 65536",
        "java -Xss0 App, X=, 0",
    })
    void stackSizes(String command, String variable, long bytes) throws IOException {
        trees.file("proc/4711/cmdline", command.replace(' ', '\0') + "\0");
        trees.file("proc/4711/environ", variable + "\0");
        assertEquals(bytes, JvmOptions.of(process).stackSize().orElse(0L));
        JavaStack stack = JavaStack.of(process);
        assertEquals(bytes == 0 ? 1 << 20 : bytes, stack.bytes());
        assertTrue(stack.source().startsWith(bytes == 0 ? "HotSpot's default" : "by its options"), stack.source());
    }

    @Test
    void tracers() throws IOException {
        Looked.at(ProcessChecks.tracer(trees.root())).yes("not traced");
        // A thread that is not there: the tracer ended in this moment.
        Looked.at(ProcessChecks.tracer(trees.status("4711", 0, NO_CAPABILITIES, "TracerPid:\t4194304\n")))
                .no(" traces it already, and a process has one tracer at a time")
                .in("4711/status: TracerPid");
    }

    /** A file that answers no ioctl, as maps did before Linux 6.11. */
    @Test
    void olderKernels() throws IOException {
        trees.file("proc/4711/pagemap", "");
        Looked.at(JvmChecks.procmapQuery(process)).no(KernelVersion.whyRefused(new KernelVersion(6, 11, 0)), "smaps");
        Looked.at(JvmChecks.pagemapScan(process)).no(KernelVersion.whyRefused(new KernelVersion(6, 7, 0)), "smaps");
        Looked.at(JvmChecks.procmapQuery(trees.process("4712"))).no("ENOENT");
    }

    @Test
    void whichProcess() throws IOException {
        trees.status("4711", 0, NO_CAPABILITIES, "");
        trees.status("4713", 0, NO_CAPABILITIES, "");
        assertEquals(4_711, Target.of(trees.proc(), 4_711).pid());
        assertEquals(4_711, Target.of(trees.proc(), 4_713).pid(), "its thread");
        assertSaid("there is no process 4714", 4_714);
        trees.status("4711", 0, NO_CAPABILITIES, "State:\tZ (zombie)\n");
        assertSaid("process 4711 has ended", 4_713);
        trees.file("proc/2/status", "Name:\tkthreadd\nState:\tS (sleeping)\nTgid:\t2\n");
        assertSaid("2 is a thread of the kernel's own", 2);
    }

    private void assertSaid(String part, int pid) {
        String said = assertThrows(IOException.class, () -> Target.of(trees.proc(), pid))
                .getMessage();
        assertTrue(said.contains(part), said);
    }
}
