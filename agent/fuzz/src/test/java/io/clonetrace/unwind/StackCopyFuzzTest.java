package io.clonetrace.unwind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.clonetrace.clone.NativeStack.End;
import io.clonetrace.unwind.ChainMemo.Chain;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Registers and stacks of this process, whose code is at another address each time. Words of an input say what they
 * are: an address of the C library, one of the stack, or themselves. What the memo finds is what unwinding finds.
 */
class StackCopyFuzzTest {
    private static final int PID = (int) ProcessHandle.current().pid();
    private static final int REGISTERS = 17;
    private static final long STACK = 0x7ffc_0000_1000L;
    private static final int CODE = 1;
    private static final int ON_STACK = 2;

    private static Libraries libraries;
    private static AddressSpace space;
    private static Unwinder warm;
    private static List<Mapping> code;

    @BeforeAll
    static void open() throws IOException {
        libraries = new Libraries();
        space = new AddressSpace(PID, libraries);
        warm = new Unwinder(space, Unwinder.chains());
        code = Mappings.of(PID).all().stream()
                .filter(mapping -> mapping.name().matches("libc\\.so\\.6|ld-linux.*|\\[vdso]"))
                .toList();
    }

    @AfterAll
    static void close() {
        libraries.close();
    }

    /** Each a stack of calls in a row. */
    static Stream<byte[]> copies() {
        return Stream.of(words(0x2_7500, 0x8_9000, 0x10_9000), words(0x9_0d90, 0x8_5f16), words(0x10_98d9, 0x8_8df0));
    }

    private static byte[] words(int... offsets) {
        ByteBuffer bytes = ByteBuffer.allocate((REGISTERS + 64) * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < REGISTERS + 64; i++) {
            bytes.putLong((long) CODE << 56 | offsets[i % offsets.length]);
        }
        return bytes.array();
    }

    @MethodSource("copies")
    @FuzzTest
    void unwind(byte[] bytes) {
        ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (long stackPointer : new long[] {STACK, STACK + 0x10_0010}) {
            words.rewind();
            long[] registers = new long[REGISTERS];
            for (int i = 0; i < REGISTERS && words.remaining() >= 8; i++) {
                registers[i] = value(words.getLong(), stackPointer);
            }
            registers[7] = stackPointer;
            ByteBuffer stack = ByteBuffer.allocate(words.remaining()).order(ByteOrder.LITTLE_ENDIAN);
            while (words.remaining() >= 8) {
                stack.putLong(value(words.getLong(), stackPointer));
            }
            StackCopy copy = new StackCopy(registers, stack.array(), stack.capacity());
            Chain first = warm.unwind(copy, 0);
            Chain again = warm.unwind(copy, 0);
            Chain cold = new Unwinder(space, Unwinder.chains()).unwind(copy, 0);
            assertEquals(cold.stack(), first.stack());
            assertEquals(cold, again);
            assertTrue(cold.stack().frames().size() <= 256);
            assertEquals(cold.stack().end() == End.BROKEN, cold.stack().reason() != null);
            assertEquals(cold.stack().end() == End.JAVA, cold.javaStackPointer() >= 0);
        }
    }

    private static long value(long word, long stackPointer) {
        long number = word << 16 >>> 16;
        return switch ((int) (word >>> 56)) {
            case CODE -> {
                Mapping mapping = code.get((int) (word >>> 48 & 0xff) % code.size());
                yield mapping.base() + number % (mapping.end() - mapping.base());
            }
            case ON_STACK -> stackPointer + (short) word;
            default -> word;
        };
    }
}
