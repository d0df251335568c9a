package io.clonetrace.cli.doctor;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of the machine decides, with kernels and settings that the machine of the tests does not have. */
class KernelChecksTest {
    private static final String RELEASE = "proc/sys/kernel/osrelease";
    private static final String YAMA = "proc/sys/kernel/yama/ptrace_scope";
    private static final String PARANOID = "proc/sys/kernel/perf_event_paranoid";
    private static final String LOCKDOWN = "sys/kernel/security/lockdown";
    private static final String THP = "sys/kernel/mm/transparent_hugepage/enabled";

    @TempDir
    private Path folder;

    private Trees trees;

    @BeforeEach
    void plant() {
        trees = new Trees(folder);
    }

    @Test
    void kernels() throws IOException {
        trees.file(RELEASE, "5.14.0-503.el9.x86_64\n");
        Looked.at(KernelChecks.kernel(trees.proc()))
                .no("Linux 5.14.0-503.el9.x86_64 ", "for the source ebpf: Linux 5.15 or newer")
                .in(RELEASE);
        trees.file(RELEASE, "5.15.0\n");
        Looked.at(KernelChecks.kernel(trees.proc())).yes("Linux 5.15.0");
        trees.file(RELEASE, "mainline\n");
        Looked.at(KernelChecks.kernel(trees.proc())).open("\"mainline\" is no kernel version");
    }

    @Test
    void types() throws IOException {
        Looked.at(KernelChecks.btf(trees.sys())).no("CONFIG_DEBUG_INFO_BTF").in("no " + trees.sys());
        trees.file("sys/kernel/btf/vmlinux", "x");
        Looked.at(KernelChecks.btf(trees.sys())).yes().in("sys/kernel/btf/vmlinux");
    }

    @Test
    void noLockdown() {
        Looked.at(KernelChecks.lockdown(trees.sys())).yes("no such module");
    }

    @ParameterizedTest
    @CsvSource({"[none] integrity confidentiality, none", "none [integrity] confidentiality, integrity"})
    void lockdownThatHarmsNoSource(String text, String mode) throws IOException {
        trees.file(LOCKDOWN, text + "\n");
        Looked.at(KernelChecks.lockdown(trees.sys())).yes(mode).in(LOCKDOWN);
    }

    @Test
    void lockdownThatClosesTheKernelsTracing() throws IOException {
        trees.file(LOCKDOWN, "none integrity [confidentiality]\n");
        Looked.at(KernelChecks.lockdown(trees.sys()))
                .no("confidentiality: tracefs is closed, to root too", "ptrace works");
    }

    @Test
    void perfEvents() throws IOException {
        Looked.at(KernelChecks.perfEvents(trees.proc(), trees.root())).no("CONFIG_PERF_EVENTS");
        trees.file(PARANOID, "4\n");
        Looked.at(KernelChecks.perfEvents(trees.proc(), trees.root())).yes("is 4, which CAP_PERFMON passes");
        Looked.at(KernelChecks.perfEvents(trees.proc(), trees.user(1_000)))
                .no("kernel.perf_event_paranoid is 4", "CAP_PERFMON")
                .in(PARANOID);
        // Only CAP_SYS_ADMIN, as before Linux 5.8.
        Looked.at(KernelChecks.perfEvents(trees.proc(), trees.capabilities(0, "0000000000200000")))
                .yes("which CAP_SYS_ADMIN passes");
        trees.file(PARANOID, "-1\n");
        Looked.at(KernelChecks.perfEvents(trees.proc(), trees.user(1_000))).yes("is -1: all is open");
    }

    @Test
    void noYama() throws IOException {
        Looked.at(KernelChecks.yama(trees.proc(), trees.user(1_000)))
                .yes("no such module")
                .in("no " + folder.resolve(YAMA));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "2"})
    void yamaLetsRoot(String scope) throws IOException {
        trees.file(YAMA, scope + "\n");
        Looked.at(KernelChecks.yama(trees.proc(), trees.root()))
                .yes("kernel.yama.ptrace_scope is " + scope)
                .in(YAMA);
    }

    @Test
    void yamaLetsNobody() throws IOException {
        trees.file(YAMA, "3\n");
        Looked.at(KernelChecks.yama(trees.proc(), trees.root())).no("no process may trace until the next reboot");
    }

    @ParameterizedTest
    @CsvSource({
        "1, only root and ancestors may trace",
        "1, 'clonetrace run is an ancestor, and the agent permits its own tracer'",
        "2, 'run as root, or set it to 1'",
        "3, no process may trace"
    })
    void yamaAndAnOrdinaryUser(String scope, String said) throws IOException {
        trees.file(YAMA, scope + "\n");
        Looked.at(KernelChecks.yama(trees.proc(), trees.user(1_000)))
                .no("kernel.yama.ptrace_scope is " + scope, said)
                .in(YAMA);
    }

    @Test
    void yamaThatForbidsNothing() throws IOException {
        trees.file(YAMA, "0\n");
        Looked.at(KernelChecks.yama(trees.proc(), trees.user(1_000))).yes("is 0: a user's processes may be traced");
    }

    @Test
    void hugePages() throws IOException {
        Looked.at(KernelChecks.hugePages(trees.proc(), trees.sys())).yes("this kernel has none");
        trees.file(THP, "always [madvise] never\n").file(RELEASE, "6.6.9\n");
        Looked.at(KernelChecks.hugePages(trees.proc(), trees.sys()))
                .yes("madvise")
                .in(THP);
        trees.file(THP, "[always] madvise never\n");
        Looked.at(KernelChecks.hugePages(trees.proc(), trees.sys()))
                .no("always: ", "resident as a whole", "set it to madvise");
        trees.file(RELEASE, "6.7.0\n");
        Looked.at(KernelChecks.hugePages(trees.proc(), trees.sys())).yes("always; from Linux 6.7 on stacks get none");
    }
}
