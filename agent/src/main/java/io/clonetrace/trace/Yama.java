package io.clonetrace.trace;

import io.clonetrace.linux.proc.Capability;
import io.clonetrace.linux.proc.ProcessStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which processes may trace which under the security module Yama (Documentation/admin-guide/LSM/Yama.rst). Without it,
 * all processes of a user may trace one another.
 *
 * @param scope kernel.yama.ptrace_scope; empty without the module
 */
public record Yama(Optional<String> scope) {
    /** The scope's file, below /proc. */
    public static final Path FILE = Path.of("sys/kernel/yama/ptrace_scope");

    /** @param proc the mount of proc(5) */
    public static Yama of(Path proc) {
        try {
            return new Yama(Optional.of(Files.readString(proc.resolve(FILE)).trim()));
        } catch (IOException noYama) {
            return new Yama(Optional.empty());
        }
    }

    /** What it forbids to processes without CAP_SYS_PTRACE, and what to do; empty if it forbids nothing. */
    public Optional<String> rule() {
        return switch (scope.orElse("")) {
            case "1" ->
                Optional.of("kernel.yama.ptrace_scope is 1: only root and ancestors may trace; start the program by"
                        + " clonetrace run or trace, load the agent by clonetrace attach, run as root, or set it to 0");
            case "2" -> Optional.of("kernel.yama.ptrace_scope is 2: only root may trace; run as root, or set it to 1");
            case "3" ->
                Optional.of("kernel.yama.ptrace_scope is 3: no process may trace until the next reboot; as root, the"
                        + " sources ebpf and tracefs need no tracer");
            default -> Optional.empty();
        };
    }

    /** Whether it refuses a tracer that is no ancestor, but not one that is, or that the process itself permits. */
    public boolean demandsAncestor(ProcessStatus tracer) {
        return scope.equals(Optional.of("1")) && !tracer.has(Capability.CAP_SYS_PTRACE);
    }

    /** Why it refuses that tracer any process that is not its descendant, and what to do; empty if it does not. */
    public Optional<String> refusal(ProcessStatus tracer) {
        boolean privileged = tracer.has(Capability.CAP_SYS_PTRACE);
        if (privileged && !scope.equals(Optional.of("3"))) {
            return Optional.empty();
        }
        return rule().map(rule -> tracer.user() == 0 && !privileged && !scope.equals(Optional.of("3"))
                ? "kernel.yama.ptrace_scope is " + scope.get() + ", and "
                        + MissingCapability.ofRoot(Capability.CAP_SYS_PTRACE)
                : rule);
    }
}
