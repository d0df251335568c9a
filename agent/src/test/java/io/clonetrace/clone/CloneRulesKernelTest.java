package io.clonetrace.clone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.clone.KernelProbe.Call;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The running kernel's own answers, asked by {@code src/test/c/clone3_probe.c}, against {@link CloneRules}. */
class CloneRulesKernelTest {

    private static final int SIGCHLD = 17;
    private static final int COMBINATIONS = 3_000;
    /** Refusals that come after the check of the flags, for want of something else. */
    private static final Set<String> FLAGS_PASSED = Set.of("0", "EBADF", "ENOSPC");
    /** The flags that a kernel may have been built without, and what shows in /proc/self/ns that it was not. */
    private static final Map<CloneFlag, String> CONFIGURED = Map.of(
            CloneFlag.CLONE_NEWNS, "mnt",
            CloneFlag.CLONE_NEWCGROUP, "cgroup",
            CloneFlag.CLONE_NEWUTS, "uts",
            CloneFlag.CLONE_NEWIPC, "ipc",
            CloneFlag.CLONE_NEWUSER, "user",
            CloneFlag.CLONE_NEWPID, "pid",
            CloneFlag.CLONE_NEWNET, "net",
            CloneFlag.CLONE_NEWTIME, "time");

    @TempDir
    private static Path directory;

    private final CloneRules rules = new CloneRules(KernelVersion.running());

    private static KernelProbe probe;

    @BeforeAll
    static void compileProbe() throws Exception {
        probe = KernelProbe.compiled(directory);
        String plain = probe.ask("clone3", List.of(new Call(new CloneFlags(0), SIGCHLD)), 0)
                .get(0);
        assumeTrue(plain.equals("0"), "clone3 is denied here (kernel before 5.3, or seccomp): " + plain);
    }

    @Test
    void clone3RulesMatchTheKernelForEveryFlagAndPair() throws Exception {
        compare(CloneSyscall.CLONE3, pairs(CloneSyscall.CLONE3));
    }

    @Test
    void cloneRulesMatchTheKernelForEveryFlagAndPair() throws Exception {
        compare(CloneSyscall.CLONE, pairs(CloneSyscall.CLONE));
    }

    @Test
    void clone3RulesMatchTheKernelForRandomCombinations() throws Exception {
        compare(CloneSyscall.CLONE3, combinations(CloneSyscall.CLONE3, new Random(435)));
    }

    @Test
    void cloneRulesMatchTheKernelForRandomCombinations() throws Exception {
        compare(CloneSyscall.CLONE, combinations(CloneSyscall.CLONE, new Random(56)));
    }

    @Test
    void clone3RulesMatchTheKernelForUnknownBitsAndExitSignals() throws Exception {
        List<Call> calls = new ArrayList<>();
        for (int bit = 0; bit < 64; bit++) {
            CloneFlags flags = new CloneFlags(1L << bit);
            if (flags.unknownBits() != 0) {
                calls.add(new Call(flags, SIGCHLD));
                calls.add(new Call(new CloneFlags(flags.bits() | CloneFlag.CLONE_VM.bit()), 0));
            }
        }
        for (int signal : new int[] {0, 1, 9, 10, 17, 19, 31, 32, 33, 63, 64, 65, 128, 255, 256, 0x111}) {
            for (long flags : new long[] {0, 0x100, 0x8000, 0x10900, 0x18900}) {
                calls.add(new Call(new CloneFlags(flags), signal));
            }
        }
        compare(CloneSyscall.CLONE3, calls);
    }

