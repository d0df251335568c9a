package io.clonetrace.agent.stacks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.clonetrace.agent.recording.JfrState;
import io.clonetrace.correlate.ProcessTasks;
import io.clonetrace.hook.ThreadFields;
import io.clonetrace.linux.hotspot.OsThread;
import io.clonetrace.stack.TaskList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a folder like /proc/PID, with two tasks of the VM's and Java threads. Needs java.lang opened. */
@Tag("own-jvm")
class OtherTasksTest {
    private static final int MADE = 3;
    private static final int FIRST_JAVA = 1_000;
    private static final int JAVA = 67;

    @TempDir
    private Path process;

    private final ThreadFields fields = new ThreadFields();
    private final Map<Integer, LiveThreads.Live> java = new HashMap<>();
    private OtherTasks others;

    OtherTasksTest() throws ReflectiveOperationException {}

    @BeforeEach
    void list() throws IOException {
        begin(1);
        begin(2);
        for (int i = 0; i < JAVA; i++) {
            begin(FIRST_JAVA + i);
            isJava(FIRST_JAVA + i, 0);
        }
        count(2 + JAVA);
        ProcessTasks made = new ProcessTasks(MADE, tid -> true);
        others = new OtherTasks(new LiveThreads(fields, null, new JfrState(() -> {})), made, TaskList.of(process));
        assertEquals(Set.of(1, 2), others.listed(java));
    }

    private void begin(int tid) throws IOException {
        Files.createDirectories(process.resolve("task").resolve(Integer.toString(tid)));
    }

    private void end(int tid) throws IOException {
        Files.delete(process.resolve("task").resolve(Integer.toString(tid)));
    }

    private void count(int threads) throws IOException {
        Files.writeString(process.resolve("status"), "Name:\tjava\nThreads:\t" + threads + "\nSigQ:\t0/1\n");
    }

    private void isJava(int tid, long changed) {
        Thread self = Thread.currentThread();
        java.put(tid, new LiveThreads.Live(self, fields.eetop(self) + changed, new OsThread(tid, 1, 1, 1)));
    }

    @Test
    void thoseOfTheLastListAreAllIfTheKernelCountsAsMany() throws IOException {
        begin(99); // Only a list would show it.
        assertEquals(Set.of(1, 2), others.counted(java));
    }

    @Test
    void oneThatWasSeenBeingMadeIsCounted() throws IOException {
        begin(MADE);
        count(3 + JAVA);
        assertEquals(Set.of(1, 2, MADE), others.counted(java));
    }

    @Test
    void oneMoreThanAreKnownHasToBeListed() throws IOException {
        begin(99);
        count(3 + JAVA);
        assertNull(others.counted(java));
        assertEquals(Set.of(1, 2, 99), others.listed(java));
        assertEquals(Set.of(1, 2, 99), others.counted(java));
    }

    @Test
    void anotherInThePlaceOfOneThatEndedHasToBeListed() throws IOException {
        end(2);
        begin(99);
        assertNull(others.counted(java));
    }

    @Test
    void anotherInThePlaceOfAJavaThreadThatEndedHasToBeListed() throws IOException {
        begin(99);
        isJava(FIRST_JAVA, 64);
        assertNull(others.counted(java));
    }

    @Test
    void whereManyMayHaveEndedTheyAreListed() throws IOException {
        for (int tid = 90; tid < 96; tid++) {
            begin(tid);
        }
        assertEquals(8, others.listed(java).size());
        count(8 + JAVA);
        assertNull(others.counted(java));
    }

    @Test
    void whereTheKernelsCountCannotBeReadTheyAreListed() throws IOException {
        Files.delete(process.resolve("status"));
        assertNull(others.counted(java));
    }
}
