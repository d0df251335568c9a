package io.clonetrace.agent.stacks;

import io.clonetrace.stack.TaskList;
import io.clonetrace.stack.ThreadToMeasure;
import io.clonetrace.unwind.ThreadLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All threads of this process at one moment, so that their stacks can be measured.
 *
 * @param java the Java threads by tid
 * @param all the same, with the stacks that HotSpot knows, and every other task, with the stack that glibc knows
 */
public record ThreadSnapshot(Map<Integer, LiveThreads.Live> java, List<ThreadToMeasure> all) {
    /** @throws IOException if the tasks can't be listed */
    public static ThreadSnapshot take(LiveThreads threads, TaskList tasks, AllocatedStacks allocated)
            throws IOException, ReflectiveOperationException {
        Map<Integer, LiveThreads.Live> java = new HashMap<>();
        List<ThreadToMeasure> all = new ArrayList<>();
        for (LiveThreads.Live live : threads.all()) {
            java.put(live.os().tid(), live);
            all.add(new ThreadToMeasure(
                    live.os().tid(), live.os().stackBase(), live.os().stackSize()));
        }
        Set<Integer> others = new LinkedHashSet<>();
        for (int tid : tasks.tids()) {
            if (!java.containsKey(tid)) {
                others.add(tid);
            }
        }
        Map<Integer, ThreadLayout.StackBlock> blocks = allocated.of(others, java.size() + others.size());
        for (int tid : others) {
            all.add(AllocatedStacks.toMeasure(tid, blocks.get(tid)));
        }
        return new ThreadSnapshot(java, all);
    }
}
