package io.clonetrace.unwind.elf;

import java.util.Arrays;

/**
 * How to find the caller of a function at one of its instructions (DWARF 5, section 6.4.1): a rule for the canonical
 * frame address, which is the caller's stack pointer, and one for each register.
 */
public final class FrameRow {
    /** Where a register's value in the caller is. */
    public enum Rule {
        /** It has not changed. */
        SAME,
        /** It can't be known. */
        UNDEFINED,
        /** In memory, at the frame address plus the value. */
        OFFSET,
        /** It is the frame address plus the value. */
        VALUE_OFFSET,
        /** In the register with that number. */
        REGISTER,
        /** In memory, at the address that the expression computes. */
        EXPRESSION,
        /** It is what the expression computes. */
        VALUE_EXPRESSION
    }

    int frameRegister = Integer.MAX_VALUE;
    long frameOffset;
    byte[] frameExpression;
    boolean signed;
    int returnAddress;
    boolean signalFrame;
    private final Rule[] rules;
    private final long[] values;
    private final byte[][] expressions;

    FrameRow(int registers) {
        rules = new Rule[registers];
        Arrays.fill(rules, Rule.SAME);
        values = new long[registers];
        expressions = new byte[registers][];
    }

    private FrameRow(FrameRow other) {
        frameRegister = other.frameRegister;
        frameOffset = other.frameOffset;
        frameExpression = other.frameExpression;
        signed = other.signed;
        returnAddress = other.returnAddress;
        signalFrame = other.signalFrame;
        rules = other.rules.clone();
        values = other.values.clone();
        expressions = other.expressions.clone();
    }

    FrameRow copy() {
        return new FrameRow(this);
    }

    /** Registers that unwinding doesn't follow, such as those of the floating point unit, are left out. */
    void set(int register, Rule rule, long value, byte[] expression) {
        if (register < rules.length) {
            rules[register] = rule;
            values[register] = value;
            expressions[register] = expression;
        }
    }

    void restore(int register, FrameRow initial) {
        if (register < rules.length) {
            set(register, initial.rules[register], initial.values[register], initial.expressions[register]);
        }
    }

    void setFrame(int register, long offset) {
        frameRegister = register;
        frameOffset = offset;
        frameExpression = null;
    }

    /** The register from which the frame address counts, if there is no expression for it. */
    public int frameRegister() {
        return frameRegister;
    }

    /** What is added to it. */
    public long frameOffset() {
        return frameOffset;
    }

    /** The DWARF expression for the frame address; null if it is a register and an offset. */
    public byte[] frameExpression() {
        return frameExpression;
    }

    /** A register's rule. */
    public Rule rule(int register) {
        return rules[register];
    }

    /** The number of that rule: an offset or a register. */
    public long value(int register) {
        return values[register];
    }

    /** The expression of that rule. */
    public byte[] expression(int register) {
        return expressions[register];
    }

    /** The register whose value in the caller is the return address. */
    public int returnAddress() {
        return returnAddress;
    }

    /** Whether the return address bears a pointer authentication code (aarch64). */
    public boolean isSigned() {
        return signed;
    }

    /** Whether this is a signal's frame: its caller was interrupted, and did not call. */
    public boolean isSignalFrame() {
        return signalFrame;
    }
}
