package io.clonetrace.unwind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.clonetrace.clone.NativeFrame;
import io.clonetrace.clone.NativeStack;
import io.clonetrace.clone.NativeStack.End;
import io.clonetrace.unwind.elf.SmallElf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Libraries that come to the address of one that was unloaded, or go. */
class ModuleCheckTest {
    private static final int PID = (int) ProcessHandle.current().pid();
    private static final int PROGRAM_COUNTER = 16;

    /** PROT_READ, PROT_WRITE, PROT_EXEC. */
    private static final int ALL = 7;

    private static final int MAP_PRIVATE = 2;

    /** Where {@link SmallElf} has its build-id. */
    private static final int BUILD_ID = 0x150;

    @TempDir
    private Path folder;

    private final Libraries libraries = new Libraries();
    private final AddressSpace space = new AddressSpace(PID, libraries);
    private final Unwinder unwinder = new Unwinder(space, Unwinder.chains());

    @AfterEach
    void close() {
        libraries.close();
    }

    private Path library(String name, String... options) throws Exception {
        Path in = Files.createDirectory(folder.resolve(name));
        return Files.move(StackCopies.compiled(in, options), folder.resolve(name + ".so"));
    }

    /** Loads each in turn; all are mapped at the same address. */
    private void assertNamed(Path... loaded) throws Exception {
        long expected = 0;
        for (Path library : loaded) {
            StackCopies copies = StackCopies.load(library);
            StackCopies.Taken taken = copies.take(3);
            long address = taken.copy().registers()[PROGRAM_COUNTER];
            assumeTrue(expected == 0 || address == expected, "the kernel chose another address");
            expected = address;
            for (int again = 0; again < 2; again++) {
                NativeStack stack =
                        unwinder.unwind(taken.copy(), System.nanoTime()).stack();
                UnwinderTest.assertFrames(taken.truth(), stack);
                assertEquals(library.toString(), stack.frames().get(0).module());
                Optional<NativeFrame> function = space.function(address, System.nanoTime());
                assertEquals(library.toString(), function.orElseThrow().module());
            }
            copies.unload();
        }
    }

    @Test
    void theNewLibraryIsNamedByItsBuildId() throws Exception {
        Path first = library("first", "-Wl,--build-id=0x0123456789");
        Path second = library("second", "-Wl,--build-id=0x9876543210");
        assertNamed(first, second, first, second);
    }

    @Test
    void theNewLibraryIsNamedByItsHeadersIfItHasNoBuildId() throws Exception {
        Path first = library("first", "-Wl,--build-id=none");
        Path second = library("second", "-Wl,--build-id=none,-z,stack-size=65536");
        assertNamed(first, second, first);
    }

    /** The same inode at the same address. */
    @Test
    void aLibraryOverwrittenInPlaceIsReadAnew() throws Exception {
        Path first = library("first", "-Wl,--build-id=0x0123456789");
        Path second = library("second", "-Wl,--build-id=0x9876543210");
        assertNamed(first);
        Files.write(first, Files.readAllBytes(second));
        assertNamed(first);
        StackCopies copies = StackCopies.load(first);
        NativeStack stack = unwinder.unwind(copies.take(1).copy(), 0).stack();
        assertEquals("9876543210", stack.frames().get(0).buildId());
        copies.unload();
    }

    @Test
    void nothingIsNamedWhereALibraryWasUnloaded() throws Exception {
        StackCopies copies = StackCopies.load(library("gone"));
        StackCopy copy = copies.take(3).copy();
        assertEquals(End.JAVA, unwinder.unwind(copy, System.nanoTime()).stack().end());
        copies.unload();
        NativeStack stack = unwinder.unwind(copy, System.nanoTime()).stack();
        assertEquals(End.BROKEN, stack.end());
        assertEquals(List.of(), stack.frames());
        assertEquals(Optional.empty(), space.function(copy.registers()[PROGRAM_COUNTER], System.nanoTime()));
    }

    @Test
    void whatCantBeConfirmedEndsTheChain() throws Exception {
        byte[] library = SmallElf.x86("0c07089001", "", "");
        Path file = Files.write(folder.resolve("small.so"), library);
        NativeLibrary libc = NativeLibrary.getInstance("libc.so.6");
        int fd = libc.getFunction("open").invokeInt(new Object[] {file.toString(), 0});
        Function mmap = libc.getFunction("mmap");
        Pointer at = mmap.invokePointer(new Object[] {Pointer.NULL, (long) library.length, ALL, MAP_PRIVATE, fd, 0L});
        libc.getFunction("close").invokeInt(new Object[] {fd});
        long[] registers = new long[PROGRAM_COUNTER + 1];
        long address = Pointer.nativeValue(at) + SmallElf.WORK;
        registers[PROGRAM_COUNTER] = address;
        registers[7] = 1L << 40;
        StackCopy copy = new StackCopy(registers, new byte[64], 64);
        List<String> named = List.of("small.so!work+0x0");
        for (int again = 0; again < 13; again++) {
            assertEquals(named, texts(unwinder.unwind(copy, 0).stack()));
            at.setByte(BUILD_ID, (byte) (library[BUILD_ID] + 1));
            NativeStack stack = unwinder.unwind(copy, 0).stack();
            assertEquals(End.BROKEN, stack.end());
            assertEquals(List.of(), stack.frames());
            assertEquals(
                    "the next frame is where small.so was mapped, and what is mapped there now can't be confirmed",
                    stack.reason());
            assertEquals(Optional.empty(), space.function(address, 0));
            at.setByte(BUILD_ID, library[BUILD_ID]);
        }
    }

    private static List<String> texts(NativeStack stack) {
        return stack.frames().stream().map(NativeFrame::text).toList();
    }

    @Test
    void afterTheProcessHasEndedItsFilesAreTakenForThoseItHad() throws Exception {
        Process child = new ProcessBuilder("cat").start();
        AddressSpace ended = new AddressSpace((int) child.pid(), libraries);
        child.getOutputStream().write('\n');
        child.getOutputStream().flush();
        assertEquals('\n', child.getInputStream().read());
        ended.open();
        long start = Mappings.of((int) child.pid()).all().get(0).start();
        NativeFrame before = ended.function(start, System.nanoTime()).orElseThrow();
        child.destroyForcibly().waitFor();
        assertEquals(before, ended.function(start, System.nanoTime()).orElseThrow());
        assertTrue(before.module().endsWith("cat"), before::module);
    }
}
