package io.clonetrace.agent.stacks;

import io.clonetrace.stack.TaskList;
import io.clonetrace.stack.ThreadToMeasure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All threads of this process at one moment, so that their stacks can be measured.
 *
 * @param java the Java threads by tid
 * @param all the same, with the stacks that HotSpot knows, and every other task
 */
public record ThreadSnapshot(Map<Integer, LiveThreads.Live> java, List<ThreadToMeasure> all) {
    /** @throws IOException if the tasks can't be listed */
    public static ThreadSnapshot take(LiveThreads threads, TaskList tasks)
            throws IOException, ReflectiveOperationException {
        Map<Integer, LiveThreads.Live> java = new HashMap<>();
        List<ThreadToMeasure> all = new ArrayList<>();
        for (LiveThreads.Live live : threads.all()) {
            java.put(live.os().tid(), live);
            all.add(new ThreadToMeasure(
                    live.os().tid(), live.os().stackBase(), live.os().stackSize()));
        }
        for (int tid : tasks.tids()) {
            if (!java.containsKey(tid)) {
                all.add(ThreadToMeasure.of(tid));
            }
        }
        return new ThreadSnapshot(java, all);
    }
}
