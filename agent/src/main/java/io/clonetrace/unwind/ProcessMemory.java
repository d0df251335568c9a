package io.clonetrace.unwind;

import io.clonetrace.unwind.elf.ElfBytes;
import io.clonetrace.unwind.elf.ElfFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A process's memory by /proc/PID/mem (proc_pid_mem(5)): needs the right to trace it, as process_vm_readv(2) does, and
 * no native code. Not thread-safe.
 */
final class ProcessMemory implements Closeable {
    /** Larger images are read from the process while it lives. */
    private static final long LARGEST_COPY = 4 << 20;

    private static final long LARGEST_IMAGE = 1L << 32;

    /** Every page size is a multiple of this. */
    private static final int PAGE = 4096;

    private final ElfBytes memory;

    ProcessMemory(int pid) throws IOException {
        memory = ElfBytes.open(Path.of("/proc/" + pid + "/mem"));
    }

    private int read(byte[] into, int from, int length, long address) throws IOException {
        return address <= 0 ? -1 : memory.read(into, from, length, address);
    }

    /**
     * Reads bytes.
     *
     * @throws IOException if any of them can't be read
     */
    ByteBuffer read(long address, int length) throws IOException {
        byte[] bytes = new byte[length];
        for (int at = 0; at < length; ) {
            int read = read(bytes, at, length - at, address + at);
            if (read <= 0) {
                throw new IOException("the process has ended");
            }
            at += read;
        }
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    long word(long address) throws IOException {
        return read(address, Long.BYTES).getLong(0);
    }

    /** A string that ends with a 0; cut off after so many bytes, and where it can't be read. */
    String string(long address, int longest) throws IOException {
        byte[] bytes = new byte[longest];
        int read = read(bytes, 0, longest, address);
        int end = 0;
        while (end < read && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
    }

    /**
     * The ELF image that is mapped at an address. It is copied if it is small, because the process may end; otherwise
     * it is read through this memory, which the file then closes.
     */
    ElfFile image(long start) throws IOException {
        ElfFile image = ElfFile.inMemory(bytes(start), start);
        long low = image.lowestAddress();
        long size = 0;
        for (ElfFile.Segment segment : image.segments()) {
            size = Math.max(size, segment.address() - low + segment.memorySize());
        }
        if (size <= 0 || size > LARGEST_COPY) {
            return image;
        }
        byte[] copy = new byte[(int) size];
        for (int at = 0; at < size; at += PAGE) {
            try {
                read(copy, at, (int) Math.min(PAGE, size - at), start + at);
            } catch (IOException unmapped) {
                // Between segments.
            }
        }
        close();
        return ElfFile.inMemory(ElfBytes.of(copy), start);
    }

    private ElfBytes bytes(long start) {
        return new ElfBytes() {
            @Override
            public long size() {
                return LARGEST_IMAGE;
            }

            @Override
            public int read(byte[] into, int from, int length, long offset) throws IOException {
                return ProcessMemory.this.read(into, from, length, start + offset);
            }

            @Override
            public void close() throws IOException {
                memory.close();
            }
        };
    }

    @Override
    public void close() throws IOException {
        memory.close();
    }
}
