package io.clonetrace.cli.doctor;

import io.clonetrace.clone.KernelVersion;
import io.clonetrace.linux.proc.PseudoFile;
import java.io.IOException;
import java.nio.file.Path;

/** Whether the kernel is new enough for every source; whether a source works is found out by letting it. */
record KernelCheck(Path proc) implements Check {
    private static final String NAME = "kernel";
    private static final KernelVersion EBPF = new KernelVersion(5, 15, 0); // the helper bpf_task_pt_regs

    @Override
    public Ability look() {
        Path file = proc.resolve("sys/kernel/osrelease");
        try {
            String release = PseudoFile.of(file);
            if (KernelVersion.parse(release).isBefore(EBPF)) {
                return Ability.no(
                        NAME, "Linux " + release, file.toString(), "for the source ebpf: Linux " + EBPF + " or newer");
            }
            return Ability.yes(NAME, "Linux " + release, file.toString());
        } catch (IOException | IllegalArgumentException unreadable) {
            return Ability.open(NAME, "can't be told: " + unreadable.getMessage(), file.toString());
        }
    }
}
