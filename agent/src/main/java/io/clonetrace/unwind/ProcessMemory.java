package io.clonetrace.unwind;

import io.clonetrace.unwind.elf.ElfBytes;
import io.clonetrace.unwind.elf.ElfFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A process's memory by /proc/PID/mem (proc_pid_mem(5)): needs the right to trace it, as process_vm_readv(2) does, and
 * no native code.
 */
final class ProcessMemory implements AutoCloseable {
    /** Larger images are read from the process while it lives. */
    private static final long LARGEST_COPY = 4 << 20;

    private static final long LARGEST_IMAGE = 1L << 32;
    private static final int PAGE = 4096;

    private final FileChannel channel;

    ProcessMemory(int pid) throws IOException {
        channel = FileChannel.open(Path.of("/proc/" + pid + "/mem"));
    }

    /**
     * Reads bytes.
     *
     * @throws IOException if any of them can't be read
     */
    ByteBuffer read(long address, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (address < 0 || channel.read(bytes, address + bytes.position()) <= 0) {
                throw new IOException("no memory at 0x" + Long.toHexString(address));
            }
        }
        return bytes.flip();
    }

    long word(long address) throws IOException {
        return read(address, Long.BYTES).getLong(0);
    }

    /** A string that ends with a 0; cut off where it can't be read. */
    String string(long address, int longest) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(longest);
        if (address < 0 || channel.read(bytes, address) <= 0) {
            throw new IOException("no memory at 0x" + Long.toHexString(address));
        }
        int end = 0;
        while (end < bytes.position() && bytes.get(end) != 0) {
            end++;
        }
        return new String(bytes.array(), 0, end, StandardCharsets.ISO_8859_1);
    }

    /**
     * The ELF image that is mapped at an address. It is copied if it is small, because the process may end; otherwise
     * the file returned closes this memory.
     */
    ElfFile image(long start) throws IOException {
        ElfFile image = ElfFile.inMemory(bytes(start, LARGEST_IMAGE), start);
        long low = image.lowestAddress();
        long size = 0;
        for (ElfFile.Segment segment : image.segments()) {
            size = Math.max(size, segment.address() - low + segment.memorySize());
        }
        if (size <= 0 || size > LARGEST_COPY) {
            return image;
        }
        ByteBuffer copy = ByteBuffer.allocate((int) size);
        while (copy.hasRemaining()) {
            int at = copy.position();
            copy.limit(Math.min(copy.capacity(), at / PAGE * PAGE + PAGE));
            try {
                if (channel.read(copy, start + at) <= 0) {
                    copy.position(copy.limit());
                }
            } catch (IOException unmapped) {
                // Between segments.
                copy.position(copy.limit());
            }
            copy.limit(copy.capacity());
        }
        close();
        return ElfFile.inMemory(ElfBytes.of(copy.array()), start);
    }

    private ElfBytes bytes(long start, long size) {
        return new ElfBytes() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public int read(ByteBuffer into, long offset) throws IOException {
                return channel.read(into, start + offset);
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
