package io.clonetrace.trace.wire;

import static io.clonetrace.clone.CloneCall.UNKNOWN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines whose meaning was worked out by hand. */
class StraceParserTest {
    private static final String PTHREAD =
            "CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM|CLONE_SETTLS"
                    + "|CLONE_PARENT_SETTID|CLONE_CHILD_CLEARTID";
    private static final String MEMBERS =
            "{flags=" + PTHREAD + ", child_tid=0x7fe34a6cd990, parent_tid=0x7fe34a6cd990, exit_signal=0,"
                    + " stack=0x7fe349ecd000, stack_size=0x7fff80, tls=0x7fe34a6cd6c0}";
    private static final long AT = 1_795_474_349_900_700_000L;

    private static CloneCall pthread(int parent, int child, long observedAt) {
        return CloneCall.builder(CloneSyscall.CLONE3, parent)
                .made(child)
                .flags(0x3d0f00)
                .exitSignal(0)
                .stack(0x7fe349ecd000L)
                .stackSize(0x7fff80)
                .tls(0x7fe34a6cd6c0L)
                .childTidAddress(0x7fe34a6cd990L)
                .observedAt(observedAt)
                .build();
    }

    @Test
    void everyFieldOfClone3IsRead() {
        Told told = Told.of("5395  1795474349.900700 clone3(" + MEMBERS + " => {parent_tid=[5396]}, 88) = 5396\n");
        assertEquals(List.of(pthread(5395, 5396, AT)), told.all);
        assertEquals(new LineCounts(1, 1, 0, 0, 0, 0, 0), told.counts);
    }

    @Test
    void everyFieldOfCloneIsRead() {
        Told told = Told.of("36 clone(child_stack=0x7f4eba13df70, flags=" + PTHREAD
                + ", parent_tid=[37], tls=0x7f4eba13e6c0, child_tidptr=0x7f4eba13e990) = 37\n");
        assertEquals(
                CloneCall.builder(CloneSyscall.CLONE, 36)
                        .made(37)
                        .flags(0x3d0f00)
                        .exitSignal(0)
                        .stack(0x7f4eba13df70L)
                        .tls(0x7f4eba13e6c0L)
                        .childTidAddress(0x7f4eba13e990L)
                        .build(),
                told.onlyCall());
    }

    @Test
    void fieldsMissingInOtherVersionsAreUnknown() {
        CloneCall call = Told.of("clone3({flags=CLONE_VM}, 88) = 5\n", 4).onlyCall();
        assertEquals(
                CloneCall.builder(CloneSyscall.CLONE3, 4).made(5).flags(0x100).build(), call);
        assertEquals(UNKNOWN, Told.of("clone3(0x7ffd0, 88) = 5\n").onlyCall().flags());
        assertEquals(
                UNKNOWN,
                Told.of("clone3(NULL, 0) = -1 EINVAL (Invalid argument)\n")
                        .onlyCall()
                        .stack());
    }

    @Test
    void forkAndVforkHaveNoArguments() {
        CloneCall fork = Told.of("5 fork()           = 6\n").onlyCall();
        assertEquals(CloneCall.builder(CloneSyscall.FORK, 5).made(6).build(), fork);
    }

    @Test
    void halvesAreJoinedAcrossThreadsWithTheTimeOfTheFirst() {
        Told told = Told.of("10 1.0 write(1, \"clone3(\", 7 <unfinished ...>\n"
                + "11 1795474349.900700 clone3(" + MEMBERS + " <unfinished ...>\n"
                + "12 1795474350.000001 clone3(" + MEMBERS + " <unfinished ...>\n"
                + "12 1795474351.000000 <... clone3 resumed> => {parent_tid=[21]}, 88) = 21\n"
                + "10 1.2 <... write resumed>)  = 7\n"
                + "11 1795474352.000000 <... clone3 resumed> => {parent_tid=[22]}, 88) = 22\n");
        assertEquals(List.of(pthread(12, 21, 1_795_474_350_000_001_000L), pthread(11, 22, AT)), told.all);
        assertEquals(new LineCounts(6, 2, 0, 2, 0, 0, 0), told.counts);
    }

