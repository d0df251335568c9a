package io.clonetrace.linux.bpf;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.jna.LibC;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A BPF array map of 64-bit words, which this process reads and writes as memory: a look-up by bpf(2) would disable the
 * BPF programs of its processor while it runs (kernel/bpf/syscall.c, bpf_disable_instrumentation), and clones would be
 * missed. Closing it is not safe while other threads use it.
 */
public final class BpfArray implements AutoCloseable {
    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final int fd;
    private final SharedMap map;
    private final ByteBuffer words;

    private BpfArray(int fd, SharedMap map) {
        this.fd = fd;
        this.map = map;
        this.words = map.bytes();
    }

    /** Creates an array of that many words, all 0. */
    public static BpfArray ofWords(int words) throws LinuxException {
        return ofEntries(words, 1);
    }

    /** Creates an array of that many entries, each of so many words, all 0; a program looks an entry up as a whole. */
    public static BpfArray ofEntries(int entries, int words) throws LinuxException {
        int fd = Bpf.createMap(Bpf.ARRAY, Integer.BYTES, words * Long.BYTES, entries, Bpf.MMAPABLE);
        try {
            return new BpfArray(fd, SharedMap.writable(fd, (long) entries * words * Long.BYTES));
        } catch (LinuxException refused) {
            LibC.close(fd);
            throw refused;
        }
    }

    /** Its descriptor, which a program's instructions refer to. */
    public int fd() {
        return fd;
    }

    /** The word at that index, counted over all the entries. */
    public long get(int index) {
        return (long) LONG.getVolatile(words, index * Long.BYTES);
    }

    /** Sets the word at that index; programs see it after all the words that were set before. */
    public void set(int index, long word) {
        LONG.setVolatile(words, index * Long.BYTES, word);
    }

    /** Sets a bit, counted over all the words. */
    public void setBit(int bit) {
        LONG.getAndBitwiseOr(words, bit / Long.SIZE * Long.BYTES, 1L << bit % Long.SIZE);
    }

    @Override
    public void close() {
        map.unmap();
        LibC.close(fd);
    }
}
