package io.clonetrace.agent.stacks;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.stack.TaskList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of a task whose state and run time are written here, in the kernel's form. */
class VmLooksTest {
    private static final int TID = 4711;

    @TempDir
    Path proc;

    private Path task;
    private VmLooks looks;

    @BeforeEach
    void make() throws IOException {
        task = Files.createDirectories(proc.resolve("task/" + TID));
        looks = new VmLooks(TaskList.of(proc), Set.of());
    }

    private void is(char state, long ran) throws IOException {
        Files.writeString(task.resolve("stat"), TID + " (a) S (b) " + state + " 1 2 3\n");
        Files.writeString(task.resolve("schedstat"), ran + " 13 17\n");
    }

    @Test
    void aTaskThatWaitsIsTheVmsAtTheSecondLook() throws IOException {
        is('S', 100);
        assertFalse(looks.any(TID));
        assertFalse(looks.proves(TID));
        assertTrue(looks.any(TID));
        assertTrue(looks.proves(TID));
    }

    @Test
    void aTaskThatWaitsForAProcessorIsNotUntilItHasRun() throws IOException {
        is('R', 100);
        for (int look = 0; look < 5; look++) {
            assertFalse(looks.proves(TID));
        }
        is('R', 101);
        assertTrue(looks.proves(TID));
    }

    @Test
    void withoutTheKernelsCountTwoLooksHaveToDo() throws IOException {
        is('R', 100);
        Files.delete(task.resolve("schedstat"));
        assertFalse(looks.proves(TID));
        assertTrue(looks.proves(TID));
    }

    @Test
    void oneOfAnEarlierSnapshotIsTheVmsAtOnce() throws IOException {
        is('R', 100);
        assertTrue(new VmLooks(TaskList.of(proc), Set.of(TID)).proves(TID));
    }
}
