package io.clonetrace.correlate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.TaskKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProcessTasksTest {
    private static final int PID = 100;
    private static final int OLDER = 101;
    private static final int FOREIGN = 200;

    private final List<Integer> asked = new ArrayList<>();
    private final ProcessTasks tasks = new ProcessTasks(PID, tid -> {
        asked.add(tid);
        return Set.of(PID, OLDER).contains(tid);
    });

    @Test
    void kernelIsAskedOnceAboutAnOlderThread() {
        assertTrue(tasks.has(OLDER));
        assertTrue(tasks.has(OLDER));
        assertEquals(List.of(OLDER), asked);
        tasks.remove(OLDER);
        assertTrue(tasks.has(OLDER));
        assertEquals(List.of(OLDER, OLDER), asked);
    }

    @Test
    void tidOfAnotherProcessCanBeOursLater() {
        assertFalse(tasks.has(FOREIGN));
        tasks.add(FOREIGN);
        assertTrue(tasks.has(FOREIGN));
        tasks.remove(FOREIGN);
        assertFalse(tasks.has(FOREIGN));
    }

    @Test
    void tasksThatAreNoJavaThreadsAreKnownUntilTheyEnd() {
        tasks.put(OLDER, new ProcessTasks.Task(TaskKind.VM, "GC", CloneCall.UNKNOWN, true));
        tasks.put(FOREIGN, new ProcessTasks.Task(TaskKind.JAVA, "main", 1, true));
        assertEquals(Set.of(PID, OLDER), tasks.natives());
        tasks.put(OLDER, new ProcessTasks.Task(TaskKind.JAVA, "in its place", 2, true));
        assertEquals(Set.of(PID), tasks.natives());
        tasks.remove(PID);
        assertEquals(Set.of(), tasks.natives());
    }

    @Test
    void tidBelowOneIsNoTask() {
        assertFalse(tasks.has(-1));
        assertFalse(tasks.has(0));
        assertEquals(List.of(), asked);
    }
}
