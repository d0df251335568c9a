package io.clonetrace.unwind;

import io.clonetrace.clone.NativeFrame;
import io.clonetrace.linux.FileFailure;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a process has mapped, as far as code is in it. Mappings change while threads run: they are read again when an
 * address is in none of them, and from time to time, but never so often that it costs more than a hundredth of a
 * processor. Not thread-safe.
 */
final class AddressSpace {
    private static final long SECOND = 1_000_000_000;
    private static final long SOON = SECOND / 100;
    private static final int SHARE = 100;

    /** So many readings in vain, and the next one waits. */
    private static final int MOST_IN_VAIN = 8;

    private static final int MOST_NAMES = 4096;

    /** So often a library is looked for anew while others come to its place. */
    static final int MOST_ATTEMPTS = 3;

    private static final String JVM = "libjvm.so";

    private final int pid;
    private final Libraries libraries;
    private final Map<Long, MappedFile> files = new HashMap<>();
    private final Map<Long, NativeFrame> functions = new Library.Recent<>(MOST_NAMES);
    private Mappings mappings;
    private String problem = "the process ended before its mappings were read";
    private long readAt;
    private long nextReading;
    private long cost;
    private int inVain;
    private int unconfirmed;
    private int changes;
    private boolean gone;
    private CodeCache codeCache;
    private long nextSearch = System.nanoTime();

    AddressSpace(int pid, Libraries libraries) {
        this.pid = pid;
        this.libraries = libraries;
    }

    /** Opens the files, while the process still lives. */
    void open() {
        if (mappings == null) {
            read();
            if (mappings != null) {
                mappings.all().stream().filter(AddressSpace::isModule).forEach(this::file);
                codeCache = findCodeCache();
            }
        }
    }

    /** Reads the mappings again if they are old: for a chain that was seen before. */
    void refresh() {
        open();
        if (System.nanoTime() - nextReading >= 0) {
            read();
        }
    }

    /**
     * Reads the mappings again unless they are new: for a chain that was not seen before. A library may have come to
     * the place of another.
     */
    void refreshForNewChain() {
        if (System.nanoTime() - readAt > Math.max(SOON, SHARE * cost)) {
            read();
        }
    }

    private void read() {
        if (gone) {
            // What was mapped before the process ended is right for the copies that were taken before.
            return;
        }
        long began = System.nanoTime();
        try {
            Mappings now = Mappings.of(pid);
            // A process that has ended and was not reaped yet has none.
            gone = now.all().isEmpty();
            if (!gone) {
                replace(now);
            }
        } catch (IOException unreadable) {
            // It may be that this process has no descriptor left to read them.
            gone = mappings == null || !Files.exists(Path.of("/proc/" + pid));
            problem = unreadable instanceof AccessDeniedException
                    ? "the process's mappings can't be read: " + FileFailure.reading(unreadable)
                    : problem;
        }
        readAt = began;
        cost = System.nanoTime() - began;
        nextReading = began + Math.max(SECOND, SHARE * cost);
    }

    private void replace(Mappings now) {
        // What could not be read is tried again when it is needed: nothing was kept that depends on it.
        files.values().removeIf(file -> file.problem() != null);
        boolean changed = files.entrySet().removeIf(known -> {
            Mapping mapping = now.at(known.getKey());
            return mapping == null || !mapping.isSame(known.getValue().mapping());
        });
        mappings = now;
        if (changed) {
            forgetNames();
        }
    }

    private void forgetNames() {
        functions.clear();
        if (files.values().stream().noneMatch(file -> file.mapping().name().equals(JVM))) {
            codeCache = null;
        }
        changes++;
    }

    /**
     * Whether files are still mapped, by their bytes in the process's memory. Of a process that has ended, all are: its
     * mappings were read while it lived.
     *
     * @return the first that is not, or can't be confirmed to be; null if there is none
     */
    MappedFile unconfirmed(List<MappedFile> files) {
        if (gone) {
            return null;
        }
        int first = libraries.check().firstOther(pid, files);
        if (first == ModuleCheck.ENDED) {
            gone = true;
            return null;
        }
        if (first == files.size()) {
            unconfirmed = 0;
            return null;
        }
        return files.get(first);
    }

