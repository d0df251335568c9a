package io.clonetrace.cli.doctor;

import io.clonetrace.linux.proc.PseudoFile;
import java.io.IOException;
import java.nio.file.Path;

/** The kernel's lockdown (kernel_lockdown(7)); its classes are in security/security.c. */
record LockdownCheck(Path sys) implements Check {
    private static final String NAME = "lockdown";

    @Override
    public Ability look() {
        Path file = sys.resolve("kernel/security/lockdown");
        try {
            String mode = PseudoFile.chosen(file);
            if (mode.equals("confidentiality")) {
                return Ability.no(
                        NAME,
                        mode + ": the kernel's tracing is closed, to root too",
                        file.toString(),
                        "use the source ptrace, or boot without lockdown=confidentiality");
            }
            return Ability.yes(NAME, mode, file.toString());
        } catch (IOException noModule) {
            return Ability.yes(NAME, "no such module, or no securityfs mounted to tell", "no " + file);
        }
    }
}
