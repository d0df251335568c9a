package io.clonetrace.agent.stacks;

import io.clonetrace.linux.hotspot.OsThread;
import io.clonetrace.stack.ThreadToMeasure;
import io.clonetrace.unwind.ThreadLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
    /** For fewer threads all tasks are listed. */
    private static final int MANY = 500;

    /** @throws IOException if the tasks can't be listed */
    public static ThreadSnapshot take(LiveThreads threads, OtherTasks tasks, AllocatedStacks allocated)
            throws IOException, ReflectiveOperationException {
        Map<Integer, LiveThreads.Live> java = byTid(threads.all());
        boolean many = java.size() >= MANY;
        Set<Integer> others = many ? tasks.counted(java) : null;
        if (many && others == null) {
            // A thread has started meanwhile, as JFR's does when the JVM ends: to read that one takes less than a list.
            java = byTid(threads.all());
            others = tasks.counted(java);
        }
        if (others == null) {
            others = tasks.listed(java);
        }
        List<ThreadToMeasure> all = new ArrayList<>(java.size() + others.size());
        for (LiveThreads.Live live : java.values()) {
            OsThread os = live.os();
            all.add(new ThreadToMeasure(os.tid(), os.stackBase(), os.stackSize()));
        }
        Map<Integer, ThreadLayout.StackBlock> blocks = allocated.of(others, java.size() + others.size());
        for (int tid : others) {
            all.add(AllocatedStacks.toMeasure(tid, blocks.get(tid)));
        }
        return new ThreadSnapshot(java, all);
    }

    private static Map<Integer, LiveThreads.Live> byTid(List<LiveThreads.Live> threads) {
        Map<Integer, LiveThreads.Live> byTid = new LinkedHashMap<>();
        for (LiveThreads.Live live : threads) {
            byTid.put(live.os().tid(), live);
        }
        return byTid;
    }
}
