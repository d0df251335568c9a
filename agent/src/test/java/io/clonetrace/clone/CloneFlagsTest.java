package io.clonetrace.clone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloneFlagsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "CLONE_VM|CLONE_FS|SIGCHLD; 0x300",
                "0x4000000000 /* CLONE_??? */; 0x4000000000",
                "CLONE_VM|0x8000000000; 0x8000000100",
                "CLONE_VM|0x8000000000 /* CLONE_??? */|SIGCHLD; 0x8000000100",
                "0x3d0f00 /* CLONE_VM|CLONE_FS */; 0x3d0f00",
                "0X3D0F00; 0x3d0f00",
                "4001536; 0x3d0f00",
                "vm,fs, Clone_Files ; 0x700",
                "CLONE_NEWTIME; 0x80",
                "0x11; 0x11",
                "0; 0",
                "0xffffffffffffffff; 0xffffffffffffffff",
                "18446744073709551615; 0xffffffffffffffff"
            })
    void namesAndNumbersAreReadAsBits(String text, String bits) {
        assertEquals(
                Long.parseUnsignedLong(bits.replaceFirst("^0x", ""), 16),
                CloneFlags.parse(text).bits());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "CLONE_",
                "CLONE_NONSENSE",
                "CLONE_VM|",
                "|",
                "0x",
                "0x1ffffffffffffffff",
                "-1",
                "+1",
                "12ab",
                "CLONE_VM CLONE_FS",
                "SIGNONSENSE",
                "SIGCHLD|SIGUSR1",
                "0x-1",
                "SIGRT_33",
                "CLONE_VM /* open"
            })
    void nonsenseIsRefusedInOneSentence(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> CloneFlags.parse(text))
                .getMessage();
        assertTrue(message.matches("\"[^\"]*\" .*[a-z0-9]\\."), message);
    }

    @Test
    void knownFlagsAndUnknownBitsAreSeparate() {
        CloneFlags flags = new CloneFlags(0x80_0000_0111L);
        assertEquals(EnumSet.of(CloneFlag.CLONE_VM), flags.flags());
        assertEquals(0x80_0000_0011L, flags.unknownBits());
        assertTrue(flags.has(CloneFlag.CLONE_VM));
        assertFalse(flags.has(CloneFlag.CLONE_FS));
        assertEquals("CLONE_VM|0x8000000011", flags.toString());
    }

    @Test
    void printedFlagsAreReadBack() {
        Random random = new Random(20240);
        for (int i = 0; i < 10_000; i++) {
            CloneFlags flags = new CloneFlags(random.nextLong() & random.nextLong() & random.nextLong());
            assertEquals(flags, CloneFlags.parse(flags.names()));
            assertEquals(flags, CloneFlags.parse("0x" + Long.toHexString(flags.bits())));
            assertEquals(flags, CloneFlags.parse(Long.toUnsignedString(flags.bits())));
            assertEquals(
                    flags, CloneFlags.parse(flags.names().replace("CLONE_", "").replace('|', ',')));
        }
    }

    @Test
    void printedCloneArgumentIsReadBack() {
        Random random = new Random(20241);
        for (int i = 0; i < 10_000; i++) {
            CloneArgument argument = CloneArgument.of(random.nextLong() & random.nextLong());
            assertEquals(argument, CloneArgument.parse(argument.toString()));
        }
    }
}
