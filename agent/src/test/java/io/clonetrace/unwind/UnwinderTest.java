package io.clonetrace.unwind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.NativeFrame;
import io.clonetrace.clone.NativeStack;
import io.clonetrace.clone.NativeStack.End;
import io.clonetrace.unwind.ChainMemo.Chain;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stacks of this JVM, in a C library below JNA below Java; compared with glibc's own unwinder. */
class UnwinderTest {
    private static final int PID = (int) ProcessHandle.current().pid();

    /** What backtrace_symbols(3) prints. */
    private static final Pattern FRAME = Pattern.compile("(.*)\\((.*)\\+0x(\\w+)\\) \\[0x\\w+]");

    @TempDir
    private Path folder;

    private final Libraries libraries = new Libraries();
    private final Unwinder unwinder = unwinder();

    @AfterEach
    void close() {
        libraries.close();
    }

    private Unwinder unwinder() {
        return new Unwinder(new AddressSpace(PID, libraries), Unwinder.chains());
    }

    private Chain unwind(StackCopy copy) {
        return unwinder.unwind(copy, System.nanoTime());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 23})
    void framesAreThoseOfGlibcsUnwinderDownToJava(int depth) throws Exception {
        StackCopies.Taken taken = StackCopies.load(StackCopies.compiled(folder)).take(depth);
        Chain chain = unwind(taken.copy());
        assertFrames(taken.truth(), chain.stack());
        assertEquals(End.JAVA, chain.stack().end());
        assertTrue(chain.javaStackPointer() > 0);
        assertSame(chain, unwind(taken.copy()));
    }

    /** The truth begins with the caller of copy_stack, behind its own call. */
    static void assertFrames(List<String> truth, NativeStack stack) {
        assertNull(stack.reason());
        List<String> expected = new ArrayList<>();
        for (String line : truth) {
            Matcher frame = FRAME.matcher(line);
            if (!frame.matches()) {
                break; // no file: Java
            }
            String library = frame.group(1).substring(frame.group(1).lastIndexOf('/') + 1);
            String function = frame.group(2).isEmpty() ? "" : "!" + frame.group(2);
            // Behind the call of backtrace instead of that of copy_stack.
            expected.add(library + function + (frame.group(2).equals("take") ? "" : "+0x" + frame.group(3)));
        }
        List<String> found = new ArrayList<>();
        for (NativeFrame frame : stack.frames().subList(1, stack.frames().size())) {
            found.add("take".equals(frame.function()) ? frame.library() + "!take" : frame.text());
        }
        assertEquals(expected, found);
        assertEquals("copy_stack", stack.frames().get(0).function());
    }

    /** A stack at another address, with the same chain. */
    @Test
    void identicalChainsOfOtherThreadsAreTheSameInstance() throws Exception {
        StackCopies copies = StackCopies.load(StackCopies.compiled(folder));
        List<StackCopies.Taken> taken = new ArrayList<>();
        for (int i = 0; i < 13; i++) {
            Thread thread = new Thread(() -> taken.add(copies.take(3)));
            thread.start();
            thread.join();
        }
        Chain first = unwind(taken.get(0).copy());
        for (StackCopies.Taken each : taken) {
            assertSame(first.stack(), unwind(each.copy()).stack());
            assertSame(first.stack(), unwind(each.copy()).stack());
            assertFrames(each.truth(), unwinder().unwind(each.copy(), 0).stack());
        }
    }

    @Test
    void aCopyThatIsTooShortEndsWithoutAGuess() throws Exception {
        StackCopies.Taken taken = StackCopies.load(StackCopies.compiled(folder)).take(7);
        int whole = unwind(taken.copy()).stack().frames().size();
        for (int length = 0; length < 1024; length += 8) {
            StackCopy cut = new StackCopy(taken.copy().registers(), taken.copy().stack(), length);
            for (int again = 0; again < 2; again++) {
                NativeStack stack = unwind(cut).stack();
                assertEquals(End.BROKEN, stack.end());
                assertTrue(stack.reason().startsWith("the copy ends after " + length + " bytes, in the frame of lib"));
                assertTrue(stack.frames().size() < whole);
                assertEquals(
                        unwind(taken.copy())
                                .stack()
                                .frames()
                                .subList(0, stack.frames().size()),
                        stack.frames());
            }
        }
    }

    /** A hole breaks the chain only where a word in it is needed; the memo tells the copies apart. */
    @Test
    void aPageThatWasNotReadEndsTheChainWhereItIsNeeded() throws Exception {
        StackCopies.Taken taken = StackCopies.load(StackCopies.compiled(folder)).take(7);
        StackCopy whole = taken.copy();
        NativeStack truth = unwind(whole).stack();
        int pages = (int) (whole.stackPointer() & StackCopy.PAGE - 1) + whole.length() + StackCopy.PAGE - 1
                >>> Integer.numberOfTrailingZeros(StackCopy.PAGE);
        int broken = 0;
        for (int page = 0; page < pages; page++) {
            byte[] stack = whole.stack().clone();
            int from = page * StackCopy.PAGE - (int) (whole.stackPointer() & StackCopy.PAGE - 1);
            Arrays.fill(stack, Math.max(0, from), Math.min(stack.length, from + StackCopy.PAGE), (byte) 0x5a);
            StackCopy hole = new StackCopy(whole.registers(), stack, whole.length(), 1 << page);
            for (int again = 0; again < 2; again++) {
                NativeStack found = unwind(hole).stack();
                assertEquals(unwinder().unwind(hole, 0).stack(), found);
                if (found.end() == End.BROKEN) {
                    broken++;
                    assertTrue(
                            found.reason().startsWith("what it saved is on a page of the stack that could not be read"),
                            found.reason());
                    assertEquals(truth.frames().subList(0, found.frames().size()), found.frames());
                } else {
                    assertEquals(truth, found);
                }
                assertEquals(truth, unwind(whole).stack());
            }
        }
        assertTrue(broken >= 2 && broken < 2 * pages, broken + " of " + pages + " pages");
    }

    @Test
    void aWordOnTheEdgeOfAPageThatWasNotReadIsLacking() {
        long[] registers = new long[17];
        registers[7] = 0x7f00_0000_0ff4L;
        StackCopy copy = new StackCopy(registers, new byte[3 * StackCopy.PAGE], 3 * StackCopy.PAGE, 0b010);
        assertFalse(copy.lacks(0xc - 8));
        assertTrue(copy.lacks(0xc - 7));
        assertTrue(copy.lacks(0xc));
        assertTrue(copy.lacks(0xc + StackCopy.PAGE - 1));
        assertFalse(copy.lacks(0xc + StackCopy.PAGE));
    }

    @Test
    void aReplacedLibraryIsReadFromMemory() throws Exception {
        Path built = StackCopies.compiled(folder);
        StackCopies copies = StackCopies.load(built);
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.move(
                StackCopies.compiled(other, "-DOTHER=1", "-O0", "-Wl,--build-id=sha1"),
                built,
                StandardCopyOption.ATOMIC_MOVE);
        StackCopies.Taken taken = copies.take(3);
        assertFrames(taken.truth(), unwind(taken.copy()).stack());
    }

    @Test
    void framesAreTheSameIfOneFileMayBeOpen() throws Exception {
        StackCopies.Taken taken = StackCopies.load(StackCopies.compiled(folder)).take(3);
        try (Libraries few = new Libraries(1)) {
            Unwinder thrifty = new Unwinder(new AddressSpace(PID, few), Unwinder.chains());
            assertFrames(taken.truth(), thrifty.unwind(taken.copy(), 0).stack());
        }
    }

    @Test
    void aDeletedLibraryIsReadFromMemory() throws Exception {
        Path built = StackCopies.compiled(folder, "-s");
        StackCopies copies = StackCopies.load(built);
        Files.delete(built);
        StackCopies.Taken taken = copies.take(3);
        assertFrames(taken.truth(), unwind(taken.copy()).stack());
    }

    @Test
    void aLibraryMappedLaterIsFound() throws Exception {
        unwinder.space().open();
        StackCopies.Taken taken = StackCopies.load(StackCopies.compiled(folder)).take(1);
        assertFrames(taken.truth(), unwind(taken.copy()).stack());
    }

    @Test
    void aLibraryWithoutCallFrameInformationEndsTheChain() throws Exception {
        Path built = StackCopies.compiled(folder, "-fno-asynchronous-unwind-tables");
        StackCopies.Taken taken = StackCopies.load(built).take(1);
        NativeStack stack = unwind(taken.copy()).stack();
        assertEquals(End.BROKEN, stack.end());
        assertTrue(stack.reason().startsWith("no call frame information for libstack_copy.so+0x"), stack.reason());
    }

    /** What a copy holds is not mistaken for what the memo notes of its end. */
    @Test
    void everyWordInPlaceOfAReturnAddressIsTakenForItself() throws Exception {
        StackCopy copy = StackCopies.load(StackCopies.compiled(folder)).take(1).copy();
        StackCopy cut = new StackCopy(copy.registers(), copy.stack(), 0);
        assertEquals(End.BROKEN, unwind(cut).stack().end());
        for (int bit = 0; bit < Long.SIZE; bit++) {
            for (int low : new int[] {0, 8, 16, 8192}) {
                byte[] stack = copy.stack().clone();
                ByteBuffer.wrap(stack).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 1L << bit | low);
                StackCopy changed = new StackCopy(copy.registers(), stack, stack.length);
                NativeStack expected = unwinder().unwind(changed, 0).stack();
                assertEquals(expected, unwind(changed).stack());
                assertEquals(expected, unwind(changed).stack());
            }
        }
    }

    @Test
    void garbageEndsTheChain() {
        long[] registers = new long[17];
        Random random = new Random(42);
        byte[] stack = new byte[8192];
        for (int i = 0; i < 1000; i++) {
            random.nextBytes(stack);
            for (int r = 0; r < registers.length; r++) {
                registers[r] = random.nextLong();
            }
            assertEquals(
                    End.BROKEN,
                    unwind(new StackCopy(registers, stack, stack.length))
                            .stack()
                            .end());
        }
    }
}
