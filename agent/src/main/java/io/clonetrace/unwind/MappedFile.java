package io.clonetrace.unwind;

import io.clonetrace.clone.NativeFrame;
import io.clonetrace.unwind.elf.Demangler;
import io.clonetrace.unwind.elf.ElfFile;
import java.io.IOException;
import java.util.Optional;

/** An ELF file as a process has mapped it. Not thread-safe. */
final class MappedFile {
    private final Mapping mapping;
    private final Library library;
    private final String problem;
    private final long bias;

    /** @param bias what is added to an address of the file */
    private MappedFile(Mapping mapping, Library library, String problem, long bias) {
        this.mapping = mapping;
        this.library = library;
        this.problem = problem;
        this.bias = bias;
    }

    /** The file behind an executable mapping. If it can't be read, the module says why. */
    static MappedFile of(int pid, Mapping mapping, Libraries libraries) {
        try {
            Library library = libraries.of(pid, mapping);
            ElfFile file = library.file();
            if (!mapping.hasFile()) {
                return new MappedFile(mapping, library, null, mapping.base() - file.lowestAddress());
            }
            long address = file.codeAddress(mapping.offset())
                    .orElseThrow(() -> new IOException(mapping.name() + " has no code where it is mapped"));
            return new MappedFile(mapping, library, null, mapping.start() - address);
        } catch (IOException unreadable) {
            return new MappedFile(mapping, null, unreadable.getMessage(), mapping.base());
        }
    }

    Mapping mapping() {
        return mapping;
    }

    /** What is known of the file; null if it can't be read. */
    Library library() {
        return library;
    }

    /** Why it can't be read; null if it can. */
    String problem() {
        return problem;
    }

    /** The file's address of an address in memory. */
    long fileAddress(long address) {
        return address - bias;
    }

    /** The address in memory of one of the file's. */
    long address(long fileAddress) {
        return fileAddress + bias;
    }

    /** Whether the file has been closed since, to make room for others. */
    boolean isClosed() {
        return library != null && library.isClosed();
    }

    /** {@code libfoo.so+0x1234} */
    String place(long address) {
        return mapping.name() + "+0x" + Long.toHexString(offset(address));
    }

    private long offset(long address) {
        return fileAddress(address) - (library == null ? 0 : library.file().lowestAddress());
    }

    /**
     * A frame.
     *
     * @param at where the function is, in memory
     * @param in an address of the function whose frame it is: that of the call if the function has called another
     */
    NativeFrame frame(long at, long in) {
        String module = mapping.file();
        if (library == null) {
            return new NativeFrame(module, null, null, offset(at));
        }
        String buildId = library.file().buildId();
        Optional<ElfFile.Function> function;
        try {
            function = library.function(fileAddress(in));
        } catch (IOException damaged) {
            // A damaged symbol table doesn't hide where the function is.
            function = Optional.empty();
        }
        return function.map(found -> new NativeFrame(
                        module, buildId, Demangler.demangle(found.name()), fileAddress(at) - found.address()))
                .orElseGet(() -> new NativeFrame(module, buildId, null, offset(at)));
    }
}
