package io.clonetrace.cli.doctor;

import io.clonetrace.cli.doctor.Ability.Answer;
import io.clonetrace.clone.CloneCall;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.NativeUnavailableException;
import io.clonetrace.linux.Processor;
import io.clonetrace.linux.proc.Capability;
import io.clonetrace.linux.proc.Lockdown;
import io.clonetrace.linux.proc.MountInfo;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.linux.proc.PseudoFile;
import io.clonetrace.linux.proc.Rights;
import io.clonetrace.linux.process.Ptrace;
import io.clonetrace.linux.tracefs.Tracefs;
import io.clonetrace.run.SourceTrial;
import io.clonetrace.trace.AccessDenial;
import io.clonetrace.trace.MissingCapability;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.Yama;
import io.clonetrace.trace.ptrace.TracePermission;
import io.clonetrace.trace.strace.StraceProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Whether each source observes, and what they need: native code, tracefs, strace. */
final class SourceChecks {
    private static final String NATIVE_CODE = "native code";
    private static final String TRACEFS = "tracefs";
    private static final Path TRACEPOINT = Path.of("events/task/task_newtask/id");
    private static final String STRACE = "strace's version";
    private static final String REFUSED_CLONES = "refused clones";

    private SourceChecks() {}

    /** Whether JNA can load its library, without which no source works. */
    static Ability nativeCode() {
        try {
            Ptrace.open().close();
            return Ability.yes(NATIVE_CODE, "JNA is loaded", "tried");
        } catch (NativeUnavailableException unavailable) {
            return Ability.no(
                    NATIVE_CODE,
                    unavailable.getMessage().lines().findFirst().orElse(""),
                    "tried",
                    Processor.current().isEmpty()
                            ? "run it with a 64-bit JDK for x86-64 or aarch64"
                            : "-Djava.io.tmpdir=DIR, where DIR may be written and libraries be loaded from it (not noexec)");
        }
    }

    /** Whether the kernel's tracing can be read, where it is mounted or by a private mount of this command. */
    static Ability tracefs(Path self) {
        Path mounts = self.resolve("mountinfo");
        try {
            Optional<Path> mounted = MountInfo.firstOf("tracefs", PseudoFile.lines(mounts));
            return mounted.isPresent() ? mountedAt(mounted.get(), mounts) : ownMount(mounts);
        } catch (IOException unreadable) {
            return Ability.open(TRACEFS, "can't be told: " + unreadable.getMessage(), mounts.toString());
        }
    }

    /** What to do where tracefs can't be read; empty if nothing is known to help. */
    static String remedy(Rights rights, Lockdown lockdown) {
        if (lockdown.closesTracefs()) {
            return AccessDenial.LOCKDOWN;
        }
        if (rights.user() != 0) {
            return "for the source tracefs: run as root";
        }
        return rights.toAdminister()
                ? ""
                : "for the source tracefs: " + MissingCapability.ofRoot(Capability.CAP_SYS_ADMIN);
    }

    private static Ability mountedAt(Path place, Path mounts) {
        try {
            PseudoFile.of(place.resolve(TRACEPOINT));
            return Ability.yes(TRACEFS, "mounted at " + place + ", readable", mounts.toString());
        } catch (IOException unreadable) {
            return Ability.no(
                    TRACEFS,
                    "mounted at " + place + ", but not readable: " + unreadable.getMessage(),
                    mounts.toString(),
                    remedy(Rights.own(), Lockdown.here()));
        }
    }

    private static Ability ownMount(Path mounts) {
        try (Tracefs tracefs = Tracefs.open()) {
            PseudoFile.of(tracefs.root().resolve(TRACEPOINT));
            return Ability.yes(TRACEFS, "not mounted; can be mounted, by this command for itself", "tried");
        } catch (LinuxException | IOException refused) {
            return Ability.no(
                    TRACEFS,
                    "not mounted, and " + refused.getMessage(),
                    mounts.toString(),
                    remedy(Rights.own(), Lockdown.here()));
        } catch (LinkageError noNativeCode) {
            return Ability.open(TRACEFS, "not mounted; native code can't be used here", mounts.toString());
        }
    }

    /** The version of strace. */
    static Ability strace() {
        try {
            StraceProgram strace = StraceProgram.required();
            try {
                return Ability.yes(STRACE, strace.version(), strace.file() + " -V");
            } catch (IOException unknown) {
                return Ability.open(STRACE, unknown.getMessage(), strace.file() + " -V");
            }
        } catch (SourceRefusedException missing) {
            return Ability.no(STRACE, missing.getMessage(), "PATH", "");
        }
    }

