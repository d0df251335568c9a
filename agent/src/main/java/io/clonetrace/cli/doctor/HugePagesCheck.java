package io.clonetrace.cli.doctor;

import io.clonetrace.clone.KernelVersion;
import io.clonetrace.linux.proc.PseudoFile;
import java.io.IOException;
import java.nio.file.Path;

/** Whether transparent huge pages can make stacks resident that nobody touched. */
record HugePagesCheck(Path proc, Path sys) implements Check {
    private static final String NAME = "THP mode";
    private static final KernelVersion PROTECTS_STACKS = new KernelVersion(6, 7, 0); // MAP_STACK is VM_NOHUGEPAGE

    @Override
    public Ability look() {
        Path file = sys.resolve("kernel/mm/transparent_hugepage/enabled");
        try {
            String mode = PseudoFile.chosen(file);
            if (!mode.equals("always")) {
                return Ability.yes(NAME, mode, file.toString());
            }
            if (KernelVersion.parse(PseudoFile.of(proc.resolve("sys/kernel/osrelease")))
                    .isBefore(PROTECTS_STACKS)) {
                return Ability.no(
                        NAME,
                        "always: on this kernel a thread's stack may get huge pages, and be resident as a whole",
                        file.toString(),
                        "set it to madvise, or use Linux " + PROTECTS_STACKS);
            }
            return Ability.yes(NAME, "always; from Linux " + PROTECTS_STACKS + " on stacks get none", file.toString());
        } catch (IOException | IllegalArgumentException none) {
            return Ability.yes(NAME, "this kernel has none", "no " + file);
        }
    }
}
