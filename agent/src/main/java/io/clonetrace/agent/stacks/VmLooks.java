package io.clonetrace.agent.stacks;

import io.clonetrace.stack.TaskList;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The tasks of one snapshot that looked like the VM's, as a HotSpot thread that ends does for a moment. A second look
 * proves it only if the task has run meanwhile, or waits for something: on a busy machine, one that ends may wait for a
 * processor for longer.
 */
final class VmLooks {
    private final TaskList tasks;
    private final Set<Integer> settled;

    /** For how many nanoseconds a task had run at the latest look, if it was runnable then; else empty. */
    private final Map<Integer, OptionalLong> ran = new HashMap<>();

    /** @param settled those that an earlier snapshot has proved to be the VM's */
    VmLooks(TaskList tasks, Set<Integer> settled) {
        this.tasks = tasks;
        this.settled = settled;
    }

    /** Notes that a task looks like the VM's; whether that is proved now. */
    boolean proves(int tid) {
        if (settled.contains(tid)) {
            return true;
        }
        OptionalLong before = ran.get(tid);
        if (before == null) {
            ran.put(tid, OptionalLong.empty());
            return false;
        }
        if (!tasks.isRunnable(tid)) {
            return true;
        }
        OptionalLong now = tasks.runNanos(tid);
        ran.put(tid, now);
        // A kernel that doesn't count leaves it at two looks.
        return now.isEmpty() || before.isPresent() && now.getAsLong() > before.getAsLong();
    }

    /** Whether a task looked like the VM's at any of the looks. */
    boolean any(int tid) {
        return ran.containsKey(tid);
    }
}
