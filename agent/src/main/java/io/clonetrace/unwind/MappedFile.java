package io.clonetrace.unwind;

import io.clonetrace.clone.NativeFrame;
import io.clonetrace.unwind.elf.Demangler;
import io.clonetrace.unwind.elf.ElfFile;
import java.io.IOException;
import java.util.Optional;

/** An ELF file as a process has mapped it. Not thread-safe. */
final class MappedFile {
    /** Bytes of code by which a file is known if nothing else of it is mapped. */
    private static final int CODE = 64;

    private final Mapping mapping;
    private final Library library;
    private final String problem;
    private final long bias;
    private final ElfFile.Mark mark;

    /**
     * @param bias what is added to an address of the file
     * @param mark by address in memory
     */
    private MappedFile(Mapping mapping, Library library, String problem, long bias, ElfFile.Mark mark) {
        this.mapping = mapping;
        this.library = library;
        this.problem = problem;
        this.bias = bias;
        this.mark = mark;
    }

    /** The file behind an executable mapping. If it can't be read, the module says why. */
    static MappedFile of(int pid, Mapping mapping, Libraries libraries) {
        try {
            Library library = libraries.of(pid, mapping);
            ElfFile file = library.file();
            if (!mapping.hasFile()) {
                return new MappedFile(mapping, library, null, mapping.base() - file.lowestAddress(), null);
            }
            long address = file.codeAddress(mapping.offset())
                    .orElseThrow(() -> new IOException(mapping.name() + " has no code where it is mapped"));
            long bias = mapping.start() - address;
            return new MappedFile(mapping, library, null, bias, mark(file, mapping, bias));
        } catch (IOException unreadable) {
            return new MappedFile(mapping, null, unreadable.getMessage(), mapping.base(), null);
        }
    }

    private static ElfFile.Mark mark(ElfFile file, Mapping mapping, long bias) throws IOException {
        if (mapping.base() == mapping.start() && mapping.offset() != 0) {
            // Only code is mapped, so the code is the mark.
            return new ElfFile.Mark(mapping.start(), file.read(mapping.start() - bias, CODE));
        }
        ElfFile.Mark mark = file.mark();
        return new ElfFile.Mark(mark.address() + bias, mark.bytes());
    }

    /** Bytes in the process's memory by which the file is known there; null for the vdso, which is never unmapped. */
    ElfFile.Mark mark() {
        return mark;
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
