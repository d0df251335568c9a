package io.clonetrace.unwind.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.unwind.elf.FrameRow.Rule;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Call frame instructions that this machine's compilers don't write, in files for either processor. */
class SmallElfTest {
    private static final String X86 = "0c 07 08 90 01".replace(" ", "");
    private static final int RA = 16;

    private static FrameRow row(String common, String work, int offset) throws IOException {
        byte[] bytes = SmallElf.x86(common.replace(" ", ""), work.replace(" ", ""), "");
        return ElfFile.of(ElfBytes.of(bytes)).callFrames().row(SmallElf.WORK + offset);
    }

    @Test
    void fileAndImageInMemoryAreReadAlike() throws IOException {
        byte[] bytes = SmallElf.x86(X86, "410e10", "");
        for (ElfFile file :
                new ElfFile[] {ElfFile.of(ElfBytes.of(bytes)), ElfFile.inMemory(ElfBytes.of(bytes), 0x7f00_0000_0000L)
                }) {
            assertEquals("efcdab8967452301", file.buildId());
            assertEquals(SmallElf.MAIN, file.symbol("main").orElseThrow());
            assertEquals("work", file.function(SmallElf.WORK + 1).name());
            assertEquals(8, file.callFrames().row(SmallElf.WORK).frameOffset());
            assertEquals(16, file.callFrames().row(SmallElf.WORK + 1).frameOffset());
            assertEquals(8, file.callFrames().row(SmallElf.MAIN + 1).frameOffset());
            assertNull(file.callFrames().row(SmallElf.WORK - 1));
            assertNull(file.callFrames().row(SmallElf.MAIN + SmallElf.LENGTH));
        }
    }

    @Test
    void returnAddressesOfAarch64AreSignedBetweenTheInstructionsThatSaySo() throws IOException {
        // paciasp; stp x29, x30, [sp, #-16]!; ...; ldp; autiasp; ret
        byte[] bytes = SmallElf.aarch64("0c1f00", "412d 410e109d029e01 44de0e00 412d".replace(" ", ""), "");
        ElfFile file = ElfFile.of(ElfBytes.of(bytes));
        CallFrames frames = file.callFrames();
        assertEquals(ElfMachine.AARCH64, file.machine());
        assertFalse(frames.row(SmallElf.WORK).isSigned());
        assertTrue(frames.row(SmallElf.WORK + 4).isSigned());
        FrameRow inside = frames.row(SmallElf.WORK + 8);
        assertTrue(inside.isSigned());
        assertEquals(30, inside.returnAddress());
        assertEquals(Rule.OFFSET, inside.rule(30));
        assertEquals(-8, inside.value(30));
        assertEquals(16, inside.frameOffset());
        assertEquals(Rule.SAME, frames.row(SmallElf.WORK + 24).rule(30));
        assertTrue(frames.row(SmallElf.WORK + 24).isSigned());
        assertFalse(frames.row(SmallElf.WORK + 28).isSigned());
        assertEquals(0x7f12_3456_789cL, ElfMachine.AARCH64.withoutSignature(0x00b7_7f12_3456_789cL));
    }

    @Test
    void rowsAreRememberedAndRestored() throws IOException {
        String work = "0a 410e20 8302 0a 410e30 41 0b 41 0b";
        assertEquals(32, row(X86, work, 1).frameOffset());
        assertEquals(48, row(X86, work, 2).frameOffset());
        assertEquals(32, row(X86, work, 3).frameOffset());
        assertEquals(8, row(X86, work, 4).frameOffset());
    }

    @Test
    void everyInstructionIsUnderstood() throws IOException {
        assertEquals(-32, row(X86, "05 0c 04", 0).value(12), "offset_extended");
        assertEquals(Rule.SAME, row(X86, "830206 03", 0).rule(3), "restore_extended");
        assertEquals(Rule.UNDEFINED, row(X86, "07 10", 0).rule(RA), "undefined");
        assertEquals(Rule.SAME, row(X86, "8302 08 03", 0).rule(3), "same_value");
        assertEquals(3, row(X86, "09 10 03", 0).value(RA), "register");
        assertEquals(10, row(X86, "0d 0a", 0).frameRegister(), "def_cfa_register");
        assertEquals(1, row(X86, "0f 01 9c", 0).frameExpression().length, "def_cfa_expression");
        assertEquals(2, row(X86, "10 03 02 7708", 0).expression(3).length, "expression");
        assertEquals(16, row(X86, "11 03 7e", 0).value(3), "offset_extended_sf");
        assertEquals(16, row(X86, "12 07 7e", 0).frameOffset(), "def_cfa_sf");
        assertEquals(24, row(X86, "13 7d", 0).frameOffset(), "def_cfa_offset_sf");
        assertEquals(-16, row(X86, "14 03 02", 0).value(3), "val_offset");
        assertEquals(Rule.VALUE_OFFSET, row(X86, "15 03 7e", 0).rule(3), "val_offset_sf");
        assertEquals(Rule.VALUE_EXPRESSION, row(X86, "16 03 01 9c", 0).rule(3), "val_expression");
        assertEquals(8, row(X86, "2e 10", 0).frameOffset(), "GNU_args_size");
        assertEquals(16, row(X86, "2f 03 02", 0).value(3), "GNU_negative_offset_extended");
        assertEquals(64, row(X86, "02 04 0e 40", 4).frameOffset(), "advance_loc1");
        assertEquals(64, row(X86, "03 0400 0e 40", 4).frameOffset(), "advance_loc2");
        assertEquals(64, row(X86, "04 04000000 0e 40", 4).frameOffset(), "advance_loc4");
        assertEquals(8, row(X86, "04 04000000 0e 40", 3).frameOffset(), "not yet");
        assertEquals(Rule.SAME, row(X86, "05 11 01", 0).rule(RA - 1), "a register of the floating point unit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0b", "3f", "2d", "0f ff 01", "10 03 7f", "c3c3 0b"})
    void instructionsThatMakeNoSenseAreDamage(String work) {
        assertThrows(DamagedElfException.class, () -> row(X86, work, 0));
    }

    @Test
    void whatIsRememberedIsBounded() {
        assertThrows(DamagedElfException.class, () -> row(X86, "0a".repeat(65), 0));
        assertThrows(DamagedElfException.class, () -> row("c3", "", 0), "restore in the CIE");
    }
}
