package io.clonetrace.unwind.elf;

import java.io.IOException;

/** Evaluates DWARF expressions (DWARF 5, section 2.5) as call frame information has them. */
public final class Expression {
    private static final int DEEPEST = 64;
    private static final int MOST_STEPS = 1000;

    private final State state;
    private final long[] stack = new long[DEEPEST];
    private int depth;

    /** What expressions read. */
    public interface State {
        /** A register's value. */
        long register(int number) throws IOException;

        /** Eight bytes of memory. */
        long word(long address) throws IOException;

        /**
         * Told of a number that was used in another way than by adding a constant: what comes of it depends on where
         * the stack lies.
         */
        void used(long value);
    }

    private Expression(State state) {
        this.state = state;
    }

    /**
     * Evaluates an expression.
     *
     * @param first what is on its stack at the beginning; null for nothing
     * @throws DamagedElfException if it can't be evaluated
     */
    public static long evaluate(byte[] code, Long first, State state) throws IOException {
        Expression expression = new Expression(state);
        if (first != null) {
            expression.push(first);
        }
        Cursor cursor = new Cursor(code, 0);
        for (int step = 0; cursor.hasMore(); step++) {
            if (step == MOST_STEPS) {
                throw new DamagedElfException("an expression of its call frame information doesn't end");
            }
            expression.step(cursor.u8(), cursor);
        }
        return expression.pop();
    }

    private void push(long value) throws DamagedElfException {
        if (depth == DEEPEST) {
            throw damaged();
        }
        stack[depth++] = value;
    }

    private long pop() throws DamagedElfException {
        if (depth == 0) {
            throw damaged();
        }
        return stack[--depth];
    }

    private long peek(long back) throws DamagedElfException {
        if (back < 0 || back >= depth) {
            throw damaged();
        }
        return stack[depth - 1 - (int) back];
    }

    private static DamagedElfException damaged() {
        return new DamagedElfException("an expression of its call frame information is damaged");
    }

    private void step(int operation, Cursor code) throws IOException {
        if (operation >= 0x30 && operation <= 0x4f) { // lit0...
            push(operation - 0x30);
        } else if (operation >= 0x50 && operation <= 0x6f) { // reg0...
            push(state.register(operation - 0x50));
        } else if (operation >= 0x70 && operation <= 0x8f) { // breg0...
            push(state.register(operation - 0x70) + code.sleb());
        } else if (operation >= 0x19 && operation <= 0x2e && operation != 0x23 && operation != 0x28) {
            calculate(operation);
        } else {
            switch (operation) {
                case 0x03, 0x0e, 0x0f -> push(code.s64()); // addr, const8u, const8s
                case 0x06 -> push(state.word(pop())); // deref
                case 0x08 -> push(code.u8());
                case 0x09 -> push((byte) code.u8());
                case 0x0a -> push(code.u16());
                case 0x0b -> push((short) code.u16());
                case 0x0c -> push(code.u32());
                case 0x0d -> push((int) code.u32());
                case 0x10 -> push(code.uleb());
                case 0x11 -> push(code.sleb());
                case 0x12 -> push(peek(0)); // dup
                case 0x13 -> pop(); // drop
                case 0x14 -> push(peek(1)); // over
                case 0x15 -> push(peek(code.u8())); // pick
                case 0x16 -> swap();
                case 0x17 -> rotate();
                case 0x23 -> push(pop() + code.uleb()); // plus_uconst
                case 0x28 -> { // bra
                    int by = (short) code.u16();
                    long condition = pop();
                    state.used(condition);
                    if (condition != 0) {
                        code.moveTo(code.position() + by);
                    }
                }
                case 0x2f -> { // skip
                    int by = (short) code.u16();
                    code.moveTo(code.position() + by);
                }
                case 0x92 -> push(state.register(code.register()) + code.sleb()); // bregx
                case 0x94 -> dereference(code.u8()); // deref_size
                case 0x96 -> {} // nop
                default ->
                    throw new DamagedElfException(
                            "an expression of its call frame information has the unknown operation 0x"
                                    + Integer.toHexString(operation));
            }
        }
    }

    private void dereference(int size) throws IOException {
        if (size != 1 && size != 2 && size != 4 && size != 8) {
            throw damaged();
        }
        long word = state.word(pop());
        push(size == 8 ? word : word & (1L << 8 * size) - 1);
    }

    private void swap() throws DamagedElfException {
        long top = pop();
        long below = pop();
        push(top);
        push(below);
    }

    private void rotate() throws DamagedElfException {
        long first = pop();
        long second = pop();
        long third = pop();
        push(first);
        push(third);
        push(second);
    }

    private void calculate(int operation) throws IOException {
        long y = pop();
        if (operation == 0x19 || operation == 0x1f || operation == 0x20) { // abs, neg, not
            state.used(y);
            push(operation == 0x19 ? Math.abs(y) : operation == 0x1f ? -y : ~y);
            return;
        }
        long x = pop();
        if (operation != 0x22 && operation != 0x1c) {
            state.used(x);
            state.used(y);
        }
        if ((operation == 0x1b || operation == 0x1d) && y == 0) {
            throw damaged();
        }
        push(
                switch (operation) {
                    case 0x1a -> x & y;
                    case 0x1b -> x / y;
                    case 0x1c -> x - y;
                    case 0x1d -> Long.remainderUnsigned(x, y);
                    case 0x1e -> x * y;
                    case 0x21 -> x | y;
                    case 0x22 -> x + y;
                    case 0x24 -> y < 0 || y >= Long.SIZE ? 0 : x << y;
                    case 0x25 -> y < 0 || y >= Long.SIZE ? 0 : x >>> y;
                    case 0x26 -> x >> (y < 0 || y >= Long.SIZE ? Long.SIZE - 1 : y);
                    case 0x27 -> x ^ y;
                    case 0x29 -> x == y ? 1 : 0;
                    case 0x2a -> x >= y ? 1 : 0;
                    case 0x2b -> x > y ? 1 : 0;
                    case 0x2c -> x <= y ? 1 : 0;
                    case 0x2d -> x < y ? 1 : 0;
                    case 0x2e -> x != y ? 1 : 0;
                    default -> throw damaged();
                });
    }
}
