package io.clonetrace.trace.ebpf;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.linux.bpf.TaskRegisters;
import io.clonetrace.unwind.StackCopy;
import java.nio.ByteBuffer;

/**
 * What {@link StackProgram} writes: the current task's registers and the top of its user stack.
 *
 * @param key the record of the other ring that it belongs to
 * @param copy registers and stack
 * @param pthread the words of the new thread's {@code struct pthread} from {@link StackProgram#pthreadFrom} on; empty
 *     if they were not copied
 */
record StackRecord(Key key, StackCopy copy, long[] pthread) {
    static final int KEY = 0; // offsets in bytes
    static final int UNREAD_PAGES = 16; // bit i: page i of those that the copy touches could not be read
    static final int PTHREAD_ERROR = 20; // 0 if the struct was copied
    static final int REGISTERS = 24;
    static final int STACK = 288; // REGISTERS has room for aarch64's 33
    private static final int STACK_BYTES = 16 << 10;
    static final int BYTES = STACK + STACK_BYTES;

    /** Where the part of {@code struct pthread} lies, if there is one: in the place of the stack's last bytes. */
    static final int PTHREAD = STACK + STACK_BYTES - 1024;

    static final int PTHREAD_BYTES = BYTES - PTHREAD;

    /**
     * How much of the stack is copied: up to the end of the stack pointer's page, then whole pages, then the rest if it
     * fits for certain. RocksDB, which opens a database, takes 10 KiB to the JNI entry.
     */
    enum Extent {
        /** 14 to 16 KiB. */
        ALONE(STACK_BYTES, 3, 2048),
        /** 11 to 15 KiB. */
        BESIDE_PTHREAD(STACK_BYTES - PTHREAD_BYTES, 2, 3072);

        private final int wholePages;
        private final int rest;
        private final int leastInPage;

        Extent(int room, int wholePages, int rest) {
            this.wholePages = wholePages;
            this.rest = rest;
            leastInPage = Math.max(0, StackCopy.PAGE * (wholePages + 1) + rest - room);
        }

        int wholePages() {
            return wholePages;
        }

        /** The bytes that are copied behind the whole pages, less than a page. */
        int rest() {
            return rest;
        }

        /** How far in its page the stack pointer must be for the rest to fit. */
        int leastInPage() {
            return leastInPage;
        }

        /**
         * Where the last page that was read ends.
         *
         * @param unread a bit for each page
         * @param inPage how far the stack pointer is in its page
         */
        int length(int unread, int inPage) {
            int last = wholePages + 1;
            while (last >= 0 && (unread >>> last & 1) != 0) {
                last--;
            }
            int end = (last + 1) * StackCopy.PAGE - inPage;
            return last < 0 ? 0 : last <= wholePages ? end : end - StackCopy.PAGE + rest;
        }
    }

    private static final int NOT_COPIED = -1;

    /**
     * The first 16 bytes of the record that a program has written into its other ring, which tell it from all others.
     *
     * @param time CLOCK_MONOTONIC in nanoseconds
     * @param parent the caller's tid
     * @param child the new task's tid
     */
    record Key(long time, int parent, int child) {
        static final int BYTES = 16;

        /** By hand: those of a record would be made when the first stack comes (java.lang.runtime.ObjectMethods). */
        @Override
        public boolean equals(Object other) {
            return other instanceof Key its && time == its.time && parent == its.parent && child == its.child;
        }

        @Override
        public int hashCode() {
            return 31 * (31 * Long.hashCode(time) + parent) + child;
        }

        static Key of(CloneRecord record) {
            return new Key(record.time(), record.parent(), record.child());
        }

        static Key at(ByteBuffer bytes, int start) {
            return new Key(
                    bytes.getLong(start + CloneRecord.TIME),
                    bytes.getInt(start + CloneRecord.PARENT),
                    bytes.getInt(start + CloneRecord.CHILD));
        }
    }

    /**
     * The new thread's start routine, read from its {@code struct pthread};
     * {@link io.clonetrace.clone.CloneCall#UNKNOWN} if the copy does not contain it.
     *
     * @param offset in bytes from tls
     */
    long startRoutine(long offset, TaskRegisters layout) {
        long from = offset - StackProgram.pthreadFrom(layout);
        return from % Long.BYTES != 0 || from < 0 || from / Long.BYTES >= pthread.length
                ? CloneCall.UNKNOWN
                : pthread[(int) (from / Long.BYTES)];
    }

    static StackRecord at(ByteBuffer bytes, int start, TaskRegisters layout) {
        long[] registers = new long[layout.dwarf().size()];
        for (int i = 0; i < registers.length; i++) {
            registers[i] = bytes.getLong(start + REGISTERS + i * Long.BYTES);
        }
        boolean withPthread = bytes.getInt(start + PTHREAD_ERROR) == 0;
        long[] pthread = new long[withPthread ? PTHREAD_BYTES / Long.BYTES : 0];
        for (int i = 0; i < pthread.length; i++) {
            pthread[i] = bytes.getLong(start + PTHREAD + i * Long.BYTES);
        }
        Extent extent = bytes.getInt(start + PTHREAD_ERROR) == NOT_COPIED ? Extent.ALONE : Extent.BESIDE_PTHREAD;
        int unread = bytes.getInt(start + UNREAD_PAGES);
        int inPage = (int) registers[layout.stackPointer()] & StackCopy.PAGE - 1;
        byte[] stack = new byte[extent.length(unread, inPage)];
        bytes.get(start + STACK, stack);
        StackCopy copy = new StackCopy(registers, stack, stack.length, unread);
        return new StackRecord(Key.at(bytes, start + KEY), copy, pthread);
    }
}
