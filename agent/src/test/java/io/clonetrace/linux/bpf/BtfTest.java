package io.clonetrace.linux.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BtfTest {
    private static final int HEADER = 24;
    private static final String STRINGS = "\0pid\0task_struct\0btf_trace_task_newtask\0";
    private static final int PID = 1;
    private static final int TASK_STRUCT = 5;
    private static final int TRACEPOINT = 17;

    /** An int; a struct with it at byte 8, within an anonymous struct; a tracepoint's type. */
    private static byte[] types(int kindOfFirst) {
        int[] words = {
            0,
            kindOfFirst << 24,
            4,
            32, // 1: int, with its encoding
            0,
            4 << 24 | 1,
            4,
            PID,
            1,
            0, // 2: struct { int pid; }
            TASK_STRUCT,
            4 << 24 | 1,
            12,
            0,
            2,
            64, // 3: struct task_struct, with 2 at bit 64
            TRACEPOINT,
            8 << 24,
            1 // 4: typedef
        };
        byte[] strings = STRINGS.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes = ByteBuffer.allocate(HEADER + words.length * Integer.BYTES + strings.length)
                .order(ByteOrder.nativeOrder());
        bytes.putShort((short) 0xeb9f).putShort((short) 1).putInt(HEADER);
        bytes.putInt(0).putInt(words.length * Integer.BYTES);
        bytes.putInt(words.length * Integer.BYTES).putInt(strings.length);
        for (int word : words) {
            bytes.putInt(word);
        }
        return bytes.put(strings).array();
    }

    @Test
    void typesAndMembersAreFoundByName() throws IOException {
        Btf btf = Btf.of(types(1));
        assertEquals(4, btf.tracepoint("task_newtask"));
        assertEquals(8, btf.offset("task_struct", "pid"));
        assertThrows(IOException.class, () -> btf.tracepoint("task_rename"));
        assertThrows(IOException.class, () -> btf.offset("task_struct", "tgid"));
        assertThrows(IOException.class, () -> btf.offset("pid", "level"));
    }

    @Test
    void whatIsNoBtfOrHasUnknownKindsIsRefused() {
        assertThrows(IOException.class, () -> Btf.of(new byte[0]));
        assertThrows(IOException.class, () -> Btf.of(new byte[HEADER]));
        String why = assertThrows(IOException.class, () -> Btf.of(types(31))).getMessage();
        assertTrue(why.contains("kind 31"), why);
        byte[] whole = types(1);
        for (int length = 0; length < HEADER + 60; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(IOException.class, () -> Btf.of(cut), "cut at " + length);
        }
    }
}
