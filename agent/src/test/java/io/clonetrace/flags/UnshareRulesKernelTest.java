package io.clonetrace.flags;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.KernelProbe;
import io.clonetrace.clone.KernelProbe.Call;
import io.clonetrace.clone.KernelVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The running kernel's own answers to unshare, in a process of one thread, against {@link UnshareRules}. */
class UnshareRulesKernelTest {
    private static final int COMBINATIONS = 1_000;

    /** Of every namespace; EPERM means that the flags passed. */
    private static final List<String> PASSED = List.of("0", "EPERM", "ENOSPC");

    @TempDir
    private Path directory;

    @Test
    void rulesMatchTheKernelForEveryBitAndForRandomCombinations() throws Exception {
        KernelProbe probe = KernelProbe.compiled(directory);
        List<Call> calls = new ArrayList<>();
        for (int bit = 0; bit < 64; bit++) {
            calls.add(new Call(new CloneFlags(1L << bit), 0));
        }
        Random random = new Random(272);
        while (calls.size() < COMBINATIONS) {
            long taken = 0x7e070f80L & random.nextLong();
            calls.add(new Call(new CloneFlags(taken | (random.nextInt(4) == 0 ? 1L << random.nextInt(40) : 0)), 0));
        }
        List<String> answers = probe.ask("unshare", calls, 0);
        assumeTrue(answers.contains("0"), "unshare is denied here (seccomp)");
        UnshareRules rules = new UnshareRules(KernelVersion.running());
        List<String> differences = new ArrayList<>();
        int accepted = 0;
        for (int i = 0; i < calls.size(); i++) {
            boolean expected = rules.violations(calls.get(i).flags()).isEmpty();
            accepted += PASSED.contains(answers.get(i)) ? 1 : 0;
            if (expected ? !PASSED.contains(answers.get(i)) : !answers.get(i).equals("EINVAL")) {
                differences.add(calls.get(i) + ": the kernel says " + answers.get(i));
            }
        }
        assertEquals(List.of(), differences);
        assertTrue(accepted > calls.size() / 20 && accepted < calls.size(), "both answers: " + accepted);
    }
}
