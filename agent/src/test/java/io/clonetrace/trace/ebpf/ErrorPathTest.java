package io.clonetrace.trace.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.linux.Processor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Instructions as objdump prints them. */
class ErrorPathTest {
    /** Debian 12's glibc 2.36, clone3 from mov $0x1b3,%eax to the label. */
    private static final String CLONE3 = "b8b3010000" + "0f05" + "4885c0" + "7c18"
            + "7401c331ed4883e4f04c89c7ffd24889c7" + "b83c0000000f05" + "488b0de3940c00f7d8";

    private static List<ErrorPath> find(Processor processor, byte[] code) {
        return ErrorPath.find(code, 0, code.length, processor);
    }

    private static byte[] x86(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static byte[] aarch64(int... words) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int word : words) {
            bytes.putInt(word);
        }
        return bytes.array();
    }

    @Test
    void labelBehindAShortJumpIsFound() {
        assertEquals(
                List.of(new ErrorPath(CloneSyscall.CLONE3, 1, 8, 13, 37)), find(Processor.X86_64, x86("c3" + CLONE3)));
    }

    @Test
    void labelBehindANearJumpIsFound() {
        String code = "b838000000" + "0f05" + "4885c0" + "0f8c04000000" + "7401c390" + "488b0d7f";
        assertEquals(List.of(new ErrorPath(CloneSyscall.CLONE, 0, 7, 16, 20)), find(Processor.X86_64, x86(code)));
    }

    @Test
    void labelBeforeTheCallIsFound() {
        String code = "488b0d7f" + "b838000000" + "0f05" + "4885c0" + "7cf0" + "90909090";
        assertEquals(List.of(new ErrorPath(CloneSyscall.CLONE, 4, 11, 16, 0)), find(Processor.X86_64, x86(code)));
    }

    /** _Fork: cmp $0xfffffffffffff000,%rax; ja. */
    @Test
    void otherTestsAndOtherCallsAreNotTaken() {
        for (String code : List.of(
                "b8380000000f05483d00f0ffff7710c39090909090909090909090909090",
                CLONE3.replace("b8b3010000", "b8b4010000"),
                CLONE3.replace("4885c0", "4885db"),
                CLONE3.replace("7c18", "7f18"))) {
            assertEquals(List.of(), find(Processor.X86_64, x86(code)), code);
        }
    }

    @Test
    void labelOutsideOfTheCodeIsNotTaken() {
        for (String jump : List.of("7c7f", "7c80")) {
            assertEquals(List.of(), find(Processor.X86_64, x86(CLONE3.replace("7c18", jump))), jump);
        }
        byte[] code = x86("c3" + CLONE3);
        assertEquals(List.of(), ErrorPath.find(code, 0, 40, Processor.X86_64), "cut off within the label");
    }

    /** clone.S and clone3.S: mov x8, #NUMBER; svc 0; cmp x0, #0; b.eq thread_start; b.lt .Lsyscall_error; ret. */
    @Test
    void aarch64LabelsAreFound() {
        int ret = 0xd65f03c0;
        assertEquals(
                List.of(
                        new ErrorPath(CloneSyscall.CLONE3, 4, 12, 24, 28),
                        new ErrorPath(CloneSyscall.CLONE, 32, 40, 52, 28)),
                find(
                        Processor.AARCH64,
                        aarch64(
                                ret,
                                0xd2803668,
                                0xd4000001,
                                0xf100001f,
                                0x54000080,
                                0x5400004b,
                                ret,
                                0x90000001, //
                                0xd2801b88,
                                0xd4000001,
                                0xf100001f,
                                0x54000080,
                                0x54ffff6b,
                                ret)));
    }

    /** However the search has moved before. */
    @Test
    void aMatchBehindPartsOfMatchesIsFound() {
        Random random = new Random(31);
        byte[] x86 = x86(CLONE3);
        byte[] arm = aarch64(0xd2801b88, 0xd4000001, 0xf100001f, 0x54000080, 0x5400004b, 0xd65f03c0, 0xd65f03c0);
        for (int i = 0; i < 1009; i++) {
            byte[] before = new byte[random.nextInt(29)];
            for (int at = 0; at < before.length; at++) {
                before[at] = x86[random.nextInt(10)];
            }
            assertEquals(
                    before.length,
                    find(Processor.X86_64, join(before, x86)).get(0).begin());
            byte[] instructions = new byte[Integer.BYTES * random.nextInt(7)];
            for (int at = 0; at < instructions.length; at += Integer.BYTES) {
                System.arraycopy(arm, Integer.BYTES * random.nextInt(3), instructions, at, Integer.BYTES);
            }
            assertEquals(
                    instructions.length,
                    find(Processor.AARCH64, join(instructions, arm)).get(0).begin());
        }
    }

    private static byte[] join(byte[] one, byte[] other) {
        return ByteBuffer.allocate(one.length + other.length)
                .put(one)
                .put(other)
                .array();
    }

    @Test
    void anyBytesAreSearchedWithoutAFailure() {
        Random random = new Random(19);
        byte[] code = new byte[1 << 16];
        random.nextBytes(code);
        for (int at = 0; at + 64 < code.length; at += 31) {
            byte[] near = x86(CLONE3);
            near[random.nextInt(near.length)] ^= (byte) (1 << random.nextInt(8));
            System.arraycopy(near, 0, code, at, Math.min(near.length, code.length - at));
        }
        for (Processor processor : Processor.values()) {
            find(processor, code)
                    .forEach(path -> assertEquals(true, path.offset() >= 0 && path.offset() < code.length));
            assertEquals(List.of(), ErrorPath.find(code, 0, 3, processor));
        }
    }
}
