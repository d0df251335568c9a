package io.clonetrace.unwind;

import io.clonetrace.clone.NativeStack;
import io.clonetrace.unwind.elf.ElfMachine;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Chains found before, by all that unwinding read to find them: a copy that has the same there has the same chain. What
 * an unwinding reads next depends on what it has read, so this is a tree: each node is a place, its branches are the
 * values found there. Addresses within the stack are compared by their distance from the stack pointer, so that one
 * thread's chain serves all. Not thread-safe.
 */
final class ChainMemo {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** About 4 MiB. */
    private static final int MOST_NODES = 1 << 15;

    /** Addresses up to here above the stack pointer are taken for the stack's. */
    private static final long REACH = 1 << 20;

    /** More than the length of any copy. */
    private static final int SIGNED = 1 << 30;

    // Above all addresses.
    private static final long IN_STACK = 1L << 62;
    private static final long BEYOND = 1L << 61;

    /** In place of a value: it is on a page that was not read. */
    static final long UNREAD = 1L << 60;

    private static final long NO_ADDRESS = -1;
    private static final int ADDRESS_BITS = 56;

    private final Map<Long, Node> roots = new HashMap<>();
    private int nodes;

    /**
     * A chain.
     *
     * @param stack the frames
     * @param javaStackPointer of the Java frame at which they end, in bytes from the copy's first; -1 if they don't
     * @param files that the frames are in
     */
    record Chain(NativeStack stack, long javaStackPointer, List<MappedFile> files) {}

    private static final class Node {
        private int place;
        private Map<Long, Node> branches;
        private long onlyKey;
        private Node only;
        private Chain java;
        private Chain end;

        Node at(long key) {
            if (only != null && onlyKey == key) {
                return only;
            }
            return branches == null ? null : branches.get(key);
        }
    }

    /** What one unwinding reads, in order. */
    static final class Trail {
        private int[] places = new int[64];
        private long[] keys = new long[64];
        private int length;
        private boolean exact;

        void begin() {
            length = 0;
            exact = true;
        }

        /** What is found depends on more than what was noted: it holds for this copy only. */
        void notExact() {
            exact = false;
        }

        void add(int place, long key) {
            if (length == places.length) {
                places = Arrays.copyOf(places, 2 * length);
                keys = Arrays.copyOf(keys, 2 * length);
            }
            places[length] = place;
            keys[length++] = key;
            exact &= key != NO_ADDRESS;
        }
    }

    /**
     * The place of a word of the copy.
     *
     * @param offset from the stack pointer
     * @param signed whether it is a return address with a pointer authentication code, which is another one at every
     *     depth of the stack
     */
    static int word(int offset, boolean signed) {
        return signed ? offset | SIGNED : offset;
    }

    /** The place of a register's value at the beginning. */
    static int register(int number) {
        return ~number;
    }

    /** What a value found at a place is compared by; what can't be an address is equal to nothing. */
    static long key(long value, long stackPointer) {
        long distance = value - stackPointer;
        if (distance >= 0 && distance < REACH) {
            return IN_STACK | distance;
        }
        return value >>> ADDRESS_BITS == 0 ? value : NO_ADDRESS;
    }

    /** In place of a value: the copy ends before it. */
    static long beyond(int length) {
        return BEYOND | length;
    }

    /** Eight bytes of a copy. */
    static long word(byte[] stack, int offset) {
        return (long) WORD.get(stack, offset);
    }

    /** The chain of a copy like one that is known; null if there is none. */
    Chain find(StackCopy copy, ElfMachine machine, CodeCache java) {
        long[] registers = copy.registers();
        long from = registers[machine.stackPointer()];
        Node node = roots.get(registers[machine.programCounter()]);
        while (node != null && node.end == null) {
            int offset = node.place & ~SIGNED;
            if (node.place >= 0 && copy.endsBefore(offset)) {
                node = node.at(beyond(copy.length()));
                continue;
            }
            if (node.place >= 0 && copy.lacks(offset)) {
                node = node.at(UNREAD);
                continue;
            }
            long value = node.place < 0 ? registers[~node.place] : word(copy.stack(), offset);
            if (node.place >= SIGNED) {
                value = machine.withoutSignature(value);
            }
            if (node.java != null && java.holds(value)) {
                return node.java;
            }
            node = node.at(key(value, from));
        }
        return node == null ? null : node.end;
    }

    /** Keeps a chain. */
    void add(StackCopy copy, Trail trail, Chain chain) {
        if (!trail.exact) {
            return;
        }
        if (nodes > MOST_NODES) {
            clear();
        }
        boolean java = chain.javaStackPointer() >= 0;
        long start = copy.registers()[copy.registers().length - 1];
        Node node = roots.get(start);
        if (node == null) {
            node = node();
            roots.put(start, node);
        }
        for (int i = 0; i < trail.length; i++) {
            boolean last = i == trail.length - 1;
            boolean isNew = node.only == null && node.java == null && node.end == null;
            if (!isNew && (node.end != null || node.place != trail.places[i])) {
                // Read otherwise than before: what the process has mapped was changed meanwhile.
                clear();
                return;
            }
            node.place = trail.places[i];
            if (java && last) {
                // One for all callers in Java.
                node.java = chain;
                return;
            }
            node = branch(node, trail.keys[i]);
        }
        node.end = chain;
    }

    private Node branch(Node node, long key) {
        Node next = node.at(key);
        if (next == null) {
            next = node();
            if (node.only == null) {
                node.only = next;
                node.onlyKey = key;
            } else {
                node.branches = node.branches == null ? new HashMap<>() : node.branches;
                node.branches.put(key, next);
            }
        }
        return next;
    }

    private Node node() {
        nodes++;
        return new Node();
    }

    void clear() {
        roots.clear();
        nodes = 0;
    }
}
