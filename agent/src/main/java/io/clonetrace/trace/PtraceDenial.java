package io.clonetrace.trace;

import io.clonetrace.linux.proc.Capability;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.linux.proc.PseudoFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Why the kernel lets no process trace another (ptrace(2), "Ptrace access mode checking"), and what to do. */
public final class PtraceDenial {
    private static final Path PROC = Path.of("/proc");

    private PtraceDenial() {}

    /** Why it does not let this process, or a child of it, trace a process. */
    public static String reason(ProcessStatus target) {
        return ProcessStatus.of(PROC.resolve("thread-self"))
                .map(self -> reason(target, self, Yama.of(PROC)))
                .orElse("/proc does not say why");
    }

    /** Completes what strace says of a refused call, which is no more than the error. */
    public static String explained(String said, long pid) {
        return said.contains("ptrace(")
                ? said
                        + ProcessStatus.of(pid)
                                .map(target -> "; " + reason(target))
                                .orElse("")
                : said;
    }

    /** Of AppArmor or SELinux (attr/current in proc_pid_attr(5)); empty for a process that none confines. */
    private static Optional<String> label(ProcessStatus process) {
        try {
            String label =
                    PseudoFile.of(process.folder().resolve("attr/current")).replace("\0", "");
            return label.isEmpty() || label.contains("unconfined") ? Optional.empty() : Optional.of(label);
        } catch (IOException noSecurityModule) {
            return Optional.empty();
        }
    }

    static String reason(ProcessStatus target, ProcessStatus tracer, Yama yama) {
        String process = "process " + target.process();
        boolean privileged = tracer.has(Capability.CAP_SYS_PTRACE);
        if (!privileged && tracer.user() != target.user()) {
            return process + " belongs to user " + target.user() + ": "
                    + (tracer.user() == 0
                            ? MissingCapability.ofRoot(Capability.CAP_SYS_PTRACE)
                            : "run as that user or as root");
        }
        Optional<String> byYama = yama.refusal(tracer);
        if (byYama.isPresent()) {
            return byYama.get();
        }
        return process
                + (privileged
                        ? " is in another user namespace, or a security module protects it"
                        : " is not dumpable, or has more capabilities than this one")
                + label(tracer)
                        .map(label ->
                                ", or a security module forbids it to this process, which is confined as " + label)
                        .orElse("")
                + (tracer.isFiltered() ? ", or a seccomp filter (such as a container's) refuses ptrace" : "");
    }
}
