package io.clonetrace.linux.proc;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The kernel's lockdown (kernel_lockdown(7); its classes are in security/security.c).
 *
 * @param mode none, integrity or confidentiality; empty without the module, or without a securityfs that shows it
 */
public record Lockdown(Optional<String> mode) {
    /** The file, below /sys. */
    public static final Path FILE = Path.of("kernel/security/lockdown");

    /** @param sys the mount of sysfs(5) */
    public static Lockdown of(Path sys) {
        try {
            return new Lockdown(Optional.of(PseudoFile.chosen(sys.resolve(FILE))));
        } catch (IOException noModule) {
            return new Lockdown(Optional.empty());
        }
    }

    /** The machine's. */
    public static Lockdown here() {
        return of(Path.of("/sys"));
    }

    /** Whether it closes tracefs, to root too; BPF programs that need no tracefs are another matter. */
    public boolean closesTracefs() {
        return isConfidentiality();
    }

    /** Whether it keeps BPF programs from reading any address of the kernel (bpf_probe_read_kernel, bpf-helpers(7)). */
    public boolean hidesKernelMemory() {
        return isConfidentiality();
    }

    private boolean isConfidentiality() {
        return mode.equals(Optional.of("confidentiality"));
    }
}
