package io.clonetrace.trace.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogPrefixTest {
    private static final String CALL = "clone(child_stack=NULL, flags=CLONE_VM|SIGCHLD";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "   613\t",
                "613:",
                "613-",
                "trace.log:",
                "trace.log:613:",
                "trace.log-613-",
                "/var/log/strace.out.4100:",
                "web_1  | ",
                "web-1 | 2026-11-29T08:39:30.123456789Z ",
                "Nov 29 08:39:30 box strace[99]: ",
                "Nov  9 08:39:30 ",
                "2026-11-29T08:39:30+0000 box strace[99]: ",
                "2026-11-29T08:39:30.123456789Z stderr F ",
                "2026-11-29T08:39:30.1234567Z ",
                "2026-11-29T08:39:30.123456Z 01O ",
                "[2026-11-29T08:39:30.123Z] ",
                "[pod/web-0/app] ",
                "[INFO] ",
                "11-29 08:39:30.123  4000  4000 I strace  : ",
                "I/strace  ( 4000): ",
                "> > ",
                ">>",
                "| ",
                "// ",
                " * ",
                "# ",
                "+",
                "-",
                "  |-",
                "`",
                "\"",
                "\u00a0\u00a0",
                "<pre>",
                "08:39:30 web.1  | "
            })
    void knownPrefixesAreTakenAway(String prefix) {
        Read read = Read.of(prefix + "[pid  4100] " + CALL + " <unfinished ...>\n"
                + prefix + "[pid  4102] " + CALL + ") = 4103\n"
                + prefix + "[pid  4100] <... clone resumed>) = 4101\n"
                + prefix + "4100 08:39:31.000001 " + CALL + "strace: Process 4104 attached\n"
                + prefix + ") = 4104\n");
        assertEquals(0, read.counts.notRead(), () -> read.counts.toString());
        assertEquals(
                "4102 4103, 4100 4101, 4100 4104",
                read.calls.stream()
                        .map(call -> call.parentTid() + " " + call.childTid())
                        .reduce((before, call) -> before + ", " + call)
                        .orElse(""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"I saw: that 4100 ", "613 4100 ", "(gdb) ", "foo=", "<b>x</b> y "})
    void aLineBehindAnUnknownPrefixIsCountedAndNotRead(String prefix) {
        Read read = Read.of("read(3, \"\", 1) = 0\n" + prefix + CALL + ") = 4101\n");
        assertEquals(0, read.calls.size(), read.calls::toString);
        assertEquals(1, read.counts.notRead());
        assertEquals(
                Optional.of(new TraceLogCounts.UnreadLine(2, prefix + CALL + ") = 4101")), read.counts.firstNotRead());
    }

    /** What other calls print is none of ours. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "write(2, \"clone(child_stack=NULL, flags=SIGCHLD) = 7\\n\", 10) = 10",
                "4100 openat(AT_FDCWD, \"/x/fork() = 3\", O_RDONLY) = -1 ENOENT (No such file or directory)",
                "at sun.reflect.Clone.clone(Clone.java:12)",
                "clone() failed"
            })
    void otherLinesAreNotCounted(String line) {
        Read read = Read.of(line);
        assertEquals(0, read.calls.size() + read.counts.notRead(), () -> read.counts.toString());
    }

    /** A clock is no number of grep's. */
    @ParameterizedTest
    @CsvSource({"12:00:01 , -1", "12:12:00:01 , -1", "7 12:00:01.5 , 7", "613:7 12:00:01.5 , 7"})
    void clocksStay(String leader, int tid) {
        assertEquals(tid, Read.of(leader + " " + CALL + ") = 8\n").only().parentTid());
        assertEquals(true, Read.of(leader + " " + CALL + ") = 8\n").only().observedAt() > 0);
    }

    @Test
    void dockersJsonIsUnpacked() {
        Read read = Read.of(
                "{\"log\":\"[pid 4100] clone3({flags=CLONE_VM, exit_signal=0, stack=NULL, stack_size=0} =\\u003e"
                        + " {parent_tid=[5]}, 88) = 4101\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-29T08:39:30Z\"}\n");
        assertEquals(4101, read.only().childTid());
        assertEquals(0x100, read.only().flags());
    }

    @Test
    void htmlIsUnescapedTwice() {
        Read read = Read.of(
                "<code>7 " + CALL + " &amp;lt;unfinished ...&amp;gt;</code>\n7 &#60;... clone resumed&#x3e;) = 8\n");
        assertEquals(7, read.only().parentTid());
    }
}
