package io.clonetrace.linux.memory;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Finds the mapping of an address without reading the others: ioctl PROCMAP_QUERY on {@code /proc/PID/maps}
 * (linux/fs.h, since Linux 6.11). Thread-safe.
 */
public final class ProcmapQuery implements AutoCloseable {
    // _IOWR(PROCFS_IOCTL_MAGIC 'f', 17, struct procmap_query)
    private static final long PROCMAP_QUERY = (3L << 30) | (104L << 16) | ('f' << 8) | 17;
    private static final long READABLE = 0x01;
    private static final long WRITABLE = 0x02;
    private static final long EXECUTABLE = 0x04;
    private static final long COVERING_OR_NEXT = 0x10;

    // struct procmap_query
    private static final long SIZE = 0;
    private static final long QUERY_FLAGS = 8;
    private static final long QUERY_ADDR = 16;
    private static final long VMA_START = 24;
    private static final long VMA_END = 32;
    private static final long VMA_FLAGS = 40;
    private static final long INODE = 64;
    private static final long VMA_NAME_SIZE = 80;
    private static final long BUILD_ID_SIZE = 84;
    private static final long VMA_NAME_ADDR = 88;
    private static final long BUILD_ID_ADDR = 96;
    private static final int STRUCT = 104;

    /** PATH_MAX of linux/limits.h: with less, the kernel would return ENAMETOOLONG. */
    private static final int NAME = 4096;

    private final ProcFile maps;

    /**
     * One mapping.
     *
     * @param start lowest address
     * @param end highest address, exclusive
     * @param accessible whether it may be read, written or executed
     * @param name as in {@code /proc/PID/maps}: a file's path, {@code [heap]}, {@code [stack]}; empty for none
     * @param file whether a file is behind it
     */
    public record Vma(long start, long end, boolean accessible, String name, boolean file) {}

    /**
     * Opens the maps of a process, and tries the ioctl once.
     *
     * @param procDir {@code /proc/self} or {@code /proc/PID}
     * @throws LinuxException ENOTTY on a kernel without PROCMAP_QUERY; otherwise an errno of open(2)
     */
    public ProcmapQuery(String procDir) throws LinuxException {
        maps = new ProcFile(procDir + "/maps", STRUCT + NAME);
        try {
            coveringOrNext(0);
        } catch (LinuxException unable) {
            maps.close();
            throw unable;
        }
    }

    /**
     * The mapping that contains this address, or the next above it; null if there is none.
     *
     * @throws LinuxException ESRCH when the process is gone
     */
    public Vma coveringOrNext(long address) throws LinuxException {
        Pointer query = maps.borrow();
        try {
            query.setLong(SIZE, STRUCT);
            query.setLong(QUERY_FLAGS, COVERING_OR_NEXT);
            query.setLong(QUERY_ADDR, address);
            query.setInt(VMA_NAME_SIZE, NAME);
            query.setInt(BUILD_ID_SIZE, 0);
            query.setLong(VMA_NAME_ADDR, Pointer.nativeValue(query) + STRUCT);
            query.setLong(BUILD_ID_ADDR, 0);
            if (maps.ioctl(PROCMAP_QUERY, query) < 0) {
                LinuxException failure = maps.failure("PROCMAP_QUERY");
                if (failure.errno() == Errno.ENOENT.value()) {
                    return null;
                }
                throw failure;
            }
            return new Vma(
                    query.getLong(VMA_START),
                    query.getLong(VMA_END),
                    isAccessible(query.getLong(VMA_FLAGS)),
                    query.getInt(VMA_NAME_SIZE) == 0 ? "" : query.getString(STRUCT, "ISO-8859-1"),
                    query.getLong(INODE) != 0);
        } finally {
            maps.giveBack(query);
        }
    }

    /** A query that allocates nothing. It has to be closed before this. */
    public Question question() {
        return new Question();
    }

    /** For one thread at a time; without the mapping's name, which takes longest. */
    public final class Question implements MappingLookup {
        private final Pointer query = new Pointer(Native.malloc(STRUCT));

        /** The same memory: a call of JNA's for each field would take as long as the ioctl. */
        private final ByteBuffer fields = query.getByteBuffer(0, STRUCT).order(ByteOrder.nativeOrder());

        private Question() {
            query.setMemory(0, STRUCT, (byte) 0);
            fields.putLong((int) SIZE, STRUCT);
            fields.putLong((int) QUERY_FLAGS, COVERING_OR_NEXT);
        }

        @Override
        public boolean ask(long address) throws LinuxException {
            fields.putLong((int) QUERY_ADDR, address);
            if (maps.ioctl(PROCMAP_QUERY, query) >= 0) {
                return true;
            }
            if (Native.getLastError() == Errno.ENOENT.value()) {
                return false;
            }
            throw maps.failure("PROCMAP_QUERY");
        }

        @Override
        public long start() {
            return at(VMA_START);
        }

        @Override
        public long end() {
            return at(VMA_END);
        }

        @Override
        public boolean accessible() {
            return isAccessible(at(VMA_FLAGS));
        }

        @Override
        public boolean file() {
            return at(INODE) != 0;
        }

        private long at(long field) {
            return fields.getLong((int) field);
        }

        @Override
        public void close() {
            Native.free(Pointer.nativeValue(query));
        }
    }

    private static boolean isAccessible(long flags) {
        return (flags & (READABLE | WRITABLE | EXECUTABLE)) != 0;
    }

    @Override
    public void close() {
        maps.close();
    }
}
