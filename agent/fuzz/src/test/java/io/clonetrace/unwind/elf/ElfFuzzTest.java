package io.clonetrace.unwind.elf;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** A file that a process has mapped: headers, notes, symbol tables, tables of call frame information. */
class ElfFuzzTest {
    private static final String X86_FRAME = "41 0e10 8602 43 0d06".replace(" ", "");
    private static final String ARM_FRAME = "412d410e109d029e01";

    static Stream<byte[]> files() {
        return Stream.of(SmallElf.x86("0c07089001", X86_FRAME, "0710"), SmallElf.aarch64("0c1f00", ARM_FRAME, "071e"));
    }

    @MethodSource("files")
    @FuzzTest
    void file(byte[] bytes) {
        for (boolean image : new boolean[] {false, true}) {
            ElfBytes source = ElfBytes.of(bytes);
            try (ElfFile file = image ? ElfFile.inMemory(source, 0x7f00_0000_0000L) : ElfFile.of(source)) {
                assertTrue(file.buildId() == null || file.buildId().matches("([0-9a-f]{2}){1,64}"));
                assertNotNull(file.codeAddress(0));
                questions(file);
            } catch (IOException damaged) {
                assertNotNull(damaged.getMessage());
            }
        }
    }

    /** One that fails must not keep the others from an answer. */
    private static void questions(ElfFile file) {
        for (int address : new int[] {0, SmallElf.WORK, SmallElf.WORK + 9, SmallElf.MAIN + 1, 1 << 20}) {
            ask(() -> {
                ElfFile.Function function = file.function(address);
                assertTrue(function == null || function.address() <= address);
            });
            ask(() -> {
                FrameRow row = file.callFrames().row(address);
                assertTrue(row == null || row.returnAddress() < file.machine().registers());
            });
            ask(() -> file.callFrames().isAfterSystemCall(address));
        }
        ask(() -> file.symbol("work"));
        ask(() -> file.symbol("m"));
    }

    private interface Question {
        void ask() throws IOException;
    }

    private static void ask(Question question) {
        try {
            question.ask();
        } catch (IOException damaged) {
            assertNotNull(damaged.getMessage());
        }
    }
}
