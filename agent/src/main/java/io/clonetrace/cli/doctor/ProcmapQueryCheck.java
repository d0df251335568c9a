package io.clonetrace.cli.doctor;

import io.clonetrace.clone.KernelVersion;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.memory.ProcmapQuery;
import java.nio.file.Path;

/** Whether a process's mappings can be looked up one by one. */
record ProcmapQueryCheck(Path target) implements Check {
    private static final String NAME = "PROCMAP_QUERY";

    @Override
    public Ability look() {
        String where = "tried on " + target.resolve("maps");
        try {
            new ProcmapQuery(target.toString()).close();
            return Ability.yes(NAME, "stacks are found by it", where);
        } catch (LinuxException refused) {
            return StackAccess.refused(NAME, refused, where, new KernelVersion(6, 11, 0));
        } catch (LinkageError noNativeCode) {
            return Ability.open(NAME, "native code can't be used here", where);
        }
    }
}
