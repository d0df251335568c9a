package io.clonetrace.trace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Traces that end too early, and lines that are not strace's. */
class DamagedTraceTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "5 fork() = 12",
                "5 fork() = -1 EAGAI",
                "5 clone3({flags=CLONE_PARENT_SETTID} => {parent_tid=[123]}, 88) = 12",
                "5 clone3({flags=CLONE_VM",
                "5 +++ exited with",
                "5 clo",
                "# source: ebp"
            })
    void lastLineThatMayBeCutOffIsNotRead(String line) {
        Told told = Told.of(line);
        assertEquals(List.of(), told.all);
        assertEquals(new LineCounts(1, 0, 0, 0, 1, 0, 0), told.counts);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5 fork() = 12 <0.0",
                "5 fork() = 12<java",
                "5 fork() = -1 EAGAIN (Res",
                "5 clone3({flags=CLONE_PARENT_SETTID} => {parent_tid=[123]}, 88) = 123",
                "5 +++ exited with 0 +++"
            })
    void wholeLastLineIsRead(String line) {
        Told told = Told.of(line);
        assertEquals(1, told.all.size());
        assertEquals(0, told.counts.lost());
    }

    @Test
    void foreignLinesAreIgnored() {
        Told told = Told.of("\n\0\0\0\nhello\n\u00ff\u00fe clone3(\n[main] clone(x) = 5\n-1 fork() = 5\n"
                + "5 cloneX() = 5\n5 unshare(CLONE_NEWNS) = 0\n5 +++ paused +++\n"
                + "5 write(2, \"5 fork() = 6\", 12) = 12\n");
        assertEquals(List.of(), told.all);
        assertEquals(new LineCounts(10, 0, 0, 10, 0, 0, 0), told.counts);
    }

    @Test
    void unreadableCallIsCountedAsTruncated() {
        Told told = Told.of("5 clone3({flags=CLONE_VM\n5 fork() 6\n5 fork() = 99999999999999999999\n");
        assertEquals(new LineCounts(3, 0, 0, 0, 3, 0, 0), told.counts);
    }

    @Test
    void overlongLineIsDroppedAndTheNextOneRead() {
        String longest = "5 fork(" + " ".repeat(LineScanner.LONGEST - "5 fork() = 6 ".length()) + ") = 6 ";
        assertEquals(6, Told.of(longest + "\n").onlyCall().childTid());
        Told told = Told.of(longest + " \n5 fork() = 7\n" + longest + " ");
        assertEquals(7, told.onlyCall().childTid());
        assertEquals(new LineCounts(3, 1, 0, 0, 2, 0, 0), told.counts);
    }

    @Test
    void overlongLineCountsAsLostOnlyIfItIsACall() {
        String blanks = " ".repeat(LineScanner.LONGEST);
        assertEquals(new LineCounts(1, 0, 0, 1, 0, 0, 0), Told.of("5 write(1, \"" + blanks + "\n").counts);
        assertEquals(new LineCounts(1, 0, 0, 0, 1, 0, 0), Told.of("5 task_newtask(" + blanks + "\n").counts);
        String halves = "5 fork( <unfinished ...>\n5 <... fork resumed>" + blanks + ") = 6\n5 fork() = 7\n";
        assertEquals(new LineCounts(3, 1, 0, 0, 1, 0, 0), Told.of(halves).counts);
        String interrupted = "fork(strace: Process 6 attached\n)" + blanks + "= 6\n5 fork() = 7\n";
        assertEquals(new LineCounts(3, 1, 0, 0, 1, 0, 0), Told.of(interrupted).counts);
    }

    @Test
    void halvesTooLongTogetherCountAsOneLostCall() {
        String blanks = " ".repeat(LineScanner.LONGEST / 2);
        String resumed = "5 fork(" + blanks + ". <unfinished ...>\n5 <... fork resumed>" + blanks + ") = 6\n";
        assertEquals(new LineCounts(2, 0, 0, 0, 1, 0, 0), Told.of(resumed).counts);
        String interrupted = "fork(" + blanks + "strace: Process 6 attached\n <" + blanks + ">) = 6\n";
        assertEquals(new LineCounts(2, 0, 0, 0, 1, 0, 0), Told.of(interrupted).counts);
    }

    @Test
    void bytesOutsideTheArrayAreRefused() {
        StraceParser parser = new StraceParser(new Told(), 1, () -> Told.REFERENCE);
        assertThrows(IndexOutOfBoundsException.class, () -> parser.feed(new byte[3], 2, 2));
        assertEquals(0, parser.counts().lines());
    }

    @Test
    void exitWithAnInvalidDefaultTidIsIgnored() {
        assertEquals(List.of(), Told.of("+++ exited with 0 +++\n", -7).all);
        assertEquals(List.of(7), Told.of("+++ exited with 0 +++\n", 7).all);
    }
}
