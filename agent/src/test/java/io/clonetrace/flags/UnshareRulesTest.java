package io.clonetrace.flags;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.KernelVersion;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The kernel's own answers are asked by CloneRulesKernelTest. */
class UnshareRulesTest {
    @Test
    void bitsThatUnshareDoesNotTakeAreRefused() {
        UnshareRules rules = new UnshareRules(new KernelVersion(6, 18, 0));
        assertEquals(List.of("unshare refuses CLONE_SETTLS."), rules.violations(CloneFlags.parse("SETTLS|FS")));
        assertEquals(List.of(), rules.violations(CloneFlags.parse("NEWUSER|NEWNS|NEWTIME|FILES")));
    }

    @Test
    void flagsOfLaterKernelsAreRefusedByEarlierOnes() {
        CloneFlags time = CloneFlags.of(CloneFlag.CLONE_NEWTIME);
        assertEquals(
                1, new UnshareRules(new KernelVersion(5, 5, 0)).violations(time).size());
        assertEquals(List.of(), new UnshareRules(new KernelVersion(5, 6, 0)).violations(time));
        CloneFlags emptyMounts = new CloneFlags(0x100000);
        assertEquals(
                1,
                new UnshareRules(new KernelVersion(7, 0, 0))
                        .violations(emptyMounts)
                        .size());
        assertEquals(List.of(), new UnshareRules(new KernelVersion(7, 1, 0)).violations(emptyMounts));
    }

    @Test
    void flagsThatNeedAProcessOfOneThreadAreNamed() {
        List<String> notes = new UnshareRules(new KernelVersion(6, 18, 0)).notes(CloneFlags.parse("NEWUSER|NEWNS|VM"));
        assertTrue(notes.get(0).startsWith("CLONE_VM, CLONE_NEWUSER: EINVAL"), notes::toString);
    }
}
