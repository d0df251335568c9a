package io.clonetrace.trace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.clone.CloneCall;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each bit and each signal as strace prints it: in words, and by {@code -X raw} in the numbers that are the truth here.
 */
class FlagFixtureTest {
    private static final Pattern NUMBERS = Pattern.compile(
            "(clone3?)\\((?:.*?flags=(\\w+)(?:\\|(\\d+))?(?:.*exit_signal=(\\d+))?)?.*\\) += -1 EAGAIN");

    @ParameterizedTest
    @ValueSource(strings = {"raw", "abbrev", "verbose"})
    void everyBitAndSignalIsReadAsStracePrintsIt(String style) {
        List<MatchResult> numbers =
                NUMBERS.matcher(Fixtures.read("flags/raw.strace")).results().toList();
        assertEquals(64 + 71 + 2 + 64 + 56 + 4, numbers.size());
        List<CloneCall> calls =
                Told.of(Fixtures.read("flags/" + style + ".strace")).calls();
        assertEquals(numbers.size(), calls.size());
        for (int i = 0; i < calls.size(); i++) {
            MatchResult truth = numbers.get(i);
            CloneCall call = calls.get(i);
            assertEquals(truth.group(1), call.syscall().syscallName());
            assertEquals("EAGAIN", call.error());
            long flags = truth.group(2) == null
                    ? -1
                    : Long.parseUnsignedLong(truth.group(2).replace("0x", ""), 16);
            if (truth.group(1).equals("clone3")) {
                assertEquals(flags, call.flags(), truth.group());
                assertEquals(clone3Signal(truth.group(4)), call.exitSignal(), truth.group());
            } else {
                boolean onlySignal = !truth.group(2).startsWith("0x");
                assertEquals(onlySignal ? 0 : flags, call.flags(), truth.group());
                String signal = onlySignal ? truth.group(2) : truth.group(3);
                assertEquals(signal == null ? 0 : Integer.parseInt(signal), call.exitSignal(), truth.group());
            }
        }
    }

    private static int clone3Signal(String signal) {
        return signal == null || Long.parseLong(signal) > Integer.MAX_VALUE
                ? CloneCall.UNKNOWN
                : Integer.parseInt(signal);
    }

    @Test
    void furtherMembersAndUnknownBytesAreSkipped() {
        String trace = Fixtures.read("flags/abbrev.strace");
        CloneCall manyMembers = Told.of(
                        trace.lines()
                                        .filter(line -> line.contains("set_tid="))
                                        .findFirst()
                                        .orElseThrow() + "\n")
                .onlyCall();
        assertEquals(0x8200001100L, manyMembers.flags());
        assertEquals(17, manyMembers.exitSignal());
        assertEquals(0, manyMembers.stack());
        assertEquals(0, manyMembers.stackSize());
    }
}