    @Test
    void resultWithoutItsBeginningIsStillAClone() {
        CloneCall call = Told.of("11 1795474352.000000 <... clone3 resumed> => {parent_tid=[22]}, 88) = 22\n")
                .onlyCall();
        assertEquals(22, call.childTid());
        assertEquals(UNKNOWN, call.flags());
        assertEquals(UNKNOWN, call.observedAt(), "the call was made earlier, at an unknown time");
    }

    @Test
    void callThatNeverReturnsIsLostAndNotJoinedWithTheNext() {
        Told told = Told.of("11 clone3({flags=CLONE_VM <unfinished ...>\n"
                + "11 clone3(" + MEMBERS + " <unfinished ...>\n"
                + "11 <... clone3 resumed> => {parent_tid=[22]}, 88) = 22\n"
                + "12 vfork( <unfinished ...>\n"
                + "12 +++ killed by SIGKILL +++\n"
                + "13 fork( <unfinished ...>\n"
                + "14 vfork( <detached ...>\n");
        assertEquals(List.of(pthread(11, 22, UNKNOWN), 12), told.all);
        assertEquals(4, told.counts.unresumed());
        assertEquals(4, told.counts.lost());
    }

    @Test
    void failedCallsAreReported() {
        Told told = Told.of("7 clone3(" + MEMBERS + ", 88) = -1 EAGAIN (Resource temporarily unavailable)\n"
                + "7 clone(child_stack=NULL, flags=SIGCHLD) = -1 EPERM (Operation not permitted) (INJECTED)\n");
        assertEquals(
                List.of("EAGAIN", "EPERM"),
                told.calls().stream().map(CloneCall::error).toList());
        assertTrue(told.calls().stream().allMatch(call -> call.failed() && call.childTid() == UNKNOWN));
        assertEquals(new LineCounts(2, 0, 2, 0, 0, 0, 0), told.counts);
    }

    @Test
    void callsThatMadeNothingAreIgnored() {
        Told told = Told.of("7 fork() = ? ERESTARTNOINTR (To be restarted)\n7 fork() = 42<java> (INJECTED)\n"
                + "7 <... fork resumed>) = 0\n");
        assertEquals(List.of(), told.all);
        assertEquals(new LineCounts(3, 0, 0, 3, 0, 0, 0), told.counts);
    }

    @Test
    void resultOfAKilledCallerIsLost() {
        Told told = Told.of(Fixtures.read("odd/killed_vfork.f.strace"));
        assertEquals(1, told.calls().size(), "fork's own clone; the vfork made a task too, but says not which");
        assertEquals(1, told.counts.unresumed());
    }

    @ParameterizedTest
    @CsvSource({
        "0x8000000000 /* CLONE_??? */, 0x8000000000",
        "CLONE_VM|0x8000000000, 0x8000000100",
        "0x3d0f00 /* CLONE_VM|CLONE_FS */, 0x3d0f00",
        "CLONE_NEWTIME, 0x80",
        "0, 0",
        "CLONE_VM|CLONE_OF_A_LATER_KERNEL, -1"
    })
    void flagsOfClone3AreRead(String text, String bits) {
        assertEquals(
                Long.decode(bits),
                Told.of("1 clone3({flags=" + text + ", exit_signal=0}, 88) = 5\n")
                        .onlyCall()
                        .flags());
    }