    /**
     * Whether a source works: it is tried on a child process made for that. On the target it is tried only if that
     * stops no thread; otherwise the kernel is asked for the right.
     */
    static Ability source(SourceKind source, Optional<Target> target) {
        try {
            String found = "saw a child process's clone, flags 0x"
                    + Long.toHexString(SourceTrial.ofChild(source).get(0).flags());
            if (target.isEmpty()) {
                return Ability.yes(source.label(), found, "tried");
            }
            return onTarget(source, found, target.get());
        } catch (SourceRefusedException refused) {
            return Ability.no(source.label(), refused.getMessage(), "tried on a child process", "");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Ability.open(source.label(), "not tried, because this command was interrupted", "");
        }
    }

    /** Whether the source ebpf sees clones that the kernel refuses; it is tried on the target, or on this process. */
    static Ability refusals(Optional<Target> target) {
        int pid = target.map(Target::pid).orElse((int) ProcessHandle.current().pid());
        String where = "tried on process " + pid;
        String remedy = "to see them: --source strace, or strace:FILE";
        try {
            String unseen = SourceTrial.unseenRefusals(SourceKind.EBPF, pid);
            return unseen == null
                    ? Ability.yes(
                            REFUSED_CLONES,
                            "ebpf sees them: a uprobe on the error path of libc's clone3 and clone",
                            where)
                    : Ability.no(REFUSED_CLONES, unseen, where, remedy);
        } catch (SourceRefusedException refused) {
            return Ability.no(REFUSED_CLONES, "ebpf: " + refused.getMessage(), where, remedy);
        }
    }

    /** For a source whose native code can't be used. */
    static Ability notTried(SourceKind source, Ability nativeCode) {
        return new Ability(
                source.label(),
                Answer.OPEN,
                "not tried, because native code can't be used here",
                "",
                nativeCode.remedy());
    }

    private static Ability onTarget(SourceKind source, String found, Target process) {
        int pid = process.pid();
        if (source == SourceKind.TRACEFS && process.isJvm() && !process.sharesPids()) {
            return Ability.no(
                    source.label(),
                    found + "; but process " + pid
                            + " is in another pid namespace, and tracefs reports the pids of this one",
                    process.status().folder().resolve("ns/pid").toString(),
                    "");
        }
        try {
            if (source.tracesInKernel()) {
                List<CloneCall> seen = SourceTrial.ofRunning(source, pid);
                String saw = seen.isEmpty()
                        ? "it made no thread in that moment"
                        : "saw a clone of it, flags 0x"
                                + Long.toHexString(seen.get(0).flags());
                return Ability.yes(source.label(), found + "; watched process " + pid + " too: " + saw, "tried");
            }
            TracePermission.check(pid);
            String right = found + "; not tried on process " + pid
                    + ", because it would stop its threads, but the kernel" + " gives the right";
            return process.isFilteredJvm()
                    ? underFilter(source, right, process)
                    : Ability.yes(source.label(), right, "asked by process_vm_readv");
        } catch (SourceRefusedException refused) {
            return ProcessStatus.of(Path.of("/proc/self"))
                    .flatMap(self -> byAgent(
                            source, found, process, Yama.of(Path.of("/proc")), self, AttachCheck.of(process.status())))
                    .orElseGet(() -> Ability.no(
                            source.label(), refused.getMessage(), "asked of process " + pid + ", not attached", ""));
        }
    }

    /**
     * What Yama forbids this command although an agent in the JVM may permit it (prctl(2), PR_SET_PTRACER); empty if
     * that is not why it was refused.
     */
    static Optional<Ability> byAgent(
            SourceKind source, String found, Target process, Yama yama, ProcessStatus self, Ability attach) {
        boolean permits = !source.tracesInKernel()
                && yama.demandsAncestor(self)
                && self.user() == process.status().user()
                && process.status().tracer() == 0
                && attach.answer() == Answer.YES;
        if (!permits) {
            return Optional.empty();
        }
        String right = found + "; kernel.yama.ptrace_scope is 1, so this command may not trace process " + process.pid()
                + ", but an agent in it permits its own tracer";
        return Optional.of(
                process.isFilteredJvm()
                        ? underFilter(source, right, process)
                        : Ability.yes(source.label(), right, "/proc/" + Yama.FILE));
    }

    /** The agent has the JVM start its tracer; whether a filter forbids that can't be asked. */
    private static Ability underFilter(SourceKind source, String right, Target process) {
        String where = process.status().where("Seccomp");
        String filter = "; a seccomp filter is on, which may forbid the JVM to start a tracer";
        return source == SourceKind.PTRACE && process.sharesPids()
                ? Ability.yes(source.label(), right + filter + ": clonetrace attach traces it from outside then", where)
                : Ability.open(source.label(), right + filter, where);
    }
}
