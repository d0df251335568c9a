package io.clonetrace.linux.memory;

import com.sun.jna.Function;
import com.sun.jna.Pointer;
import io.clonetrace.linux.LinuxException;

/** Machine code in pages of its own, which are written first and made executable afterwards, never both at once. */
public final class MachineCode implements AutoCloseable {
    private final MappedPages pages;

    private MachineCode(MappedPages pages) {
        this.pages = pages;
    }

    /**
     * Maps the code.
     *
     * @param code position-independent instructions of this processor
     * @throws LinuxException if the kernel denies executable pages
     */
    public static MachineCode load(byte[] code) throws LinuxException {
        MappedPages pages = MappedPages.ofThisProcess(code.length);
        try {
            pages.write(code);
            pages.makeExecutable();
            return new MachineCode(pages);
        } catch (LinuxException denied) {
            pages.close();
            throw denied;
        }
    }

    /** The address of the instruction at that offset. */
    public long address(int offset) {
        return pages.address() + offset;
    }

    /**
     * Calls the code at that offset as a C function {@code long f(long)}, on the calling thread, which the JVM regards
     * as in native code.
     */
    public long call(int offset, long argument) {
        return Function.getFunction(new Pointer(address(offset))).invokeLong(new Object[] {argument});
    }

    /** Unmaps the code, which no thread may be running. */
    @Override
    public void close() {
        pages.close();
    }
}
