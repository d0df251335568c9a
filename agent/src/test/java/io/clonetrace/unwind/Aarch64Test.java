package io.clonetrace.unwind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.clonetrace.clone.NativeFrame;
import io.clonetrace.clone.NativeStack;
import io.clonetrace.clone.NativeStack.End;
import io.clonetrace.unwind.ChainMemo.Chain;
import io.clonetrace.unwind.elf.SmallElf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stack of aarch64: only files and numbers, so any processor can unwind it. */
class Aarch64Test {
    private static final int PID = (int) ProcessHandle.current().pid();
    private static final int LR = 30;
    private static final int SP = 31;
    private static final int PC = 32;
    private static final long STACK = 0xffff_f000_0000L;

    /** paciasp; stp x29, x30, [sp, #-16]! */
    private static final String SIGNED_FRAME = "412d410e109d029e01";

    /** The link register can't be known: the outermost function's. */
    private static final String OUTERMOST = "071e";

    private static final int PROT_READ_EXEC = 5;
    private static final int MAP_PRIVATE = 2;

    @TempDir
    private Path folder;

    private long mapped(byte[] library) throws Exception {
        Path file = Files.write(folder.resolve("libarm.so"), library);
        NativeLibrary libc = NativeLibrary.getInstance("libc.so.6");
        int fd = libc.getFunction("open").invokeInt(new Object[] {file.toString(), 0});
        Function mmap = libc.getFunction("mmap");
        Pointer at = mmap.invokePointer(
                new Object[] {Pointer.NULL, (long) library.length, PROT_READ_EXEC, MAP_PRIVATE, fd, 0L});
        libc.getFunction("close").invokeInt(new Object[] {fd});
        return Pointer.nativeValue(at);
    }

    private static StackCopy copy(long stackPointer, long pc, long link, long... stack) {
        long[] registers = new long[PC + 1];
        registers[SP] = stackPointer;
        registers[PC] = pc;
        registers[LR] = link;
        ByteBuffer bytes = ByteBuffer.allocate(stack.length * 8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(stack);
        return new StackCopy(registers, bytes.array(), stack.length * 8);
    }

    @Test
    void signedReturnAddressesAreFollowed() throws Exception {
        long base = mapped(SmallElf.aarch64("0c1f00", SIGNED_FRAME, OUTERMOST));
        try (Libraries libraries = new Libraries()) {
            Unwinder unwinder = new Unwinder(new AddressSpace(PID, libraries), Unwinder.chains());
            long work = base + SmallElf.WORK;
            long main = base + SmallElf.MAIN;
            Chain first = null;
            for (long code = 1; code < 8; code++) {
                // Another code at each depth of the stack; three frames of work, the last called by main.
                long a = code << 48 | work + 0x14;
                long b = code + 1 << 48 | work + 0x18;
                long c = code + 2 << 48 | main + 0x20;
                StackCopy copy = copy(STACK + 64 * code, work + 0x10, 0, 0, a, 0, b, 0, c);
                Chain chain = unwinder.unwind(copy, System.nanoTime());
                NativeStack stack = chain.stack();
                assertEquals(
                        List.of(
                                "libarm.so!work+0x10",
                                "libarm.so!work+0x14",
                                "libarm.so!work+0x18",
                                "libarm.so!main+0x20"),
                        stack.frames().stream().map(NativeFrame::text).toList());
                assertEquals(End.OUTERMOST, stack.end());
                first = first == null ? chain : first;
                assertSame(first, chain, "found by what was read before");
            }
        }
    }

    /** Before its first instruction a function has put nothing on the stack: the link register is its caller's. */
    @Test
    void aLeafsCallerIsInTheLinkRegister() throws Exception {
        long base = mapped(SmallElf.aarch64("0c1f00", SIGNED_FRAME, OUTERMOST));
        try (Libraries libraries = new Libraries()) {
            Unwinder unwinder = new Unwinder(new AddressSpace(PID, libraries), Unwinder.chains());
            StackCopy copy = copy(STACK, base + SmallElf.WORK, base + SmallElf.MAIN + 8, 0, 0);
            for (int again = 0; again < 2; again++) {
                NativeStack stack = unwinder.unwind(copy, System.nanoTime()).stack();
                assertEquals(
                        List.of("libarm.so!work+0x0", "libarm.so!main+0x8"),
                        stack.frames().stream().map(NativeFrame::text).toList());
                assertEquals(End.OUTERMOST, stack.end());
            }
        }
    }

    /** A caller must have saved the link register: that it has not changed can't be. */
    @Test
    void aLinkRegisterThatWasNotSavedEndsTheChain() throws Exception {
        long base = mapped(SmallElf.aarch64("0c1f00", "410e109d029e01", "410e10"));
        try (Libraries libraries = new Libraries()) {
            Unwinder unwinder = new Unwinder(new AddressSpace(PID, libraries), Unwinder.chains());
            StackCopy copy = copy(STACK, base + SmallElf.WORK + 8, 0, 0, base + SmallElf.MAIN + 8, 0, 0);
            NativeStack stack = unwinder.unwind(copy, System.nanoTime()).stack();
            assertEquals(End.BROKEN, stack.end());
            assertTrue(stack.reason().startsWith("the return address is nowhere, in the frame of libarm.so+0x"));
        }
    }
}
