package io.clonetrace.unwind;

import io.clonetrace.linux.FileFailure;
import io.clonetrace.linux.proc.PseudoFile;
import io.clonetrace.unwind.elf.ElfFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The ELF files of the processes observed. They stay open, because a process that has ended leaves no way to them; the
 * least recently used is closed. Not thread-safe.
 */
class Libraries implements AutoCloseable {
    // File descriptors that the host may need itself.
    private static final int MOST_OPEN = 64;
    private static final int FEWEST_OPEN = 4;

    /** Of the descriptors that this process may have, one in so many. */
    private static final int SHARE = 32;

    private static final String OPEN_FILES = "Max open files";

    private final int mostOpen;
    private final ModuleCheck check = new ModuleCheck();

    /** By build-id, or by device and inode where there is none. */
    private final Map<String, Library> open = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Library> eldest) {
            if (size() > mostOpen) {
                eldest.getValue().close();
                return true;
            }
            return false;
        }
    };

    /** Which of them a file is, so that the next process that maps it needs not open it. */
    private final Map<String, String> keys = new Library.Recent<>(4 * MOST_OPEN);

    Libraries() {
        this(mostOpen());
    }

    /** @param mostOpen how many files may be open at a time */
    Libraries(int mostOpen) {
        this.mostOpen = mostOpen;
    }

    private static int mostOpen() {
        try {
            return mostOpen(PseudoFile.of(Path.of("/proc/self/limits")));
        } catch (IOException unreadable) {
            return FEWEST_OPEN;
        }
    }

    /**
     * How many files may be open.
     *
     * @param limits the text of /proc/PID/limits (proc_pid_limits(5)), of which the soft limit counts
     */
    static int mostOpen(String limits) {
        String soft = word('\n' + limits, OPEN_FILES);
        if (soft.equals("unlimited")) {
            return MOST_OPEN;
        }
        try {
            return (int) Math.max(FEWEST_OPEN, Math.min(MOST_OPEN, Long.parseLong(soft) / SHARE));
        } catch (NumberFormatException unknown) {
            return FEWEST_OPEN;
        }
    }

    /** The word behind the beginning of a line that follows another; empty if there is no such line. */
    private static String word(String lines, String beginning) {
        int line = lines.indexOf('\n' + beginning);
        if (line < 0) {
            return "";
        }
        int begin = line + 1 + beginning.length();
        while (begin < lines.length() && lines.charAt(begin) == ' ') {
            begin++;
        }
        int end = begin;
        while (end < lines.length() && lines.charAt(end) > ' ') {
            end++;
        }
        return lines.substring(begin, end);
    }

    /** Checks what is mapped. */
    ModuleCheck check() {
        return check;
    }

    /** Closes a file that is not what is mapped, or is not any more. */
    void forget(Library library) {
        keys.values().removeIf(key -> open.get(key) == library);
        open.values().remove(library);
        library.close();
    }

    /** What is mapped can't be read; the message says why, and begins with the file's name. */
    static final class UnreadableException extends IOException {
        private static final long serialVersionUID = 1;

        UnreadableException(String message) {
            super(message);
        }
    }

    /**
     * The file behind a mapping.
     *
     * @throws UnreadableException if it can't be had, or is not what was mapped
     */
    Library of(int pid, Mapping mapping) throws UnreadableException {
        String id = mapping.device() + ' ' + mapping.inode() + ' ' + mapping.file();
        String key = mapping.inode() == 0 ? null : keys.get(id);
        Library known = key == null ? null : open.get(key);
        if (known != null) {
            return known;
        }
        ElfFile file = mapping.hasFile() ? openFile(pid, mapping) : memory(pid, mapping, null);
        key = file.buildId() == null ? id + ' ' + pid + ' ' + mapping.base() : file.buildId();
        known = open.get(key);
        if (known == null) {
            known = new Library(file);
            open.put(key, known);
        } else {
            close(file);
        }
        if (mapping.inode() != 0) {
            keys.put(id, key);
        }
        return known;
    }

    private ElfFile openFile(int pid, Mapping mapping) throws UnreadableException {
        String problem = null;
        // In a container or chroot, the path is below the process's root; if this process is in the same one, not
        // always.
        for (String root : mapping.isDeleted() ? List.<String>of() : List.of("/proc/" + pid + "/root", "")) {
            try {
                Path path = Path.of(root + mapping.file());
                ElfFile file = ElfFile.open(path);
                if (isMapped(pid, mapping, path, file)) {
                    return file;
                }
                close(file);
                problem = mapping.name() + " was replaced";
            } catch (IOException | InvalidPathException unreadable) {
                if (problem == null) {
                    problem = mapping.name() + " can't be read: " + why(unreadable);
                }
            }
        }
        ElfFile file;
        try {
            // Needs CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN (proc_pid_map_files(5)).
            file = ElfFile.open(Path.of("/proc/" + pid + "/map_files/" + Long.toHexString(mapping.start()) + '-'
                    + Long.toHexString(mapping.end())));
        } catch (IOException refused) {
            file = memory(pid, mapping, problem == null ? mapping.name() + " was deleted" : problem);
        }
        if (!isStillMapped(pid, mapping)) {
            close(file);
            throw new UnreadableException(mapping.name() + " was unmapped before it was read");
        }
        return file;
    }

    /** Whether what was read at the mapping's addresses was the mapping's. A process that has ended can't say no. */
    boolean isStillMapped(int pid, Mapping mapping) {
        try {
            Mappings now = Mappings.of(pid);
            Mapping there = now.at(mapping.start());
            return now.all().isEmpty() || there != null && there.isSame(mapping);
        } catch (IOException ended) {
            return true;
        }
    }

    /** Whether the file is the one that was mapped. */
    private static boolean isMapped(int pid, Mapping mapping, Path path, ElfFile file) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(path, "unix:ino,dev");
        if (mapping.inode() == (Long) attributes.get("ino")
                && mapping.device().equals(device((Long) attributes.get("dev")))) {
            return true;
        }
        // overlayfs and btrfs show other numbers in maps than in stat(2).
        if (file.buildId() == null) {
            return false;
        }
        try (ProcessMemory memory = new ProcessMemory(pid)) {
            return file.buildId().equals(memory.image(mapping.base()).buildId());
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** As maps has it, from dev_t (sys/sysmacros.h). */
    static String device(long device) {
        long major = device >>> 8 & 0xfff | device >>> 32 & 0xffff_f000L;
        long minor = device & 0xff | device >>> 12 & 0xffff_ff00L;
        return twoDigits(major) + ':' + twoDigits(minor);
    }

    private static String twoDigits(long number) {
        String hex = Long.toHexString(number);
        return hex.length() < 2 ? '0' + hex : hex;
    }

    /** @param problem why there is no file; null if there never was one */
    private static ElfFile memory(int pid, Mapping mapping, String problem) throws UnreadableException {
        ProcessMemory memory = null;
        try {
            memory = new ProcessMemory(pid);
            ElfFile image = memory.image(mapping.base());
            memory = null;
            return image;
        } catch (IOException unreadable) {
            throw new UnreadableException(
                    problem == null
                            ? mapping.name() + " can't be read: " + why(unreadable)
                            : problem + ", and can't be read from memory: " + why(unreadable));
        } finally {
            if (memory != null) {
                close(memory);
            }
        }
    }

    private static String why(Exception unreadable) {
        return unreadable instanceof IOException failed ? FileFailure.reading(failed) : unreadable.getMessage();
    }

    private static void close(AutoCloseable file) {
        try {
            file.close();
        } catch (Exception alreadyClosed) {
            // Nothing was written.
        }
    }

    @Override
    public void close() {
        check.close();
        new ArrayList<>(open.values()).forEach(Library::close);
        open.clear();
    }
}
