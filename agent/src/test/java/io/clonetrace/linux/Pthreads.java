package io.clonetrace.linux;

import io.clonetrace.linux.hotspot.OsThread;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The {@code struct pthread} of each thread on x86-64, found in /proc/self/mem: it begins with its own address, and has
 * it again 16 bytes on (glibc sysdeps/x86_64/nptl/tls.h, {@code tcb} and {@code self} of tcbhead_t), near the top of
 * the thread's stack.
 */
public final class Pthreads {
    private static final int TOP = 1 << 16;
    private static final int ALIGNED = 64;
    private static final int SELF = 16;
    private static final int STRUCT = 2048;

    private final Map<Integer, Long> byTid = new HashMap<>();
    private final int tidOffset;

    /** @param known a live thread by which the place of the tid in the struct is found */
    public Pthreads(OsThread known) throws IOException {
        try (RandomAccessFile memory = new RandomAccessFile("/proc/self/mem", "r")) {
            tidOffset = offset(read(memory, known.pthreadId(), STRUCT), known.tid());
            for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
                String[] words = line.split(" +");
                if (words[1].equals("rw-p") && words.length == 5) {
                    String[] range = words[0].split("-");
                    long start = Long.parseUnsignedLong(range[0], 16);
                    long end = Long.parseUnsignedLong(range[1], 16);
                    try {
                        search(memory, Math.max(start, end - TOP), end);
                    } catch (IOException unmapped) {
                        // Since it was listed; no stack of a thread that lives.
                    }
                }
            }
        }
    }

    /** The pthread_t of that thread. */
    public long of(int tid) {
        return byTid.get(tid);
    }

    /** Where the kernel wrote the thread's tid. */
    public long tidAddress(long pthread) {
        return pthread + tidOffset;
    }

    private void search(RandomAccessFile memory, long from, long to) throws IOException {
        ByteBuffer words = read(memory, from, (int) (to - from));
        for (int at = 0; at + STRUCT <= words.capacity(); at += ALIGNED) {
            if (words.getLong(at) == from + at && words.getLong(at + SELF) == from + at) {
                byTid.put(words.getInt(at + tidOffset), from + at);
            }
        }
    }

    private static int offset(ByteBuffer struct, int tid) {
        for (int at = 0; at < STRUCT; at += Integer.BYTES) {
            if (struct.getInt(at) == tid) {
                return at;
            }
        }
        throw new AssertionError("tid " + tid + " is not in its struct pthread");
    }

    private static ByteBuffer read(RandomAccessFile memory, long address, int length) throws IOException {
        byte[] bytes = new byte[length];
        memory.seek(address);
        memory.readFully(bytes);
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }
}
