package io.clonetrace.unwind.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.clonetrace.unwind.elf.FrameRow.Rule;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Call frame instructions and expressions: the first byte is the length of those of the CIE. */
class CallFramesFuzzTest {
    /** So that they fit into the file. */
    private static final int MOST = 600;

    static Stream<byte[]> instructions() {
        return Stream.of(
                        "050c07089001 41 0e10 8602 43 0d06",
                        "050c07089001 0f0b770880003f1a3b2a332422 41 0710",
                        "050c07089001 0a 41 0e20 8302 0a 41 0e30 41 0b 41 0b c3",
                        "050c07089001 1003027708 16040176 1405 02 0902 04 2e10 2f0302 02040e40 03 0400 12077e",
                        "030c1f00 412d 410e10 9d02 9e01 44de 0e00 412d")
                .map(hex -> HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    @MethodSource("instructions")
    @FuzzTest
    void instructions(byte[] bytes) throws IOException {
        int common = bytes.length == 0 ? 0 : Math.min(bytes[0] & 0xff, bytes.length - 1);
        int first = Math.min(bytes.length, 1 + common);
        HexFormat hex = HexFormat.of();
        String shared = hex.formatHex(bytes, first - common, first);
        String own = hex.formatHex(Arrays.copyOfRange(bytes, first, Math.min(bytes.length, first + MOST)));
        for (byte[] library : new byte[][] {SmallElf.x86(shared, own, own), SmallElf.aarch64(shared, own, own)}) {
            CallFrames frames = ElfFile.of(ElfBytes.of(library)).callFrames();
            for (int at = 0; at < 2 * SmallElf.LENGTH; at += 5) {
                try {
                    FrameRow row = frames.row(SmallElf.WORK + at);
                    FrameRow again = frames.row(SmallElf.WORK + at);
                    assertEquals(row.frameOffset(), again.frameOffset());
                    evaluate(row, row.frameExpression());
                    for (int register = 0; register < 17; register++) {
                        assertEquals(row.rule(register), again.rule(register));
                        if (row.rule(register) == Rule.EXPRESSION || row.rule(register) == Rule.VALUE_EXPRESSION) {
                            evaluate(row, row.expression(register));
                        }
                    }
                } catch (IOException damaged) {
                    assertNotNull(damaged.getMessage());
                }
            }
        }
    }

    private static void evaluate(FrameRow row, byte[] expression) throws IOException {
        if (expression != null) {
            Expression.evaluate(expression, row.frameOffset(), new Numbers());
        }
    }

    /** Registers and memory hold what their number or address makes of itself. */
    private static final class Numbers implements Expression.State {
        @Override
        public long register(int number) {
            return 0x7fff_0000L + number;
        }

        @Override
        public long word(long address) {
            return address * 31 + 7;
        }

        @Override
        public void used(long value) {
            // Of interest to a memo only.
        }
    }
}