    @ParameterizedTest
    @CsvSource({
        "SIGCHLD, 0, 17",
        "0, 0, 0",
        "CLONE_VM|SIGRT_8, 0x100, 40",
        "0x1200000|17, 0x1200000, 17",
        "0x400000 /* CLONE_??? */|SIGRTMIN, 0x400000, 32",
        "CLONE_VM|145, 0x100, 145"
    })
    void flagsAndSignalOfCloneAreRead(String text, String bits, int signal) {
        CloneCall call =
                Told.of("1 clone(child_stack=NULL, flags=" + text + ") = 5\n").onlyCall();
        assertEquals(Long.decode(bits), call.flags());
        assertEquals(signal, call.exitSignal());
        assertEquals(0, call.stack());
    }

    @Test
    void resultInANamespaceIsTheCallersOwn() {
        CloneCall call =
                Told.of("5447 fork() = 2 /* 5448 in strace's PID NS */\n").onlyCall();
        assertEquals(2, call.childTid());
        assertEquals(5447, call.parentTid());
    }

    @Test
    void namesThatLookLikeTraceAreNotMisread() {
        for (String file : List.of("odd/names.f-Y-stderr.strace", "odd/names.f-tt-Y-T.strace")) {
            Told told = Told.of(Fixtures.read(file), 1);
            List<Integer> children =
                    told.calls().stream().map(CloneCall::childTid).toList();
            int first = children.get(0);
            assertEquals(List.of(first, first + 1, first + 2, first + 3, first + 4, first + 5), children, file);
            assertTrue(
                    told.calls().stream().allMatch(call -> call.flags() == 0x3d0f00 && call.stackSize() == 0x7fff80),
                    file);
            assertEquals(7, told.all.size() - children.size(), "six threads and the process end, " + file);
            assertEquals(0, told.counts.lost());
        }
    }

    @Test
    void execveEndsTheThreadThatCalledIt() {
        List<Object> told = Told.of(Fixtures.read("odd/execve_thread.f-ttt.strace")).all;
        int leader = ((CloneCall) told.get(0)).parentTid();
        int waiting = ((CloneCall) told.get(0)).childTid();
        int executing = ((CloneCall) told.get(1)).childTid();
        assertEquals(List.of(waiting, executing, leader), told.subList(2, told.size()));
    }

    @Test
    void exitPrintedTooEarlyWaitsForItsClone() {
        String clone = "<... vfork resumed>) = 6\n";
        assertEquals(List.of(6), Told.of("5 vfork( <unfinished ...>\n6 +++ exited with 0 +++\n").all);
        List<Object> told = Told.of("5 vfork( <unfinished ...>\n6 +++ exited with 0 +++\n5 " + clone).all;
        assertTrue(told.get(0) instanceof CloneCall);
        assertEquals(6, told.get(1));
        List<Object> reused =
                Told.of("4 fork() = 6\n5 vfork( <unfinished ...>\n6 +++ exited with 0 +++\n5 " + clone).all;
        assertEquals(6, reused.get(1), "the tid's former owner, known to live, is gone before the tid comes again");
        assertEquals(3, reused.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"strace", "/usr/bin/strace", "./strace", "../a.b/strace-6.1"})
    void attachMessageWithinACallIsRemoved(String program) {
        Told told = Told.of("[pid 36] clone(child_stack=NULL, flags=SIGCHLD" + program + ": Process 37 attached\n"
                + program + ": Process 38 attached\n"
                + ", child_tidptr=0x10) = 37\n"
                + "[pid 36] vfork(" + program + ": Process 39 attached\n"
                + " <unfinished ...>\n"
                + "<... vfork resumed>) = 39\n");
        assertEquals(
                List.of(37, 39), told.calls().stream().map(CloneCall::childTid).toList());
        assertEquals(17, told.calls().get(0).exitSignal());
        assertEquals(0x10, told.calls().get(0).childTidAddress());
        assertEquals(36, told.calls().get(1).parentTid());
        assertEquals(new LineCounts(6, 2, 0, 1, 0, 0, 0), told.counts);
    }

    @Test
    void headerNamesTheSource() {
        assertEquals(List.of("ebpf"), Told.of("# source: ebpf\n# source: \n# source: \u001b[31m\n# other\n").all);
    }
}
