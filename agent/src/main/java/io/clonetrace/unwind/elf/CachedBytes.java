package io.clonetrace.unwind.elf;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Random access to the bytes of a file through a few cached blocks. */
final class CachedBytes implements Closeable {
    private static final int BLOCK = 4096;

    /** 64 KiB a file. */
    private static final int BLOCKS = 16;

    private final ElfBytes bytes;
    private final long size;
    private final long[] numbers = new long[BLOCKS];
    private final ByteBuffer[] blocks = new ByteBuffer[BLOCKS];

    CachedBytes(ElfBytes bytes) throws IOException {
        this.bytes = bytes;
        this.size = bytes.size();
    }

    long size() {
        return size;
    }

    int u8(long offset) throws IOException {
        return block(offset, 1).get((int) (offset % BLOCK)) & 0xff;
    }

    int u16(long offset) throws IOException {
        return u8(offset) | u8(offset + 1) << 8;
    }

    int s32(long offset) throws IOException {
        int at = (int) (offset % BLOCK);
        ByteBuffer block = block(offset, Integer.BYTES);
        return at <= BLOCK - Integer.BYTES ? block.getInt(at) : u16(offset) | u16(offset + 2) << 16;
    }

    long s64(long offset) throws IOException {
        int at = (int) (offset % BLOCK);
        ByteBuffer block = block(offset, Long.BYTES);
        return at <= BLOCK - Long.BYTES
                ? block.getLong(at)
                : s32(offset) & 0xffff_ffffL | (long) s32(offset + Integer.BYTES) << 32;
    }

    private ByteBuffer block(long offset, int length) throws IOException {
        check(offset, length);
        long number = offset / BLOCK;
        int slot = (int) (number % BLOCKS);
        if (blocks[slot] != null && numbers[slot] == number) {
            return blocks[slot];
        }
        ByteBuffer block = blocks[slot] == null ? littleEndian(BLOCK) : blocks[slot];
        blocks[slot] = null;
        block.clear();
        long start = number * BLOCK;
        fill(block.limit((int) Math.min(BLOCK, size - start)), start);
        numbers[slot] = number;
        blocks[slot] = block;
        return block;
    }

    private void check(long offset, long length) throws DamagedElfException {
        if (offset < 0 || length < 0 || length > size || offset > size - length) {
            throw new DamagedElfException("it refers to a place beyond its end");
        }
    }

    /** Reads past the cache, for what is read once. */
    byte[] copy(long offset, int length) throws IOException {
        check(offset, length);
        byte[] copy = new byte[length];
        fill(ByteBuffer.wrap(copy), offset);
        return copy;
    }

    /** Fills the buffer up to its limit past the cache. */
    void read(ByteBuffer into, long offset) throws IOException {
        check(offset, into.limit());
        fill(into, offset);
    }

    private void fill(ByteBuffer into, long offset) throws IOException {
        byte[] array = into.array();
        int end = into.limit();
        int at = 0;
        while (at < end) {
            int read = bytes.read(array, at, end - at, offset + at);
            if (read <= 0) {
                throw new DamagedElfException("it was cut off while it was read");
            }
            at += read;
        }
    }

    static ByteBuffer littleEndian(int capacity) {
        return ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
