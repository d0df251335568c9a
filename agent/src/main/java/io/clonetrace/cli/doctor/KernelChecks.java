package io.clonetrace.cli.doctor;

import io.clonetrace.clone.KernelVersion;
import io.clonetrace.linux.Processor;
import io.clonetrace.linux.proc.Capability;
import io.clonetrace.linux.proc.Lockdown;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.linux.proc.PseudoFile;
import io.clonetrace.trace.MissingCapability;
import io.clonetrace.trace.Yama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** What of the kernel, its settings and the processor decides which sources work. */
final class KernelChecks {
    private static final String KERNEL = "kernel";
    private static final KernelVersion EBPF = new KernelVersion(5, 15, 0); // the helper bpf_task_pt_regs
    private static final String PROCESSOR = "processor";
    private static final String BTF = "BTF";
    private static final String LOCKDOWN = "lockdown";
    private static final String PERF_EVENTS = "perf events";
    private static final String YAMA = "Yama";
    private static final String THP_MODE = "THP mode";
    private static final KernelVersion PROTECTS_STACKS = new KernelVersion(6, 7, 0); // MAP_STACK is VM_NOHUGEPAGE

    private KernelChecks() {}

    /** Whether the kernel is new enough for every source; whether a source works is found out by trying it. */
    static Ability kernel(Path proc) {
        Path file = proc.resolve("sys/kernel/osrelease");
        try {
            String release = PseudoFile.of(file);
            if (KernelVersion.parse(release).isBefore(EBPF)) {
                return Ability.no(
                        KERNEL,
                        "Linux " + release,
                        file.toString(),
                        "for the source ebpf: Linux " + EBPF + " or newer");
            }
            return Ability.yes(KERNEL, "Linux " + release, file.toString());
        } catch (IOException | IllegalArgumentException unreadable) {
            return Ability.open(KERNEL, "can't be told: " + unreadable.getMessage(), file.toString());
        }
    }

    /** Whether the processor is supported: its registers and numbers of system calls are known. */
    static Ability processor() {
        String where = "this JVM's os.arch";
        return Processor.current()
                .map(known -> Ability.yes(PROCESSOR, known.name().toLowerCase(Locale.ROOT), where))
                .orElseGet(() -> Ability.no(
                        PROCESSOR,
                        Processor.unsupported(),
                        where,
                        "use one with x86-64 or aarch64; strace:FILE works with the system's strace"));
    }

    /** Whether the kernel describes its types, which the helper bpf_get_current_task_btf needs. */
    static Ability btf(Path sys) {
        Path file = sys.resolve("kernel/btf/vmlinux");
        if (Files.exists(file)) {
            return Ability.yes(BTF, "the kernel describes its types", file.toString());
        }
        return Ability.no(
                BTF,
                "the kernel does not describe its types",
                "no " + file,
                "for the source ebpf: a kernel built with CONFIG_DEBUG_INFO_BTF");
    }

    /** The kernel's lockdown (kernel_lockdown(7)); its classes are in security/security.c. */
    static Ability lockdown(Path sys) {
        Lockdown lockdown = Lockdown.of(sys);
        String file = sys.resolve(Lockdown.FILE).toString();
        if (lockdown.closesTracefs()) {
            return Ability.no(
                    LOCKDOWN,
                    lockdown.mode().get() + ": tracefs is closed, to root too",
                    file,
                    "ptrace works, and ebpf where the kernel has BTF; for tracefs, boot without lockdown=confidentiality");
        }
        return lockdown.mode()
                .map(mode -> Ability.yes(LOCKDOWN, mode, file))
                .orElseGet(
                        () -> Ability.yes(LOCKDOWN, "no such module, or no securityfs mounted to tell", "no " + file));
    }

    /** Whether perf_event_open(2) may open a tracepoint, to which the BPF program is attached. */
    static Ability perfEvents(Path proc, ProcessStatus process) {
        Path file = proc.resolve("sys/kernel/perf_event_paranoid");
        try {
            String found = "kernel.perf_event_paranoid is " + PseudoFile.of(file);
            if (Integer.parseInt(PseudoFile.of(file)) < 0) {
                return Ability.yes(PERF_EVENTS, found + ": all is open", file.toString());
            }
            for (Capability passes : new Capability[] {Capability.CAP_PERFMON, Capability.CAP_SYS_ADMIN}) {
                if (process.has(passes)) {
                    return Ability.yes(PERF_EVENTS, found + ", which " + passes + " passes", file.toString());
                }
            }
            return Ability.no(
                    PERF_EVENTS,
                    found,
                    file.toString(),
                    "for the source ebpf: "
                            + (process.user() == 0
                                    ? MissingCapability.ofRoot(Capability.CAP_PERFMON)
                                    : "root, or CAP_PERFMON"));
        } catch (NumberFormatException | IOException unknown) {
            return Ability.no(
                    PERF_EVENTS,
                    "this kernel has none",
                    "no " + file,
                    "for the source ebpf: a kernel built with CONFIG_PERF_EVENTS");
        }
    }

    /** Which processes Yama allows to trace others. */
    static Ability yama(Path proc, ProcessStatus process) {
        Yama yama = Yama.of(proc);
        String where = proc.resolve(Yama.FILE).toString();
        Optional<String> scope = yama.scope();
        if (scope.isEmpty()) {
            return Ability.yes(YAMA, "no such module, or it is off: a user's processes may be traced", "no " + where);
        }
        String name = "kernel.yama.ptrace_scope is " + scope.get();
        boolean privileged = process.has(Capability.CAP_SYS_PTRACE);
        if (yama.rule().isEmpty()) {
            return Ability.yes(YAMA, name + ": a user's processes may be traced", where);
        }
        if (privileged && !scope.get().equals("3")) {
            return Ability.yes(YAMA, name + ", which CAP_SYS_PTRACE passes", where);
        }
        if (scope.get().equals("1")) {
            return Ability.no(
                    YAMA,
                    name + ": only root and ancestors may trace",
                    where,
                    "clonetrace run is an ancestor, and the agent permits its own tracer; no more is needed for them");
        }
        return Ability.no(YAMA, yama.refusal(process).orElse(name), where, "");
    }

    /** Whether transparent huge pages can make untouched stacks resident. */
    static Ability hugePages(Path proc, Path sys) {
        Path file = sys.resolve("kernel/mm/transparent_hugepage/enabled");
        try {
            String mode = PseudoFile.chosen(file);
            if (!mode.equals("always")) {
                return Ability.yes(THP_MODE, mode, file.toString());
            }
            if (KernelVersion.parse(PseudoFile.of(proc.resolve("sys/kernel/osrelease")))
                    .isBefore(PROTECTS_STACKS)) {
                return Ability.no(
                        THP_MODE,
                        "always: on this kernel a thread's stack may get huge pages, and be resident as a whole",
                        file.toString(),
                        "set it to madvise, or use Linux " + PROTECTS_STACKS);
            }
            return Ability.yes(
                    THP_MODE, "always; from Linux " + PROTECTS_STACKS + " on stacks get none", file.toString());
        } catch (IOException | IllegalArgumentException none) {
            return Ability.yes(THP_MODE, "this kernel has none", "no " + file);
        }
    }
}
