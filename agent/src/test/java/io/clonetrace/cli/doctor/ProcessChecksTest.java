package io.clonetrace.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.linux.proc.ProcessStatus;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the process that runs the command may do. */
class ProcessChecksTest {
    private static final String SYS_PTRACE = "0000000000080000";
    private static final String BPF_AND_PERFMON = "000000c000000000";
    private static final String BPF_ALONE = "0000008000000000";

    @TempDir
    private Path folder;

    private Trees trees;

    @BeforeEach
    void plant() {
        trees = new Trees(folder);
    }

    @Test
    void root() throws IOException {
        Looked.at(ProcessChecks.root(trees.user(1_000))).no("uid 1000").in("self/status: Uid");
        Looked.at(ProcessChecks.root(trees.root())).yes("uid 0");
        trees.file("proc/self/uid_map", "         0          0 4294967295\n");
        Looked.at(ProcessChecks.root(trees.root())).yes("uid 0");
        trees.file("proc/self/uid_map", "         0       1000          1\n");
        Looked.at(ProcessChecks.root(trees.root()))
                .no("uid 0, but of a user namespace of its own")
                .in("uid_map");
    }

    @Test
    void capabilities() throws IOException {
        Looked.at(ProcessChecks.capabilities(trees.root())).yes("CAP_SYS_ADMIN, CAP_BPF, CAP_PERFMON, CAP_SYS_PTRACE");
        Looked.at(ProcessChecks.capabilities(trees.user(1_000)))
                .no("none of CAP_SYS_ADMIN, CAP_BPF, CAP_PERFMON, CAP_SYS_PTRACE", "CAP_BPF and CAP_PERFMON")
                .in("self/status: CapEff");
        Looked.at(ProcessChecks.capabilities(trees.capabilities(1_000, BPF_AND_PERFMON)))
                .yes("CAP_BPF, CAP_PERFMON");
        Looked.at(ProcessChecks.capabilities(trees.capabilities(1_000, BPF_ALONE)))
                .no("CAP_BPF; not CAP_SYS_ADMIN, CAP_PERFMON, CAP_SYS_PTRACE");
        Looked.at(ProcessChecks.capabilities(trees.capabilities(1_000, SYS_PTRACE)))
                .no("CAP_SYS_PTRACE; not CAP_SYS_ADMIN, CAP_BPF, CAP_PERFMON");
    }

    @Test
    void seccomp() throws IOException {
        Looked.at(ProcessChecks.seccomp(trees.root())).yes("no filter");
        ProcessStatus filtered = trees.status("self", 0, SYS_PTRACE, "Seccomp:\t2\n");
        Looked.at(ProcessChecks.seccomp(filtered))
                .no("mode 2", "may refuse bpf, perf_event_open, ptrace or execve")
                .in("self/status: Seccomp");
    }

    @Test
    void noNewPrivileges() throws IOException {
        Looked.at(ProcessChecks.noNewPrivs(trees.root())).yes("not set");
        ProcessStatus set = trees.status("self", 1_000, SYS_PTRACE, "NoNewPrivs:\t1\n");
        Looked.at(ProcessChecks.noNewPrivs(set)).no("not even sudo", "start from another shell");
        ProcessStatus old = ProcessStatus.of(
                        trees.file("proc/1/status", "Uid:\t0\t0\t0\t0\n").process("1"))
                .orElseThrow();
        Looked.at(ProcessChecks.noNewPrivs(old)).open("this kernel does not say");
    }

    @Test
    void pidNamespace() throws IOException {
        trees.link("proc/self/ns/pid", "pid:[4026531836]").link("proc/7/ns/pid", "pid:[4026532201]");
        Looked.at(ProcessChecks.initialPidNamespace(trees.process("self"))).yes("the machine's own");
        Looked.at(ProcessChecks.initialPidNamespace(trees.process("7")))
                .no("a pid namespace of its own (a container)", "the source ptrace works here")
                .in("7/ns/pid");
        Looked.at(ProcessChecks.initialPidNamespace(trees.process("8"))).open("can't be read");
        Looked.at(ProcessChecks.samePidNamespace(trees.process("self"), trees.process("self")))
                .yes("the same");
        Looked.at(ProcessChecks.samePidNamespace(trees.process("self"), trees.process("7")))
                .no("another than this command's", "run clonetrace within its container");
        Looked.at(ProcessChecks.samePidNamespace(trees.process("self"), trees.process("8")))
                .open("can't be read from here");
    }

    @Test
    void tracefsWhereItIsMounted() throws IOException {
        Path place = folder.resolve("tracing");
        trees.file(
                "proc/self/mountinfo",
                "28 23 0:12 / /sys rw - sysfs sysfs rw\n41 28 0:13 / " + place + " rw - tracefs nodev rw\n");
        Looked.at(SourceChecks.tracefs(trees.process("self")))
                .no("mounted at " + place + ", but not readable")
                .in("self/mountinfo");
        trees.file("tracing/events/task/task_newtask/id", "115\n");
        Looked.at(SourceChecks.tracefs(trees.process("self"))).yes("mounted at " + place + ", readable");
        Looked.at(SourceChecks.tracefs(trees.process("8"))).open("can't be told");
    }

    @Test
    void aStatusThatIsNotThere() {
        assertTrue(ProcessStatus.of(trees.process("9")).isEmpty());
    }

    @Test
    void signals() throws IOException {
        assertTrue(trees.root().catches(3));
        assertFalse(trees.root().catches(9));
        assertFalse(trees.root().ended());
    }
}
