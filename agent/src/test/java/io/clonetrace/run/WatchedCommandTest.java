package io.clonetrace.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.Tracer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Under strace as Yama's ptrace_scope 1 demands it: strace works that way without Yama, too. */
@Timeout(60)
class WatchedCommandTest {
    @TempDir
    private Path folder;

    /** The command writes what it sees of itself: its pid, its parent and its stderr. */
    @Test
    void straceStartsTheCommandAndSeesItsClones() throws Exception {
        Path said = folder.resolve("said");
        String script = "exec >\"$0\"; echo $$ $PPID; readlink /proc/$$/fd/2; exit 7";
        WatchedCommand command = WatchedCommand.startByStrace(List.of("/bin/sh", "-c", script, said.toString()), false);
        List<CloneCall> seen = new ArrayList<>();
        Tracer tracer;
        try {
            int pid = command.process().pid();
            tracer = Tracer.of(Path.of("/proc/" + pid)).orElseThrow();
            assertEquals("strace", tracer.name());
            assertFalse(Files.exists(said), "the command ran before go()");
            command.go();
            OptionalInt status = OptionalInt.empty();
            while (status.isEmpty() || command.source().poll(collecting(seen))) {
                command.source().poll(collecting(seen));
                LockSupport.parkNanos(1_000_000);
                status = status.isEmpty() ? command.ended() : status;
            }
            assertEquals(7, status.getAsInt());
            List<String> lines = Files.readAllLines(said);
            assertEquals(pid + " " + ProcessHandle.current().pid(), lines.get(0));
            assertEquals(Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString(), lines.get(1));
            assertTrue(seen.stream().anyMatch(call -> call.parentTid() == pid && call.childTid() > 0), () -> "" + seen);
        } finally {
            command.source().stop();
            command.process().close();
        }
        while (ProcessHandle.of(tracer.pid()).filter(ProcessHandle::isAlive).isPresent()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static CloneSink collecting(List<CloneCall> calls) {
        return new CloneSink() {
            @Override
            public void cloned(CloneCall call) {
                calls.add(call);
            }

            @Override
            public void exited(int tid) {
                // Only clones count here.
            }
        };
    }
}
