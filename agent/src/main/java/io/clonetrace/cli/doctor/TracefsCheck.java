package io.clonetrace.cli.doctor;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.proc.MountInfo;
import io.clonetrace.linux.proc.PseudoFile;
import io.clonetrace.linux.tracefs.Tracefs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Whether the kernel's tracing can be read: where it is mounted, or by a mount of this command's own. */
record TracefsCheck(Path self) implements Check {
    private static final String NAME = "tracefs";
    private static final Path TRACEPOINT = Path.of("events/task/task_newtask/id");
    private static final String REMEDY = "for the sources ebpf and tracefs: run as root";

    @Override
    public Ability look() {
        Path mounts = self.resolve("mountinfo");
        try {
            Optional<Path> mounted = MountInfo.firstOf("tracefs", PseudoFile.lines(mounts));
            return mounted.isPresent() ? mountedAt(mounted.get(), mounts) : ownMount(mounts);
        } catch (IOException unreadable) {
            return Ability.open(NAME, "can't be told: " + unreadable.getMessage(), mounts.toString());
        }
    }

    private static Ability mountedAt(Path place, Path mounts) {
        try {
            PseudoFile.of(place.resolve(TRACEPOINT));
            return Ability.yes(NAME, "mounted at " + place + ", readable", mounts.toString());
        } catch (IOException unreadable) {
            return Ability.no(
                    NAME,
                    "mounted at " + place + ", but not readable: " + unreadable.getMessage(),
                    mounts.toString(),
                    REMEDY);
        }
    }

    private static Ability ownMount(Path mounts) {
        try (Tracefs tracefs = Tracefs.open()) {
            PseudoFile.of(tracefs.root().resolve(TRACEPOINT));
            return Ability.yes(NAME, "not mounted; can be mounted, by this command for itself", "tried");
        } catch (LinuxException | IOException refused) {
            return Ability.no(NAME, "not mounted, and " + refused.getMessage(), mounts.toString(), REMEDY);
        } catch (LinkageError noNativeCode) {
            return Ability.open(NAME, "not mounted; native code can't be used here", mounts.toString());
        }
    }
}
