package io.clonetrace.clone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CloneFlagTest {

    private static final Path HEADER = Path.of("/usr/include/linux/sched.h");
    private static final Pattern DEFINE =
            Pattern.compile("^#define\\s+(CLONE_\\w+)\\s+(?:0x(\\p{XDigit}+)|\\(1ULL << (\\d+)\\))", Pattern.MULTILINE);

    @Test
    void eachFlagHasItsOwnSingleBit() {
        long seen = 0;
        for (CloneFlag flag : CloneFlag.values()) {
            assertEquals(1, Long.bitCount(flag.bit()), flag.name());
            assertEquals(0, seen & flag.bit(), flag.name());
            seen |= flag.bit();
        }
        assertEquals(0x3f_ffff_ff80L, seen, "from CLONE_NEWTIME to CLONE_EMPTY_MNTNS, without a gap");
    }

    @Test
    void orderIsByValueWithNewtimeAfterTheThirtyTwoBitFlags() {
        List<CloneFlag> flags = new ArrayList<>(List.of(CloneFlag.values()));
        assertEquals(flags.indexOf(CloneFlag.CLONE_IO) + 1, flags.indexOf(CloneFlag.CLONE_NEWTIME));
        flags.remove(CloneFlag.CLONE_NEWTIME);
        for (int i = 1; i < flags.size(); i++) {
            assertTrue(flags.get(i - 1).bit() < flags.get(i).bit(), flags.get(i).name());
        }
    }

    @ParameterizedTest
    @EnumSource
    void tableIsConsistent(CloneFlag flag) {
        assertTrue(flag.meaning().matches("[A-Z][^.]*\\."), "one sentence: " + flag.meaning());
        assertFalse(flag.isAcceptedBy(CloneSyscall.FORK) || flag.isAcceptedBy(CloneSyscall.VFORK));
        boolean fitsClone = flag.bit() >= 0x100 && flag.bit() <= 0xffff_ffffL;
        assertEquals(fitsClone, flag.isAcceptedBy(CloneSyscall.CLONE));
        assertEquals(flag != CloneFlag.CLONE_DETACHED, flag.isAcceptedBy(CloneSyscall.CLONE3));
        flag.forbids().forEach(other -> assertTrue(other.forbids().contains(flag), flag + " and " + other));
        Set<CloneFlag> needed = needed(flag, EnumSet.noneOf(CloneFlag.class));
        assertFalse(needed.contains(flag), "requires itself");
        needed.forEach(one -> assertFalse(flag.forbids().contains(one), flag + " requires and forbids " + one));
    }

    @Test
    void requirementsAndExclusionsAreThoseOfCloneManPage() {
        assertEquals(EnumSet.of(CloneFlag.CLONE_SIGHAND), CloneFlag.CLONE_THREAD.requires());
        assertEquals(EnumSet.of(CloneFlag.CLONE_VM), CloneFlag.CLONE_SIGHAND.requires());
        assertEquals(EnumSet.of(CloneFlag.CLONE_CLEAR_SIGHAND), CloneFlag.CLONE_SIGHAND.forbids());
        assertEquals(EnumSet.of(CloneFlag.CLONE_SYSVSEM), CloneFlag.CLONE_NEWIPC.forbids());
        assertEquals(EnumSet.of(CloneFlag.CLONE_FS, CloneFlag.CLONE_THREAD), CloneFlag.CLONE_NEWUSER.forbids());
    }

    @Test
    void namesAreFoundWithAndWithoutPrefix() {
        for (CloneFlag flag : CloneFlag.values()) {
            assertEquals(flag, CloneFlag.named(flag.name()).orElseThrow());
            assertEquals(
                    flag,
                    CloneFlag.named(flag.name().substring(6).toLowerCase()).orElseThrow());
        }
        assertTrue(CloneFlag.named("CLONE_").isEmpty());
    }

    @Test
    void everyFlagOfTheInstalledHeaderIsKnownWithItsValue() throws IOException {
        assumeTrue(Files.exists(HEADER), HEADER + " is not installed (package linux-libc-dev)");
        List<MatchResult> defines =
                DEFINE.matcher(Files.readString(HEADER)).results().toList();
        assertTrue(defines.size() >= 24, "a header that defines flags");
        for (MatchResult define : defines) {
            long value = define.group(2) != null
                    ? Long.parseLong(define.group(2), 16)
                    : 1L << Integer.parseInt(define.group(3));
            assertEquals(value, CloneFlag.named(define.group(1)).orElseThrow().bit(), define.group(1));
        }
    }

    private static Set<CloneFlag> needed(CloneFlag flag, Set<CloneFlag> found) {
        for (CloneFlag other : flag.requires()) {
            if (found.add(other)) {
                needed(other, found);
            }
        }
        return found;
    }
}
