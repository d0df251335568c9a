package io.clonetrace.clone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CloneProfileTest {

    /**
     * As strace printed them of programs on glibc 2.36 and (the newer posix_spawn) 2.41, musl 1.2.3, and of runc 1.1.5
     * and Chromium 156, x86-64; strace 6.1 prints CLONE_DETACHED as a number.
     */
    @ParameterizedTest
    @CsvSource({
        "PTHREAD_CREATE, CLONE3, CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM|CLONE_SETTLS"
                + "|CLONE_PARENT_SETTID|CLONE_CHILD_CLEARTID",
        "GLIBC_FORK, CLONE, CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD",
        "POSIX_SPAWN, CLONE3, CLONE_VM|CLONE_VFORK|SIGCHLD",
        "POSIX_SPAWN_CLEAR_SIGHAND, CLONE3, CLONE_VM|CLONE_VFORK|CLONE_CLEAR_SIGHAND|SIGCHLD",
        "BARE_THREAD, CLONE, CLONE_VM|CLONE_SIGHAND|CLONE_THREAD",
        "FORK_SYSCALL, CLONE, SIGCHLD",
        "MUSL_PTHREAD_CREATE, CLONE, CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM|CLONE_SETTLS"
                + "|CLONE_PARENT_SETTID|CLONE_CHILD_CLEARTID|0x400000",
        "RUNC, CLONE, CLONE_PARENT|SIGCHLD",
        "CHROME_PROBE, CLONE, CLONE_NEWUSER|SIGCHLD",
        "CHROME_ZYGOTE, CLONE, CLONE_NEWUSER|CLONE_NEWPID|CLONE_NEWNET|SIGCHLD",
        "CHROME_PID_NAMESPACE, CLONE, CLONE_NEWPID|SIGCHLD",
        "CHROME_CHROOT, CLONE, CLONE_VM|CLONE_FS|CLONE_VFORK|CLONE_SETTLS|SIGCHLD"
    })
    void profileIsRecognizedInStraceOutput(CloneProfile profile, CloneSyscall syscall, String printed) {
        CloneArgument call = CloneArgument.parse(printed);
        assertEquals(Optional.of(profile), CloneProfile.of(call.flags(), call.exitSignal(), syscall));
    }

    @ParameterizedTest
    @EnumSource
    void profileIsAcceptedByTheKernelAndNamesItsSource(CloneProfile profile) {
        assertEquals(
                List.of(),
                new CloneRules(new KernelVersion(6, 18, 0))
                        .violations(
                                profile.syscall(),
                                profile.syscall() == CloneSyscall.FORK ? new CloneFlags(0) : profile.flags(),
                                profile.exitSignal()));
        assertTrue(CloneProfile.all(profile.flags(), profile.exitSignal()).contains(profile));
        assertTrue(profile.source().matches(".*(\\.[cSs]|\\.cc|\\.cpp|\\.go|trace of ).*"), profile.source());
        profile.names()
                .forEach(name -> assertTrue(
                        CloneProfile.called(name.toUpperCase(Locale.ROOT)).contains(profile), name));
    }

    @Test
    void labelsAreDifferent() {
        assertEquals(
                CloneProfile.values().length,
                Arrays.stream(CloneProfile.values())
                        .map(CloneProfile::label)
                        .distinct()
                        .count());
    }

    @Test
    void sameFlagsOfSeveralCallersAreNamedByTheFirst() {
        assertEquals(
                List.of(CloneProfile.PTHREAD_CREATE, CloneProfile.BIONIC_PTHREAD_CREATE),
                CloneProfile.all(new CloneFlags(0x3d0f00), 0));
        assertEquals(Optional.of(CloneProfile.PTHREAD_CREATE), CloneProfile.named(0x3d0f00));
        assertEquals(Optional.of(CloneProfile.GLIBC_FORK), CloneProfile.named(0x1200000));
    }

    @Test
    void pthreadCreateHasNineFlags() {
        assertEquals(0x3d0f00, CloneProfile.PTHREAD_CREATE.flags().bits());
        assertEquals(9, CloneProfile.PTHREAD_CREATE.flags().flags().size());
    }

    @Test
    void forkAndVforkAreRecognizedByName() {
        CloneFlags unknown = new CloneFlags(CloneCall.UNKNOWN);
        assertEquals(Optional.of(CloneProfile.FORK_SYSCALL), CloneProfile.of(unknown, 17, CloneSyscall.FORK));
        assertEquals(Optional.of(CloneProfile.POSIX_SPAWN), CloneProfile.of(unknown, 17, CloneSyscall.VFORK));
    }

    @Test
    void oneExtraBitMatchesNoProfile() {
        CloneFlags flags = new CloneFlags(0x3d0f00 | CloneFlag.CLONE_IO.bit());
        assertTrue(CloneProfile.of(flags, 0, CloneSyscall.CLONE3).isEmpty());
        assertTrue(CloneProfile.of(new CloneFlags(0x3d0f00), 17, CloneSyscall.CLONE)
                .isEmpty());
    }

    @Test
    void eachOfTheNineFlagsHasItsOwnCost() {
        assertEquals(List.of(), MissingFlag.againstPthreadCreate(CloneProfile.PTHREAD_CREATE.flags()));
        Set<String> costs = new HashSet<>();
        for (CloneFlag flag : CloneProfile.PTHREAD_CREATE.flags().flags()) {
            CloneFlags without = new CloneFlags(0x3d0f00 & ~flag.bit());
            List<MissingFlag> missing = MissingFlag.againstPthreadCreate(without);
            assertEquals(1, missing.size());
            assertEquals(flag, missing.get(0).flag());
            assertTrue(
                    missing.get(0).cost().matches("[A-Z][^.]*\\."),
                    missing.get(0).cost());
            assertTrue(costs.add(missing.get(0).cost()));
        }
    }

    @Test
    void bareThreadLacksSixFlagsInOrder() {
        assertEquals(
                List.of(
                        CloneFlag.CLONE_FS,
                        CloneFlag.CLONE_FILES,
                        CloneFlag.CLONE_SYSVSEM,
                        CloneFlag.CLONE_SETTLS,
                        CloneFlag.CLONE_PARENT_SETTID,
                        CloneFlag.CLONE_CHILD_CLEARTID),
                MissingFlag.againstPthreadCreate(CloneProfile.BARE_THREAD.flags()).stream()
                        .map(MissingFlag::flag)
                        .toList());
    }
}
