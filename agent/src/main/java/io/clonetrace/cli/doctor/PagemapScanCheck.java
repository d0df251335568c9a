package io.clonetrace.cli.doctor;

import io.clonetrace.clone.KernelVersion;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.memory.PagemapScan;
import java.nio.file.Path;

/** Whether a process's pages can be counted range by range. */
record PagemapScanCheck(Path target) implements Check {
    private static final String NAME = "PAGEMAP_SCAN";

    @Override
    public Ability look() {
        String where = "tried on " + target.resolve("pagemap");
        try {
            new PagemapScan(target.toString()).close();
            return Ability.yes(NAME, "stacks are counted by it", where);
        } catch (LinuxException refused) {
            return StackAccess.refused(NAME, refused, where, new KernelVersion(6, 7, 0));
        } catch (LinkageError noNativeCode) {
            return Ability.open(NAME, "native code can't be used here", where);
        }
    }
}
