package io.clonetrace.clone;

import static io.clonetrace.clone.CloneSyscall.CLONE;
import static io.clonetrace.clone.CloneSyscall.CLONE3;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloneRulesTest {

    private static final CloneRules LINUX_6_18 = new CloneRules(new KernelVersion(6, 18, 0));

    /** What no kernel at hand can be asked: other versions, by the kernel's selftests and commits. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            nullValues = "-",
            value = {
                "7.1; CLONE3; AUTOREAP; 0; -",
                "7.1; CLONE3; AUTOREAP; 17; clone3 refuses an exit signal with CLONE_AUTOREAP.",
                "7.0; CLONE3; AUTOREAP; 0; clone3 refuses CLONE_AUTOREAP before Linux 7.1.",
                "7.1; CLONE3; AUTOREAP|PARENT; 0; CLONE_AUTOREAP excludes CLONE_PARENT: the parent it would get never"
                        + " asked for that.",
                "7.1; CLONE3; PIDFD|PIDFD_AUTOKILL|AUTOREAP; 0; -",
                "7.1; CLONE3; PIDFD|PIDFD_AUTOKILL; 17; CLONE_PIDFD_AUTOKILL requires CLONE_AUTOREAP:"
                        + " there may be no parent left to wait for the child.",
                "7.1; CLONE3; NNP; 17; -",
                "7.1; CLONE3; EMPTY_MNTNS; 17; -",
                "7.1; CLONE3; EMPTY_MNTNS|FS; 17; CLONE_EMPTY_MNTNS excludes CLONE_FS: a root directory belongs to one"
                        + " mount namespace.",
                "7.1; CLONE; VM; 65; The exit signal 65 is no signal (0 to 64).",
                "6.18; CLONE; VM; 65; -",
                "6.8; CLONE3; VM|SIGHAND|THREAD|PIDFD; 0; CLONE_PIDFD excludes CLONE_THREAD before Linux 6.9.",
                "6.9; CLONE3; VM|SIGHAND|THREAD|PIDFD; 0; -",
                "5.4; CLONE3; CLEAR_SIGHAND; 17; clone3 refuses CLONE_CLEAR_SIGHAND before Linux 5.5.",
                "4.19; CLONE3; 0; 17; clone3 exists since Linux 5.3.",
                "6.18; FORK; VM; 17; fork takes no flags.",
                "6.18; VFORK; 0; 17; -"
            })
    void violationsDependOnTheKernelVersion(
            String kernel, CloneSyscall syscall, String flags, int exitSignal, String violation) {
        assertEquals(
                violation == null ? List.of() : List.of(violation),
                new CloneRules(KernelVersion.parse(kernel)).violations(syscall, CloneFlags.parse(flags), exitSignal));
    }

    @Test
    void everyViolationIsListed() {
        assertEquals(
                List.of(
                        "CLONE_THREAD requires CLONE_SIGHAND: the threads of a process share its signal handlers.",
                        "CLONE_NEWUSER excludes CLONE_THREAD: the threads of a process are in one user namespace."),
                LINUX_6_18.violations(CLONE3, CloneFlags.parse("THREAD|NEWUSER"), 0));
    }

    @Test
    void newNamespacesNeedACapabilityUnlessWithANewUserNamespace() {
        assertEquals(
                List.of("CLONE_NEWPID, CLONE_NEWNET without CLONE_NEWUSER: needs CAP_SYS_ADMIN."),
                LINUX_6_18.privileges(CLONE, CloneFlags.parse("NEWNET|NEWPID|VM")));
        List<String> withUser = LINUX_6_18.privileges(CLONE, CloneFlags.parse("NEWNET|NEWUSER"));
        assertEquals(1, withUser.size());
        assertTrue(withUser.get(0).startsWith("CLONE_NEWUSER needs no capability"), withUser.get(0));
        assertEquals(List.of(), LINUX_6_18.privileges(CLONE3, CloneProfile.PTHREAD_CREATE.flags()));
    }

    @Test
    void argumentsThatCloneIgnoresAreNoted() {
        assertEquals(
                List.of(
                        "clone reads the bit of CLONE_NEWTIME as part of the exit signal.",
                        "clone ignores CLONE_CLEAR_SIGHAND: its flags have 32 bits."),
                LINUX_6_18.notes(CLONE, CloneFlags.parse("CLEAR_SIGHAND|NEWTIME|SIGHAND|VM"), 0));
        assertEquals(List.of(), LINUX_6_18.violations(CLONE, CloneFlags.parse("CLEAR_SIGHAND|SIGHAND|VM"), 0));
        assertEquals(List.of(), LINUX_6_18.notes(CLONE3, CloneFlags.parse("CLEAR_SIGHAND|NEWTIME|VM"), 0));
    }
}
