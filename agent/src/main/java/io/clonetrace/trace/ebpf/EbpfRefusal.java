package io.clonetrace.trace.ebpf;

import io.clonetrace.clone.KernelVersion;
import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.bpf.Bpf;
import io.clonetrace.linux.proc.Capability;
import io.clonetrace.linux.proc.Lockdown;
import io.clonetrace.linux.proc.Rights;
import io.clonetrace.trace.AccessDenial;
import io.clonetrace.trace.MissingCapability;
import io.clonetrace.trace.PidNamespace;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.ebpf.Assembler.Helper;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.stream.Stream;

/** Why the eBPF source can't observe, in one sentence that says what to do. */
final class EbpfRefusal {
    private static final String NEEDS = "it takes root, or CAP_BPF and CAP_PERFMON";

    /** The first kernel with the helper bpf_task_pt_regs. */
    private static final KernelVersion OLDEST = new KernelVersion(5, 15, 0);

    /** The first kernel that does not count maps as locked memory. */
    private static final KernelVersion WITHOUT_MEMLOCK = new KernelVersion(5, 11, 0);

    /** The first kernel with CAP_BPF and CAP_PERFMON. */
    private static final KernelVersion WITH_CAPABILITIES = new KernelVersion(5, 8, 0);

    private static final long KIBI = 1024;

    private EbpfRefusal() {}

    /** Whether the running kernel counts maps and programs as locked memory. */
    static boolean countsLockedMemory() {
        return isBefore(WITHOUT_MEMLOCK);
    }

    /**
     * Checks, on a kernel whose version is older than the helper bpf_task_pt_regs, whether it has the helper all the
     * same, as distributors' kernels may.
     */
    static void checkHelpers() throws SourceRefusedException, LinuxException {
        if (!isBefore(OLDEST)) {
            return;
        }
        Assembler code = new Assembler().call(Helper.GET_CURRENT_TASK_BTF).copy(1, 0);
        try {
            Bpf.load(Instruction.encoded(
                            code.call(Helper.TASK_PT_REGS).set(0, 0).exit().program()))
                    .close();
        } catch (LinuxException refused) {
            if (refused.errno() == Errno.EINVAL.value()) {
                throw new SourceRefusedException(
                        "this kernel (" + System.getProperty("os.version") + ") lacks the BPF function"
                                + " bpf_task_pt_regs, which shows the arguments of a clone: Linux " + OLDEST
                                + " has it",
                        refused);
            }
            throw refused;
        }
    }

    private static boolean isBefore(KernelVersion version) {
        try {
            return KernelVersion.running().isBefore(version);
        } catch (IllegalArgumentException unknown) {
            return false;
        }
    }

    /**
     * Explains the failure of a call while RLIMIT_MEMLOCK could not be raised.
     *
     * @param limit in bytes
     */
    static SourceRefusedException ofLockedMemory(LinuxException failed, long limit) {
        return new SourceRefusedException(
                failed.getMessage() + ": before Linux " + WITHOUT_MEMLOCK + ", BPF maps count as locked memory, and"
                        + " RLIMIT_MEMLOCK is " + limit / KIBI + " KiB, which this process may not raise: give it"
                        + " CAP_SYS_RESOURCE, or raise the limit before it starts (ulimit -l unlimited; for a service,"
                        + " LimitMEMLOCK=infinity)",
                failed);
    }

    /** Checks before any call that a seccomp filter or an audit log would see. */
    static void check(Rights rights) throws SourceRefusedException {
        if (!rights.toTraceByBpf()) {
            throw new SourceRefusedException(lack(rights, isBefore(WITH_CAPABILITIES)));
        }
    }

    /** @param old whether the kernel knows no other capability for it than CAP_SYS_ADMIN */
    static String lack(Rights rights, boolean old) {
        if (old) {
            return rights.user() == 0 ? MissingCapability.ofRoot(Capability.CAP_SYS_ADMIN) : "it takes root";
        }
        Capability[] missing = Stream.of(Capability.CAP_BPF, Capability.CAP_PERFMON)
                .filter(capability -> !rights.has(capability))
                .toArray(Capability[]::new);
        if (rights.user() == 0) {
            return MissingCapability.ofRoot(missing);
        }
        return missing.length == 1 ? NEEDS + ", and this process lacks " + missing[0] : NEEDS;
    }

    static SourceRefusedException of(LinuxException failed, Rights rights) {
        String what = failed.getMessage();
        if (AccessDenial.is(failed)) {
            what += what.contains("the verifier says") ? "" : AccessDenial.reason(rights);
        } else if (failed.errno() == Errno.ENOSYS.value()) {
            what += "; this kernel, or a seccomp filter, has no such call";
        } else if (failed.errno() == Errno.EINVAL.value()) {
            what += "; " + KernelVersion.whyRefused(OLDEST);
        }
        return new SourceRefusedException(what, failed);
    }

    /**
     * Whether the pids of namespaces below the machine's can't be found.
     *
     * @param needed whether they must be
     */
    static boolean hidesPids(Lockdown lockdown, boolean needed) throws SourceRefusedException {
        if (lockdown.hidesKernelMemory() && needed) {
            throw new SourceRefusedException(
                    "the kernel's lockdown is confidentiality, under which ebpf can't find the pids of a pid namespace"
                            + " (a container): use the source ptrace, or boot without lockdown=confidentiality");
        }
        return lockdown.hidesKernelMemory();
    }

    /** Without the kernel's types, no pids but the machine's are known. */
    static SourceRefusedException ofPids(IOException noTypes, PidNamespace own) {
        return new SourceRefusedException(
                (own.isInitial()
                                ? "the process is in a pid namespace of its own"
                                : "this is a pid namespace of its own")
                        + " (a container), whose pids ebpf finds only by the kernel's type information (BTF), and "
                        + (noTypes instanceof FileSystemException file
                                ? file.getFile() + " can't be read"
                                : noTypes.getMessage())
                        + "; the source ptrace works in the container",
                noTypes);
    }

    static SourceRefusedException ofTracefs(IOException failed) {
        if (Lockdown.here().closesTracefs()) {
            return new SourceRefusedException(AccessDenial.LOCKDOWN, failed);
        }
        String what = failed instanceof FileSystemException file
                ? file.getFile() + " can't be read" + (file.getReason() == null ? "" : ": " + file.getReason()) + "; "
                        + NEEDS + ", and a tracefs that can be read or a kernel with BTF"
                : failed.getMessage();
        return new SourceRefusedException("the tracepoint task_newtask: " + what, failed);
    }
}
