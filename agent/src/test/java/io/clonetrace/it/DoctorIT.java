package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.host.Starter;
import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.DoctorRun;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.Processes;
import io.clonetrace.it.process.Restricted;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.truth.StraceTruth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code clonetrace doctor} says what the machine's own tools say, and really tries each source. */
class DoctorIT {
    private static final Jdk JDK = Jdk.current();
    private static final int MANY = 20_000_003;
    private static final int LONELY_USER = 64_987;

    private static String shell(String command) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("sh", "-c", command).start();
        String text = new String(shell.getInputStream().readAllBytes()).strip();
        shell.waitFor();
        return text;
    }

    private static void assumeRoot() {
        assumeTrue(OrdinaryUser.isRoot(), "the tests do not run as root");
    }

    private static List<String> inPrivateMounts(String script) {
        return List.of("unshare", "--mount", "sh", "-c", script + "; exec \"$@\"", "sh");
    }

    /** The flags that strace prints of the clone on which sources are tried. */
    private static String flagsByStrace(Path folder) throws IOException, InterruptedException {
        Path trace = folder.resolve("child.strace");
        List<String> child = List.of("/bin/sh", "-c", ": & wait");
        assertEquals(
                0,
                Run.toEnd(folder, "child", Commands.strace(trace.toString(), child))
                        .exitStatus());
        StraceTruth.Call call = StraceTruth.read(trace).calls().get(0);
        long bits = 0;
        for (String flag : call.flags().split("\\|")) {
            // linux/sched.h
            bits |= switch (flag) {
                case "CLONE_CHILD_CLEARTID" -> 0x00200000;
                case "CLONE_CHILD_SETTID" -> 0x01000000;
                case "CLONE_VM" -> 0x100;
                case "CLONE_VFORK" -> 0x4000;
                case "SIGCHLD" -> 0;
                default -> throw new AssertionError(call);
            };
        }
        return "flags 0x" + Long.toHexString(bits);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void rootHasEverySource(Jdk jdk) throws Exception {
        assumeRoot();
        Path folder = Artifacts.folder("doctor-root-" + jdk);
        DoctorRun doctor = DoctorRun.of(folder, jdk, List.of()).exits(0);
        assertEquals("", doctor.run().stderr());
        doctor.yes("root", "uid " + shell("id -u"))
                .says("kernel", "Linux " + shell("uname -r") + " ")
                .says("processor", shell("uname -m"))
                .says("THP mode", shell("sed 's/.*\\[//; s/\\].*//' /sys/kernel/mm/transparent_hugepage/enabled"))
                .says("perf events", "is " + shell("cat /proc/sys/kernel/perf_event_paranoid") + ",")
                .yes("strace's version", shell("strace -V | sed -n '1s/strace -- version //p'"))
                .yes("JDK", shell("sed -n 's/^JAVA_VERSION=\"\\(.*\\)\"/\\1/p' " + jdk.home() + "/release"))
                .yes("vmStructs")
                .yes("seccomp", "no filter")
                .yes("NoNewPrivs", "not set");
        String flags = flagsByStrace(folder);
        for (String source : List.of("ebpf", "tracefs", "ptrace", "strace")) {
            doctor.yes(source, flags, "(tried)").ends(source);
        }
        doctor.ends("clone flags can be observed, by ", "-> clonetrace run -- java ...");
        String held = shell("capsh --decode=$(sed -n 's/CapEff:\\t//p' /proc/self/status)");
        for (String capability : List.of("CAP_SYS_ADMIN", "CAP_BPF", "CAP_PERFMON", "CAP_SYS_PTRACE")) {
            assumeTrue(held.contains(capability.toLowerCase()), "root without " + capability + ", or no capsh");
            doctor.yes("capabilities", capability);
        }
    }

    @Test
    void ordinaryUserHasPtraceAndStrace() throws Exception {
        Path folder = OrdinaryUser.folder("doctor-user", JDK);
        DoctorRun doctor = DoctorRun.of(folder, JDK, OrdinaryUser.command(List.of()));
        doctor.exits(0)
                .no("root", "uid " + shell(String.join(" ", OrdinaryUser.command(List.of("id", "-u")))))
                .no("capabilities", "none of CAP_SYS_ADMIN, CAP_BPF, CAP_PERFMON, CAP_SYS_PTRACE")
                .no("ebpf", "it takes root, or CAP_BPF")
                .no("tracefs", "it takes root")
                .yes("ptrace", flagsByStrace(folder))
                .yes("strace")
                .ends("by ptrace, strace -> clonetrace run");
    }

    /** With tracefs mounted and not mounted; nothing of clonetrace stays in it. */
    @Test
    void tracefsWorksMountedOrNotAndIsLeftClean() throws Exception {
        assumeRoot();
        Path folder = Artifacts.folder("doctor-tracefs");
        String unmount = "umount -a -t tracefs";
        DoctorRun.of(folder, JDK, inPrivateMounts(unmount))
                .exits(0)
                .says("tracefs", "yes saw")
                .yes("ebpf");
        assertTrue(Files.readString(folder.resolve("doctor.out")).contains("not mounted; can be mounted"));
        String mount = unmount + "; mount -t tracefs nodev /sys/kernel/tracing";
        // Other processes may have instances there at the same time.
        String left =
                "; \"$@\" & pid=$!; wait $pid; status=$?; ls /sys/kernel/tracing/instances | grep -e -by-$pid[.] >&2";
        List<String> shell = List.of("unshare", "--mount", "sh", "-c", mount + left + "; exit $status", "sh");
        DoctorRun mounted = DoctorRun.of(folder, JDK, shell);
        mounted.exits(0).yes("tracefs", "saw");
        assertTrue(mounted.run().stdout().contains("mounted at /sys/kernel/tracing, readable"));
        assertEquals("", mounted.run().stderr(), "instances that are left");
    }

    @Test
    void pidNamespaceLeavesAllButTracefs() throws Exception {
        assumeRoot();
        Path folder = Artifacts.folder("doctor-container");
        List<String> container = List.of("unshare", "--pid", "--fork", "--mount-proc");
        String why = "a pid namespace of its own (a container)";
        DoctorRun.of(folder, JDK, container)
                .exits(0)
                .no("pid namespace", why, "the source ptrace works here")
                .yes("ebpf")
                .no("tracefs", why)
                .yes("ptrace")
                .yes("strace")
                .ends("by ebpf, ptrace, strace ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bpf", "perf_event_open", "ptrace"})
    void seccompFilterIsNamedByWhatItRefuses(String refused) throws Exception {
        assumeRoot();
        Path folder = Artifacts.folder("doctor-denied-" + refused);
        DoctorRun doctor = DoctorRun.of(folder, JDK, Restricted.command(folder, refused, List.of()))
                .exits(0)
                .no("seccomp", "mode 2", "may refuse bpf, perf_event_open, ptrace or execve")
                .no("NoNewPrivs", "not even sudo")
                .yes("tracefs");
        switch (refused) {
            case "bpf" ->
                doctor.yes("ptrace")
                        .no("ebpf", "bpf(BPF_MAP_CREATE): EPERM", "by the seccomp filter that this process is under");
            case "perf_event_open" ->
                doctor.yes("ptrace")
                        .no("ebpf", "perf_event_open: EPERM", "by the seccomp filter that this process is under");
            default ->
                doctor.yes("ebpf").no("strace", "not permitted").no("ptrace", "PTRACE_SEIZE", "a seccomp filter");
        }
    }

    @Test
    void statusIsOneWhereNoSourceWorks() throws Exception {
        Path folder = OrdinaryUser.folder("doctor-nothing", JDK);
        List<String> denied = Restricted.command(folder, "ptrace", List.of());
        DoctorRun.of(folder, JDK, OrdinaryUser.command(denied))
                .exits(1)
                .no("ebpf")
                .no("tracefs")
                .no("ptrace")
                .no("strace")
                .ends("clone flags can't be observed -> PTRACE_SEIZE", "a seccomp filter (such as a container's)");
    }

    @Test
    void sourcesAreNotTriedWithoutNativeCode() throws Exception {
        // The properties of clonetrace's copy of JNA, which ignores those of JNA itself.
        String options = "-Dclonetrace.jna.nounpack=true -Dclonetrace.jna.nosys=true"
                + " -Dclonetrace.jna.boot.library.path=/nowhere";
        DoctorRun.of(Artifacts.folder("doctor-no-native"), JDK, List.of("env", "JDK_JAVA_OPTIONS=" + options))
                .exits(1)
                .no("native code", "UnsatisfiedLinkError", "-> -Djava.io.tmpdir=DIR")
                .says("ptrace", "- not tried, because native code can't be used here")
                .says("ebpf", "- not tried, because native code can't be used here")
                .ends("clone flags can't be observed -> -Djava.io.tmpdir=DIR");
    }

    /** It makes threads all the time: the sources that stop no thread see some of them. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void runningJvmIsWatchedByTheSourcesThatStopNoThread(Jdk jdk) throws Exception {
        assumeRoot();
        Application application = new Application(jdk, Artifacts.folder("doctor-jvm-" + jdk));
        try (Run jvm = Run.start(application.folder(), "app", application.java("-Xmx64m", "-Xss7m"))) {
            Application.tell(jvm, 1);
            Application.awaitStarted(jvm, 1);
            Application.tell(jvm, MANY);
            long pid = jvm.process().pid();
            DoctorRun.of(application.folder(), JDK, List.of(), "" + pid)
                    .exits(0)
                    .yes("no other tracer")
                    .yes("JDK", shell("sed -n 's/^JAVA_VERSION=\"\\(.*\\)\"/\\1/p' " + jdk.home() + "/release"))
                    .yes("vmStructs")
                    .yes("attach", "SIGQUIT is caught")
                    .yes("PROCMAP_QUERY", "/proc/" + pid + "/maps")
                    .yes("more threads", "with a stack of 7 MiB (as its thread Reference Handler has)")
                    .yes("ebpf", "watched process " + pid + " too: saw a clone of it, flags 0x3d0f00")
                    .yes("tracefs", "watched process " + pid + " too: saw a clone of it, flags 0x3d0f00")
                    .yes("ptrace", "not tried on process " + pid + ", because")
                    .ends("the clone flags of process " + pid + " can be observed", "-> clonetrace attach " + pid);
            assertTrue(jvm.process().isAlive());
            assertEquals("started 1\n", jvm.stdout());
        }
    }

    @Test
    void tracerOfTheJvmIsNamed() throws Exception {
        Path folder = OrdinaryUser.folder("doctor-traced", JDK);
        List<String> strace =
                Commands.strace(folder.resolve("app.strace").toString(), new Application(JDK, folder).java());
        try (Run run = Run.start(folder, "app", OrdinaryUser.command(strace))) {
            Application.tell(run, 1);
            Application.awaitStarted(run, 1);
            ProcessHandle tracer = Stream.concat(
                            Stream.of(run.process().toHandle()), run.process().descendants())
                    .filter(process -> process.info().command().orElse("").endsWith("strace"))
                    .findFirst()
                    .orElseThrow();
            long pid = tracer.children().findFirst().orElseThrow().pid();
            String said = "strace (pid " + tracer.pid() + ") traces";
            DoctorRun.of(folder, JDK, OrdinaryUser.command(List.of()), "" + pid)
                    .exits(1)
                    .no("no other tracer", said)
                    .no("ptrace", said, "not attached")
                    .no("strace", said)
                    .ends("can't be observed", said, "source=strace:FILE");
            if (OrdinaryUser.isRoot()) {
                DoctorRun.of(folder, JDK, List.of(), "" + pid)
                        .exits(0)
                        .no("ptrace", said)
                        .yes("ebpf")
                        .yes("tracefs");
            }
            Application.end(run);
            assertEquals(Starter.STATUS, run.exitStatus());
        }
    }

    @Test
    void processesThatAreGoneForeignOrNoJvmAreSaidToBe() throws Exception {
        Path folder = OrdinaryUser.folder("doctor-others", JDK);
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        Run gone =
                DoctorRun.of(folder, JDK, List.of(), "" + ended.pid()).exits(1).run();
        assertEquals("clonetrace: there is no process " + ended.pid() + "\n", gone.stderr());
        Process sleep = new ProcessBuilder("sleep", "120").start();
        try {
            DoctorRun.of(folder, JDK, List.of(), "" + sleep.pid())
                    .exits(0)
                    .no("JDK", "is not a JVM")
                    .yes("ptrace");
            assumeRoot();
            DoctorRun.of(folder, JDK, OrdinaryUser.command(List.of()), "" + sleep.pid())
                    .exits(1)
                    .no("ptrace", "process_vm_readv", "EPERM", "belongs to user 0: run as that user or as root")
                    .ends("run as that user or as root");
        } finally {
            sleep.destroyForcibly();
        }
    }

    /** As many more threads as the kernel really allows: the user has only the process in question. */
    @Test
    void roomForThreadsIsWhatTheKernelAllows() throws Exception {
        assumeRoot();
        Path folder = Artifacts.folder("doctor-limits");
        List<String> limited = new ArrayList<>(List.of("setpriv", "--reuid=" + LONELY_USER, "--regid=" + LONELY_USER));
        limited.addAll(List.of("--clear-groups", "prlimit", "--nproc=9:9", "sleep", "120"));
        Process sleep = new ProcessBuilder(limited).start();
        try {
            Processes.awaitThread(sleep.pid(), "sleep");
            DoctorRun.of(folder, JDK, List.of(), "" + sleep.pid())
                    .exits(0)
                    .yes("more threads", "8 with a stack of 1 MiB (HotSpot's default), then RLIMIT_NPROC stops them")
                    .yes("RLIMIT_NPROC", "1 of 9 tasks in use", "user " + LONELY_USER)
                    .says("kernel.pid_max", shell("sed ':a;s/\\B[0-9]\\{3\\}\\>/,&/;ta' /proc/sys/kernel/pid_max"));
        } finally {
            sleep.destroyForcibly();
        }
    }
}
