package io.clonetrace.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StackPointerTest {
    @Test
    void inASystemCall() {
        String line = "202 0x7feeac0be178 0x89 0x0 0x7fee949fe770 0x0 0xffffffff 0x7fee949fe660 0x7feeb4d64f16\n";
        assertEquals(OptionalLong.of(0x7fee949fe660L), StackPointer.parse(line));
    }

    @Test
    void blockedElsewhere() {
        assertEquals(OptionalLong.of(0x7fee949fe660L), StackPointer.parse("-1 0x7fee949fe660 0x7feeb4d64f16\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"running\n", "-1 0x0 0x0\n", "", "202", "-1 0xzz 0x1", "a b c", "-1 0x123456789abcdef01 0x0"})
    void noneToTell(String line) {
        assertTrue(StackPointer.parse(line).isEmpty());
    }

    @Test
    void noneOfAThreadThatIsGone() {
        assertTrue(StackPointer.of(Path.of("/proc/self"), Integer.MAX_VALUE).isEmpty());
    }

    /** The kernel answers the reading thread with its own registers, in the read(2) that reads them. */
    @Test
    void ofTheThreadItself() throws IOException {
        Path self = Path.of("/proc/thread-self").toRealPath();
        int tid = Integer.parseInt(self.getFileName().toString());
        long pointer = StackPointer.of(Path.of("/proc/self"), tid).orElseThrow();
        assertEquals("rw-p", OutsideMaps.ofSelf().holding(pointer).perms());
    }
}
