package io.clonetrace.agent.stacks;

import io.clonetrace.linux.process.ProcessId;
import io.clonetrace.stack.ThreadToMeasure;
import io.clonetrace.unwind.ThreadLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The stacks of this process's threads as glibc allocated them, for threads that HotSpot knows no stack of. The
 * mappings around a stack pointer say less: before Linux 6.7 a stack's mapping may be merged with other memory.
 */
public final class AllocatedStacks {
    private static final Path SELF = Path.of("/proc/self");

    private Optional<ThreadLayout> layout;

    /**
     * The stacks of those threads; one that is missing may live.
     *
     * @param tasks about how many tasks this process has
     */
    Map<Integer, ThreadLayout.StackBlock> of(Set<Integer> tids, int tasks) {
        if (tids.isEmpty()) {
            return Map.of();
        }
        if (layout == null) {
            layout = ofThisProcess();
        }
        return layout.isEmpty() ? Map.of() : layout.get().stacks(tids, tasks);
    }

    /**
     * Empty if the /proc is that of another pid namespace: its tids are not glibc's. Empty too where native code can't
     * be used: then smaps says what the mappings say.
     */
    private static Optional<ThreadLayout> ofThisProcess() {
        try {
            int pid = Integer.parseInt(SELF.toRealPath().getFileName().toString());
            return pid == ProcessId.own() ? ThreadLayout.of(pid) : Optional.empty();
        } catch (IOException | NumberFormatException | LinkageError unknown) {
            return Optional.empty();
        }
    }

    /** What is known of a thread: the stack that glibc allocated, or the tid alone. */
    static ThreadToMeasure toMeasure(int tid, ThreadLayout.StackBlock block) {
        return block == null
                ? ThreadToMeasure.of(tid)
                : ThreadToMeasure.allocated(tid, block.low(), block.base(), block.guard());
    }
}
