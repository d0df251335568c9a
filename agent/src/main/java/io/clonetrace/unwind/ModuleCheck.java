package io.clonetrace.unwind;

import io.clonetrace.linux.Errno;
import io.clonetrace.linux.process.RemoteMemory;
import io.clonetrace.unwind.elf.ElfFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Checks by a process's memory that files are still mapped where they were: another library may have come to the place
 * of one that was unloaded. Not thread-safe.
 */
final class ModuleCheck implements AutoCloseable {
    /** In place of a file's number: the process has ended. */
    static final int ENDED = -1;

    /** Takes the marks of so many files at once that one call serves nearly every chain. */
    private static final int CAPACITY = 1 << 16;

    private static final int LARGEST_MARK = 1 << 10;

    private RemoteMemory memory;
    private long[] addresses;
    private int[] lengths;
    private byte[] read;

    /**
     * Compares.
     *
     * @return the number of the first file that is not there any more, or can't be confirmed to be; that behind the
     *     last if there is none; {@link #ENDED}
     */
    int firstOther(int pid, List<MappedFile> files) {
        if (memory == null) {
            memory = new RemoteMemory(CAPACITY);
            addresses = new long[memory.most()];
            lengths = new int[memory.most()];
            read = new byte[memory.most() * LARGEST_MARK];
        }
        for (int from = 0; from < files.size(); ) {
            int to = Math.min(files.size(), from + memory.most());
            int other = firstOther(pid, files, from, to);
            if (other != to) {
                return other;
            }
            from = to;
        }
        return files.size();
    }

    private int firstOther(int pid, List<MappedFile> files, int from, int to) {
        int count = 0;
        for (int i = from; i < to; i++) {
            ElfFile.Mark mark = files.get(i).mark();
            if (mark != null) {
                addresses[count] = mark.address();
                lengths[count++] = mark.bytes().length;
            }
        }
        int bytes = count == 0 ? 0 : memory.readAll(pid, addresses, lengths, count, read);
        if (bytes == -Errno.ESRCH.value()) {
            return ENDED;
        }
        int at = 0;
        for (int i = from; i < to; i++) {
            ElfFile.Mark mark = files.get(i).mark();
            if (mark == null) {
                continue;
            }
            int end = at + mark.bytes().length;
            boolean same = end <= bytes
                    ? Arrays.equals(read, at, end, mark.bytes(), 0, mark.bytes().length)
                    : isSame(pid, mark);
            if (!same) {
                return i;
            }
            at = end;
        }
        return to;
    }

    /** Where process_vm_readv is forbidden, or the bytes are mapped without the right to read them. */
    private static boolean isSame(int pid, ElfFile.Mark mark) {
        try (ProcessMemory memory = new ProcessMemory(pid)) {
            return Arrays.equals(
                    mark.bytes(),
                    memory.read(mark.address(), mark.bytes().length).array());
        } catch (IOException unreadable) {
            return false;
        }
    }

    @Override
    public void close() {
        if (memory != null) {
            memory.close();
            memory = null;
        }
    }
}
