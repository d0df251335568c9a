package io.clonetrace.trace.ptrace;

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

    /** What it forbids to users other than root, and what to do; empty if it forbids nothing. */
    public Optional<String> rule() {
        return switch (scope.orElse("")) {
            case "1" ->
                Optional.of("kernel.yama.ptrace_scope is 1: only root and ancestors may trace; run as root, or set it"
                        + " to 0");
            case "2" -> Optional.of("kernel.yama.ptrace_scope is 2: run as root, or set it to 1");
            case "3" -> Optional.of("kernel.yama.ptrace_scope is 3: no process may trace until the next reboot");
            default -> Optional.empty();
        };
    }
}
