package io.clonetrace.unwind;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.clonetrace.linux.Processor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Copies of the calling thread's stack, taken in a C library below JNA: src/test/c/stack_copy.c. */
final class StackCopies {
    private static final Path SOURCE = Path.of("src/test/c/stack_copy.c");
    private static final int REGISTERS = 17;
    private static final int STACK = 8192;
    private static final int MOST_FRAMES = 256;
    private static final int COUNT = REGISTERS * 8 + STACK + MOST_FRAMES * 8;
    private static final int SIZE = COUNT + 64;

    /** JNA unloads what is not referenced any more, and the next library comes to the same addresses. */
    private static final List<NativeLibrary> LOADED = new CopyOnWriteArrayList<>();

    private final NativeLibrary library;

    /**
     * A copy, and what glibc's unwinder says of the same moment.
     *
     * @param truth the frames as backtrace_symbols(3) shows them: {@code path(function+0x1d) [0x7f...]}
     */
    record Taken(StackCopy copy, List<String> truth) {}

    private StackCopies(NativeLibrary library) {
        this.library = library;
    }

    /** Compiles the library, or skips the test. */
    static Path compiled(Path folder, String... options) throws IOException, InterruptedException {
        assumeTrue(
                Processor.current().filter(Processor.X86_64::equals).isPresent(), "the library is written for x86-64");
        assumeTrue(Files.exists(SOURCE), "not run in the agent's folder");
        Path built = folder.resolve("libstack_copy.so");
        List<String> command = new ArrayList<>(List.of("cc", "-O2", "-fPIC", "-shared", "-o", built.toString()));
        command.add(SOURCE.toString());
        command.addAll(List.of(options));
        assumeTrue(runs(command), "there is no C compiler");
        return built;
    }

    static boolean runs(List<String> command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException absent) {
            return false;
        }
    }

    static StackCopies load(Path library) {
        NativeLibrary loaded = NativeLibrary.getInstance(library.toString());
        LOADED.add(loaded);
        return new StackCopies(loaded);
    }

    /** Unmaps the library. */
    void unload() {
        LOADED.remove(library);
        library.close();
    }

    /** @param depth how many functions are called in between */
    Taken take(int depth) {
        try (Memory memory = new Memory(SIZE)) {
            memory.clear();
            library.getFunction("copy_here").invokeInt(new Object[] {memory, depth});
            Pointer texts = library.getFunction("frame_texts").invokePointer(new Object[] {memory});
            List<String> truth = List.of(texts.getStringArray(0, memory.getInt(COUNT)));
            long[] registers = memory.getLongArray(0, REGISTERS);
            StackCopy copy = new StackCopy(registers, memory.getByteArray(REGISTERS * 8L, STACK), STACK);
            return new Taken(copy, truth);
        }
    }
}
