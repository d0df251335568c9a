package io.clonetrace.unwind;

import io.clonetrace.unwind.elf.CallFrames;
import io.clonetrace.unwind.elf.ElfFile;
import io.clonetrace.unwind.elf.FrameRow;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An ELF file with what was found out about it; shared by the processes that map it. Not thread-safe. */
final class Library {
    private static final int KEPT = 2048;

    private final ElfFile file;
    private final Map<Long, Optional<FrameRow>> rows = new Recent<>(KEPT);
    private final Map<Long, Optional<ElfFile.Function>> functions = new Recent<>(KEPT);
    private boolean closed;

    /** A map of bounded size, which forgets what was not used for the longest time. */
    static final class Recent<K, V> extends LinkedHashMap<K, V> {
        private static final long serialVersionUID = 1;

        private final int most;

        Recent(int most) {
            super(16, 0.75f, true);
            this.most = most;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > most;
        }
    }

    Library(ElfFile file) {
        this.file = file;
    }

    ElfFile file() {
        return file;
    }

    /** The function that holds the address; empty if no symbol tells. */
    Optional<ElfFile.Function> function(long address) throws IOException {
        Optional<ElfFile.Function> function = functions.get(address);
        if (function == null) {
            function = Optional.ofNullable(file.function(address));
            functions.put(address, function);
        }
        return function;
    }

    /** Looks functions up together, which takes no longer than for one. */
    void lookUp(Set<Long> addresses) throws IOException {
        long[] unknown = addresses.stream()
                .mapToLong(Long::longValue)
                .filter(address -> !functions.containsKey(address))
                .toArray();
        ElfFile.Function[] found = file.functions(unknown);
        for (int i = 0; i < unknown.length; i++) {
            functions.put(unknown[i], Optional.ofNullable(found[i]));
        }
    }

    /** How to find the caller at that address; empty if the file doesn't tell. */
    Optional<FrameRow> row(long address) throws IOException {
        Optional<FrameRow> row = rows.get(address);
        if (row == null) {
            row = Optional.ofNullable(file.callFrames().row(address));
            rows.put(address, row);
        }
        return row;
    }

    /**
     * How to find the caller of a function that was interrupted at that address. glibc ends the call frame information
     * of clone and clone3 before the system call, because it is wrong in the child: a system call changes nothing that
     * rules refer to, so the rule before it still holds.
     */
    Optional<FrameRow> interruptedRow(long address) throws IOException {
        Optional<FrameRow> row = row(address);
        CallFrames frames = file.callFrames();
        return row.isPresent() || !frames.isAfterSystemCall(address)
                ? row
                : row(address - file.machine().systemCall().length - 1);
    }

    boolean isClosed() {
        return closed;
    }

    void close() {
        closed = true;
        try {
            file.close();
        } catch (IOException alreadyClosed) {
            // Nothing was written.
        }
    }
}
