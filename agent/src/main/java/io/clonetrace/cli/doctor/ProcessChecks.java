package io.clonetrace.cli.doctor;

import static io.clonetrace.linux.proc.Capability.CAP_BPF;
import static io.clonetrace.linux.proc.Capability.CAP_PERFMON;
import static io.clonetrace.linux.proc.Capability.CAP_SYS_ADMIN;

import io.clonetrace.linux.proc.Capability;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.linux.proc.PseudoFile;
import io.clonetrace.trace.PidNamespace;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.Tracer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a process may do, and what may be done to it: of this command, and of the process to check. */
final class ProcessChecks {
    private static final String ROOT = "root";
    private static final String WHOLE = "0 0 4294967295";
    private static final String CAPABILITIES = "capabilities";
    private static final String SECCOMP = "seccomp";
    private static final String NO_NEW_PRIVS = "NoNewPrivs";
    private static final String PID_NAMESPACE = "pid namespace";
    private static final String TRACER = "no other tracer";

    private ProcessChecks() {}

    /** Whether it is the machine's root: in user_namespaces(7) of their own, other users are root. */
    static Ability root(ProcessStatus process) {
        String where = process.where("Uid");
        if (process.user() != 0) {
            return Ability.no(ROOT, "uid " + process.user(), where, "");
        }
        try {
            String map = PseudoFile.of(process.folder().resolve("uid_map")).replaceAll("\\s+", " ");
            if (!map.equals(WHOLE)) {
                return Ability.no(
                        ROOT,
                        "uid 0, but of a user namespace of its own",
                        process.folder().resolve("uid_map").toString(),
                        "");
            }
        } catch (IOException noUserNamespaces) {
            // A kernel without user namespaces has one root.
        }
        return Ability.yes(ROOT, "uid 0", where);
    }

    /** Which of the capabilities for observing the process has. */
    static Ability capabilities(ProcessStatus process) {
        String where = process.where("CapEff");
        String held = named(process, true);
        if (process.has(CAP_SYS_ADMIN) || process.has(CAP_BPF) && process.has(CAP_PERFMON)) {
            return Ability.yes(CAPABILITIES, held, where);
        }
        return Ability.no(
                CAPABILITIES,
                held.isEmpty() ? "none of " + named(process, false) : held + "; not " + named(process, false),
                where,
                process.user() == 0
                        ? "for the source ebpf, give a container --cap-add BPF --cap-add PERFMON (before Linux 5.8, and"
                                + " where its seccomp profile asks for it, --cap-add SYS_ADMIN); for tracefs, --cap-add"
                                + " SYS_ADMIN"
                        : "for the source ebpf: root, or CAP_BPF and CAP_PERFMON; for tracefs: CAP_SYS_ADMIN");
    }

    private static String named(ProcessStatus process, boolean held) {
        return Arrays.stream(Capability.values())
                .filter(capability -> process.has(capability) == held)
                .map(Capability::name)
                .collect(Collectors.joining(", "));
    }

    /** Whether a filter may refuse system calls (seccomp(2)). */
    static Ability seccomp(ProcessStatus process) {
        String where = process.where("Seccomp");
        String mode = process.field("Seccomp").orElse("0");
        if (mode.equals("0")) {
            return Ability.yes(SECCOMP, "no filter", where);
        }
        return Ability.no(
                SECCOMP,
                "mode " + mode + ": a filter, which may refuse bpf, perf_event_open, ptrace or execve",
                where,
                "where it refuses a source, give the container a profile that lets the call through");
    }

    /** Whether sudo can work (prctl(2), PR_SET_NO_NEW_PRIVS). */
    static Ability noNewPrivs(ProcessStatus process) {
        String where = process.where("NoNewPrivs");
        return switch (process.field("NoNewPrivs").orElse("")) {
            case "0" -> Ability.yes(NO_NEW_PRIVS, "not set", where);
            case "1" ->
                Ability.no(
                        NO_NEW_PRIVS,
                        "set: no program started here gets more rights, not even sudo",
                        where,
                        process.user() == 0 ? "" : "for more rights, start from another shell");
            default -> Ability.open(NO_NEW_PRIVS, "this kernel does not say", where);
        };
    }

    /** Whether this process's pids are the machine's. */
    static Ability initialPidNamespace(Path self) {
        String where = self.resolve("ns/pid").toString();
        try {
            PidNamespace namespace = PidNamespace.of(self);
            namespace.refuseUnlessInitial();
            return Ability.yes(PID_NAMESPACE, "the machine's own", where);
        } catch (SourceRefusedException container) {
            return Ability.no(PID_NAMESPACE, container.getMessage(), where, "");
        } catch (IOException unreadable) {
            return Ability.open(PID_NAMESPACE, "can't be read: " + unreadable.getMessage(), where);
        }
    }

    /** Whether a process has the same pids as seen from this one. */
    static Ability samePidNamespace(Path self, Path target) {
        String where = target.resolve("ns/pid").toString();
        try {
            if (PidNamespace.of(self).equals(PidNamespace.of(target))) {
                return Ability.yes(PID_NAMESPACE, "the same as this command's", where);
            }
            return Ability.no(
                    PID_NAMESPACE,
                    "another than this command's: of the sources, only ebpf run by root knows from here which pids it"
                            + " has there",
                    where,
                    "run clonetrace within its container");
        } catch (IOException unreadable) {
            return Ability.open(PID_NAMESPACE, "can't be read from here", where);
        }
    }

    /** Whether a process has no tracer yet. */
    static Ability tracer(ProcessStatus process) {
        String where = process.where("TracerPid");
        if (process.tracer() == 0) {
            return Ability.yes(TRACER, "not traced", where);
        }
        Optional<Tracer> tracer = Tracer.of(process.folder());
        String who = tracer.map(one -> one.name() + " (pid " + one.pid() + ")").orElse("another process");
        return Ability.no(TRACER, who + " traces it already, and a process has one tracer at a time", where, "");
    }
}
