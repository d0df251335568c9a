package io.clonetrace.agent.stacks;

import io.clonetrace.correlate.ProcessTasks;
import io.clonetrace.stack.TaskList;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The tasks of this process that are no Java threads: the VM's, and native code's. The kernel takes 4 us to list one
 * task, and of thousands most may be Java threads: so what is known of the others is compared with the kernel's count
 * first. Not thread-safe.
 */
public final class OtherTasks {
    /** To look whether a task is there takes several times as long as its part of a list, and is done twice. */
    private static final int LIST = 16;

    private final LiveThreads threads;
    private final ProcessTasks made;
    private final TaskList tasks;

    /** As they were found last. */
    private Set<Integer> known = Set.of();

    /** @param made knows tasks that were seen being made */
    public OtherTasks(LiveThreads threads, ProcessTasks made, TaskList tasks) {
        this.threads = threads;
        this.made = made;
        this.tasks = tasks;
    }

    /**
     * Their tids. There may be Java threads among them that have just started, or are about to end.
     *
     * @param java the live Java threads, by tid, as they were read a moment ago
     * @throws IOException if the tasks can't be listed
     */
    Set<Integer> listed(Map<Integer, LiveThreads.Live> java) throws IOException {
        Set<Integer> others = new LinkedHashSet<>();
        for (int tid : tasks.tids()) {
            if (!java.containsKey(tid)) {
                others.add(tid);
            }
        }
        known = others;
        return others;
    }

    /**
     * Their tids without a list, if those that are known are few, and all there are; else null. They are all if the
     * kernel counts as many, and none has ended since, which is looked at last: none that isn't known can have been
     * counted in its place.
     *
     * @param java as for {@link #listed}
     */
    Set<Integer> counted(Map<Integer, LiveThreads.Live> java) {
        Set<Integer> others = new LinkedHashSet<>(known);
        others.addAll(made.natives());
        others.removeAll(java.keySet());
        if (others.size() > java.size() / LIST) {
            return null;
        }
        others.removeIf(tid -> !tasks.contains(tid));
        return tasks.count() == java.size() + others.size() && live(java) && live(others) ? others : null;
    }

    private boolean live(Map<Integer, LiveThreads.Live> java) {
        for (LiveThreads.Live one : java.values()) {
            if (!threads.lives(one)) {
                return false;
            }
        }
        return true;
    }

    private boolean live(Set<Integer> others) {
        for (int tid : others) {
            if (!tasks.contains(tid)) {
                return false;
            }
        }
        return true;
    }
}