    /** What {@link CloneRules#notes} says of a caller whose children are to be in another PID namespace. */
    @Test
    void callerWithAnotherPidNamespaceForItsChildrenMakesNoThread() throws Exception {
        List<Call> calls = List.of(
                new Call(CloneFlags.of(CloneFlag.CLONE_VM), SIGCHLD),
                new Call(new CloneFlags(0x10900), 0),
                new Call(CloneFlags.of(CloneFlag.CLONE_NEWPID), SIGCHLD));
        for (CloneSyscall syscall : List.of(CloneSyscall.CLONE, CloneSyscall.CLONE3)) {
            List<String> answers = probe.ask(syscall.syscallName(), calls, CloneFlag.CLONE_NEWPID.bit());
            assumeTrue(answers.get(0).equals("0"), "unshare(CLONE_NEWPID) is not allowed here: " + answers.get(0));
            assertEquals(List.of("0", "EINVAL", "EINVAL"), answers);
            assertEquals(List.of(), rules.notes(syscall, calls.get(0).flags(), SIGCHLD));
            assertEquals(1, rules.notes(syscall, calls.get(1).flags(), 0).size());
            assertEquals(1, rules.notes(syscall, calls.get(2).flags(), SIGCHLD).size());
        }
    }

    private List<Call> pairs(CloneSyscall syscall) {
        List<CloneFlag> flags = askable(syscall);
        List<Call> calls = new ArrayList<>();
        for (CloneFlag one : flags) {
            for (CloneFlag other : flags.subList(flags.indexOf(one), flags.size())) {
                calls.add(new Call(CloneFlags.of(one, other), 0));
                calls.add(new Call(CloneFlags.of(one, other), SIGCHLD));
            }
        }
        return calls;
    }

    /** Up to eight flags, half of the sets with what they require, so that both answers are frequent. */
    private List<Call> combinations(CloneSyscall syscall, Random random) {
        List<CloneFlag> flags = askable(syscall);
        List<Call> calls = new ArrayList<>();
        while (calls.size() < COMBINATIONS) {
            long bits = 0;
            for (int count = 2 + random.nextInt(7); count > 0; count--) {
                bits |= flags.get(random.nextInt(flags.size())).bit();
            }
            if (random.nextBoolean() && (bits & 0x10800) != 0) {
                bits |= CloneFlags.of(CloneFlag.CLONE_SIGHAND, CloneFlag.CLONE_VM)
                        .bits();
            }
            calls.add(new Call(new CloneFlags(bits), random.nextBoolean() ? SIGCHLD : 0));
        }
        return calls;
    }

    /** The flags that this kernel has been built with and whose rules are a matter of its version alone. */
    private List<CloneFlag> askable(CloneSyscall syscall) {
        List<CloneFlag> flags = new ArrayList<>(List.of(CloneFlag.values()));
        CONFIGURED.forEach((flag, file) -> {
            if (Files.notExists(Path.of("/proc/self/ns", file))) {
                flags.remove(flag);
            }
        });
        if (syscall == CloneSyscall.CLONE || rules.kernel().isBefore(new KernelVersion(6, 3, 0))) {
            flags.remove(CloneFlag.CLONE_NEWTIME); // a signal's bit in clone; backported to some kernels in clone3
        }
        return flags;
    }

    private void compare(CloneSyscall syscall, List<Call> calls) throws Exception {
        List<String> answers = probe.ask(syscall.syscallName(), calls, 0);
        assertEquals(calls.size(), answers.size());
        List<String> differences = new ArrayList<>();
        int accepted = 0;
        for (int i = 0; i < calls.size(); i++) {
            Call call = calls.get(i);
            String answer = answers.get(i);
            List<String> violations = rules.violations(syscall, call.flags(), call.exitSignal());
            boolean agrees;
            if (answer.equals("EPERM")) {
                agrees = !rules.privileges(syscall, call.flags()).isEmpty(); // asked for before some of the rules
            } else {
                agrees = violations.isEmpty() ? FLAGS_PASSED.contains(answer) : answer.equals("EINVAL");
            }
            accepted += FLAGS_PASSED.contains(answer) ? 1 : 0;
            if (!agrees) {
                differences.add(call + ": the kernel says " + answer + ", the rules " + violations);
            }
        }
        assertEquals(List.of(), differences);
        assertTrue(accepted > calls.size() / 20 && accepted < calls.size(), "both answers: " + accepted);
    }
}