    /**
     * Reads the mappings again, and forgets a file that was not confirmed.
     *
     * @return false if that was done too often in vain
     */
    boolean readAgain(MappedFile unconfirmedFile) {
        if (unconfirmed >= MOST_IN_VAIN && System.nanoTime() - nextReading < 0) {
            return false;
        }
        unconfirmed++;
        read();
        if (!gone) {
            // A file that was overwritten in place has the same mapping as before.
            files.values().removeIf(file -> file.library() == unconfirmedFile.library());
            libraries.forget(unconfirmedFile.library());
            forgetNames();
        }
        return true;
    }

    /** Counts how often what was found before may have become wrong. */
    int changes() {
        return changes;
    }

    /** Why the mappings can't be read; null if they can. */
    String problem() {
        return mappings == null ? problem : null;
    }

    /**
     * The file that is mapped at the address.
     *
     * @param since when the address was seen to be in use (System.nanoTime)
     * @return null if it is none
     */
    MappedFile at(long address, long since) {
        Mapping mapping = mapping(address, since);
        return mapping == null || !isModule(mapping) ? null : file(mapping);
    }

    /** The executable mapping that holds the address; null if none does. */
    Mapping mapping(long address, long since) {
        if (mappings == null) {
            return null;
        }
        Mapping found = mappings.at(address);
        // Mappings that are newer than the address: it is not mapped any more.
        if (found == null && readAt - since < 0 && (inVain < MOST_IN_VAIN || System.nanoTime() - nextReading >= 0)) {
            read();
            found = mappings.at(address);
            inVain = found == null ? inVain + 1 : 0;
        }
        return found;
    }

    private MappedFile file(Mapping mapping) {
        MappedFile file = files.get(mapping.start());
        if (file == null || file.isClosed()) {
            file = MappedFile.of(pid, mapping, libraries);
            files.put(mapping.start(), file);
        }
        return file;
    }

    /** Whether HotSpot generated the code at the address. */
    boolean isJava(long address, long since) {
        if (codeCache == null && mappings != null) {
            Mapping mapping = mapping(address, since);
            if (mapping != null && !isModule(mapping) && System.nanoTime() - nextSearch >= 0) {
                codeCache = findCodeCache();
                nextSearch = System.nanoTime() + SECOND / SHARE;
            }
        }
        return codeCache != null && codeCache.holds(address);
    }

    /** Whether what is mapped there can be an ELF file. */
    private static boolean isModule(Mapping mapping) {
        // Large pages of anonymous memory have the names of deleted files.
        return mapping.hasFile() && !mapping.path().startsWith("/anon_hugepage")
                || mapping.path().equals("[vdso]");
    }

    private CodeCache findCodeCache() {
        for (Mapping mapping : mappings.all()) {
            MappedFile jvm = mapping.name().equals(JVM) ? file(mapping) : null;
            if (jvm != null && jvm.library() != null) {
                try (ProcessMemory memory = new ProcessMemory(pid)) {
                    return CodeCache.of(jvm, memory);
                } catch (IOException unreadable) {
                    return null;
                }
            }
        }
        return null;
    }

    /** The code that HotSpot generated, once it is known; null until then. */
    CodeCache codeCache() {
        return codeCache;
    }

    /**
     * The function that begins at an address, or holds it.
     *
     * @return empty if no file is mapped there, or it can't be confirmed which
     */
    Optional<NativeFrame> function(long address, long since) {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            MappedFile file = at(address, since);
            if (file == null) {
                return Optional.empty();
            }
            NativeFrame function = functions.get(address);
            if (function == null) {
                function = file.frame(address, address);
            }
            MappedFile other = unconfirmed(List.of(file));
            if (other == null) {
                // A file that can't be read has no build-id, and may be readable later.
                if (function.buildId() != null) {
                    functions.put(address, function);
                }
                return Optional.of(function);
            }
            if (!readAgain(other)) {
                break;
            }
        }
        return Optional.empty();
    }
}
