package io.clonetrace.trace.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.ProcessorTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Logs made to cost much. Each takes a second or two where the work grows with the log, and many minutes where it grows
 * with its square.
 */
class HostileLogTest {
    private static final String HEADER = "% time     seconds  usecs/call     calls    errors syscall\n";
    private static final int LONGEST_LINE = 1 << 18;

    /** Lines as long as they may be, of what the patterns look for. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "clone(",
                "clone(child_stack=",
                "/strace: Process ",
                "Process 1 attached ",
                "<unfinished ...>",
                "&amp;",
                "<span ",
                "</p",
                "task_newtask: pid=1 comm=",
                "type=SYSCALL exit=",
                "syscalls:sys_enter_clone:",
                ": sys_clone(",
                "SYSCALL[1,1](56) sys_clone ( ",
                "strace.go:1] [   1:   1] E clone(",
                "( 1 ms): a/1 clone(",
                "[pid ",
                "a-1-",
                "> ",
                "% time ",
                "fork() = 0",
                " = 0 ",
                "{\"log\":\"\\u",
                "<... clone resumed> ",
                "5 ",
                "CLONE_VM|",
                "0",
                "1 1.0 1 1 ",
                "flags=|CLONE_PID"
            })
    void longLinesAreReadInTime(String part) {
        String line = part.repeat(LONGEST_LINE / part.length()) + "\n";
        Read read = ProcessorTime.bounded(
                () -> Read.of((HEADER + "5 clone(\n" + line + "> " + line + "5 clone(" + line).repeat(2)));
        assertEquals(10, read.counts.lines());
    }

    @Test
    void endlessPartsOfACallAreReadInTime() {
        String further = ("x".repeat(60) + ",\n").repeat(200_000);
        Read read = ProcessorTime.bounded(() -> Read.of("7 clone(child_stack=0,\n" + further));
        assertEquals(0, read.calls.size());
        assertEquals(1, read.counts.notRead());
    }

    @Test
    void openCallsAreBounded() {
        StringBuilder log = new StringBuilder();
        for (int tid = 1; tid <= 200_000; tid++) {
            log.append("a-").append(tid).append(" [000] ..... 1.0: sys_vfork()\n");
        }
        Read read = ProcessorTime.bounded(() -> Read.of(log.toString()));
        assertEquals(200_000, read.counts.unresumed());
        assertTrue(read.calls.isEmpty());
    }
}
