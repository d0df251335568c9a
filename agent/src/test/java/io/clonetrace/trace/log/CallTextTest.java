package io.clonetrace.trace.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.clone.CloneCall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that are interrupted, wrapped, raw, or without their result. */
class CallTextTest {
    private static final String PTHREAD = "CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM"
            + "|CLONE_SETTLS|CLONE_PARENT_SETTID|CLONE_CHILD_CLEARTID";

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "clone(0x1200011, 0, 0, 0x7f, 0) = 0x1005; 0x1200000",
                "clone(0x3d0f00, 0x7f0000, 0x7f, 0x7f, 0x7f) = 4101; 0x3d0f00",
                "clone(0, 0x1200011, 0, 0, 0) = 4101; -",
                "clone(0x3ffffffffff0, 0x1200011, 0, 0, 0) = 4101; -",
                "clone(CLONE_VM|CLONE_VFORK|0x11,child_stack=0x0,tls=0x0) = 4101; 0x4100",
                "clone(child_stack=0, flags=CLONE_PID|SIGCHLD) = 4101; 0x1000",
                "clone(child_stack=0, flags=CLONE_PIDFD|SIGCHLD) = 4101; 0x1000",
                "clone(child_stack=0, flags=CLONE_NEWER|SIGCHLD) = 4101; -",
                "clone3({flags=0x4100, exit_signal=0x11 /* SIGCHLD */, stack=NULL, stack_size=0}, 88) = 4101; 0x4100",
                "clone(child_stack=NULL, flags=0x1200000 /* CLONE_X */|17 /* SIGCHLD */) = 4101; 0x1200000"
            })
    void flagsAreThoseOfTheText(String text, String flags) {
        long expected = flags.equals("-") ? CloneCall.UNKNOWN : Long.decode(flags);
        CloneCall call = Read.of(text).only();
        assertEquals(expected, call.flags());
        assertEquals(4101, call.childTid());
    }

    /** At every place, as a terminal of each width does, but within the result. */
    @Test
    void aCallMayBeWrappedAnywhere() {
        String call = "clone(child_stack=0x7f00, flags=" + PTHREAD
                + ", parent_tidptr=0x7f, tls=0x7f77, child_tidptr=0x7f99) = 4101";
        for (int width = 20; width < call.length() - 4; width++) {
            StringBuilder wrapped = new StringBuilder("read(0, \"\", 1) = 0\n");
            int first = Math.min(width, call.lastIndexOf('=') - 1);
            wrapped.append(call, 0, first)
                    .append('\n')
                    .append(call.substring(first))
                    .append("\nclose(1) = 0\n");
            Read read = Read.of(wrapped.toString());
            assertEquals(1, read.calls.size(), wrapped::toString);
            assertEquals(0x3d0f00, read.only().flags(), wrapped::toString);
            assertEquals(0x7f77, read.only().tls());
            assertEquals(4101, read.only().childTid());
        }
    }

    @Test
    void messagesMayStandAnywhere() {
        for (String message : new String[] {
            "strace: Process 8 attached",
            "/usr/bin/strace: Process 8 attached",
            "Process 8 attached",
            "Process 8 attached (waiting for parent)",
            "./strace: Process 8 attached"
        }) {
            String call = "clone(child_stack=NULL, flags=CLONE_VM|17 /* SIGCHLD */, child_tidptr=0x7f) = 8";
            for (int at : new int[] {6, 22, 24, 57, call.indexOf(" =", 60)}) {
                Read read = Read.of("[pid 7] " + call.substring(0, at) + message + "\n" + call.substring(at) + "\n");
                assertEquals(0x100, read.only().flags(), message + " at " + at);
                assertEquals(7, read.only().parentTid());
            }
            assertEquals(7, Read.of(message + "\n7 " + call).only().parentTid());
        }
    }

    @Test
    void aCallWithoutItsResultIsToldAsSuch() {
        Read read = Read.of("7 clone(child_stack=NULL, flags=SIGCHLD)\n8 close(3) = 0\n");
        assertEquals(CloneCall.UNKNOWN, read.only().childTid());
        assertEquals(false, read.only().failed());
        assertEquals(1, read.counts.withoutResult());
    }

    @Test
    void aCallThatDoesNotEndIsCounted() {
        Read read = Read.of("7 clone(child_stack=NULL, flags=SIGCHLD <unfinished ...>\n8 +++ exited with 0 +++\n");
        assertEquals(1, read.counts.unresumed());
        read = Read.of("7 clone(child_stack=NULL, flags=SIG\n8 close(3) = 0\n");
        assertEquals(1, read.counts.notRead());
        assertEquals(0, read.calls.size());
    }

    private static final String CALL =
            "clone(child_stack=0x7f00, flags=" + PTHREAD + ", parent_tidptr=0x7f, tls=0x7f77, child_tidptr=0x7f99)";

    /** Of each width that cuts the tid, where a line before shows the width. */
    @Test
    void aTidMayBeWrapped() {
        String call = CALL + " = 654321";
        int cut = 0;
        for (int width = 20; width <= call.length() / 2; width++) {
            String wrapped = call.replaceAll("(.{" + width + "})(?!$)", "$1\n");
            int last = wrapped.length() - wrapped.lastIndexOf('\n') - 1;
            if (last < 6) {
                cut++;
                assertEquals(
                        654_321, Read.of(wrapped + "\nclose(1) = 0\n").only().childTid(), wrapped);
                assertEquals(654_321, Read.of(wrapped + "\n").only().childTid(), wrapped);
            }
        }
        assertEquals(true, cut > 5);
    }

    /** The same line ends with the tid by chance, and another follows. */
    @Test
    void aTidThatEndsAFullLineIsWhole() {
        String call = CALL + " = 41015";
        String wrapped = call.substring(0, call.length() / 2) + "\n" + call.substring(call.length() / 2);
        assertEquals(0, call.length() % 2);
        assertEquals(41_015, Read.of(wrapped + "\nclose(1) = 0\n").only().childTid());
        assertEquals(41_015, Read.of(wrapped + "\n").only().childTid());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void anErrnoMayBeWrapped(int cut) {
        String result = "-1 EAGAIN (Resource temporarily unavailable)";
        Read read = Read.of(CALL + " = " + result.substring(0, cut) + "\n" + result.substring(cut) + "\n");
        assertEquals("EAGAIN", read.only().error());
        assertEquals(0, read.counts.notRead());
    }

    /** It is no errno, and the rest of it is lost. */
    @Test
    void whatIsLeftOfAnErrnoIsNone() {
        Read read = Read.of(CALL + " = -1 EAG\n+++ exited with 0 +++\n");
        assertEquals(0, read.calls.size());
        assertEquals(1, read.counts.notRead());
    }
}
