package io.clonetrace.trace.ptrace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Who may trace whom by the security module Yama (Documentation/admin-guide/LSM/Yama.rst); without it, all of a user's
 * processes may.
 *
 * @param scope kernel.yama.ptrace_scope; empty without the module
 */
public record Yama(Optional<String> scope) {
    /** Where the scope is, in /proc. */
    public static final Path FILE = Path.of("sys/kernel/yama/ptrace_scope");

    /** @param proc the mount of proc(5) */
    public static Yama of(Path proc) {
        try {
            return new Yama(Optional.of(Files.readString(proc.resolve(FILE)).trim()));
        } catch (IOException noYama) {
            return new Yama(Optional.empty());
        }
    }

    /** What it forbids to who isn't root, and what to do; empty where it forbids nothing. */
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
